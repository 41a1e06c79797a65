//! stdout is data, stderr is talk.

use crate::arguments::{Color, Common};
use crate::exit::{Complaint, Failure};
use crate::progress::Progress;
use crate::shown::Shown;
use sod_engine::formats::WriteError;
use sod_engine::formats::atomic::AtomicFile;
use sod_engine::formats::terminal::Terminal;
use sod_engine::{Error, Event, Observer, Phase, WatchedWriter};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

/// Writes all of a text to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Where data goes. What comes from outsiders does not command a terminal.
fn stdout() -> Box<dyn Write + Send> {
    let out = BufWriter::with_capacity(1 << 16, io::stdout());
    if io::stdout().is_terminal() { Box::new(Shown::new(out)) } else { Box::new(out) }
}

/// Says something on stderr. If nobody can hear it, it is not said.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A word at the beginning of a line on stderr, and the code behind it, with colour where colour is wanted.
pub(crate) fn label(word: &str, code: Option<&str>, color: Color) -> String {
    let code = code.map(|code| format!("[{code}]")).unwrap_or_default();
    if !colored(color, io::stderr().is_terminal()) {
        return format!("{word}{code}:");
    }
    let paint = match word {
        "error" => "\u{1b}[1;31m",
        "warning" => "\u{1b}[1;33m",
        _ => "\u{1b}[1;36m",
    };
    format!("{paint}{word}{code}\u{1b}[0m:")
}

/// Says why the command failed.
pub(crate) fn complain(failure: &Failure, color: Color) {
    let Failure::Complaints(complaints) = failure else { return };
    for Complaint { code, text, help } in complaints {
        say(&format!("{} {text}", label("error", *code, color)));
        if let Some(help) = help {
            say(&format!("{} {help}", label("help", None, color)));
        }
    }
}

fn colored(color: Color, on_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            on_terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// The terminal on stdout, as wide as it is. Where there is none, COLUMNS decides, and 100 without it.
pub(crate) fn terminal(common: &Common) -> Terminal {
    let on_terminal = io::stdout().is_terminal();
    let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = width.or(columns).unwrap_or(if on_terminal { 80 } else { 100 });
    Terminal { width: width.clamp(40, 200), color: colored(common.color, on_terminal), unicode: true }
}

/// Refuses a place that cannot be written to before the work is done. Pipes are left alone: who opens one and closes
/// it again ends it for its reader.
pub(crate) fn check_place(path: &Path) -> Result<(), Failure> {
    let replaceable = std::fs::metadata(path).map_or(true, |facts| facts.is_file() || facts.is_dir());
    if replaceable {
        // What is not committed leaves nothing behind.
        AtomicFile::create(path)?;
    }
    Ok(())
}

/// Writes to a file, which appears when it is complete, or to stdout; ends the bar in either case.
pub(crate) fn deliver(
    output: Option<&Path>,
    progress: &Progress,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), WriteError>,
) -> Result<(), Failure> {
    let written = match output {
        Some(path) => {
            progress.event(Event::Began(Phase::Write));
            let mut file = AtomicFile::create(path)?;
            let written = write(&mut WatchedWriter::new(&mut file, progress));
            let written = written.map_err(|error| error.into_file(path));
            written.and_then(|()| if progress.is_cancelled() { Ok(()) } else { file.commit().map(drop) })
        }
        None => {
            // The bar and the data may share a terminal.
            progress.finish();
            let mut out = stdout();
            let written = write(&mut WatchedWriter::new(&mut out, progress));
            written.and_then(|()| Ok(out.flush()?))
        }
    };
    progress.finish();
    if progress.is_cancelled() {
        return Err(Error::Cancelled.into());
    }
    Ok(written?)
}
