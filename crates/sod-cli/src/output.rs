//! stdout is data, stderr is talk.

use crate::arguments::{Color, Common};
use crate::exit::Failure;
use sod_engine::formats::terminal::Terminal;
use std::io::{self, IsTerminal, Write};

/// Writes all of a text to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Says something on stderr. If nobody can hear it, it is not said.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why the command failed.
pub(crate) fn complain(failure: &Failure) {
    say(&format!("error: {failure}"));
    if let Failure::Message { help: Some(help), .. } = failure {
        say(&format!("help: {help}"));
    }
}

/// The terminal on stdout, as wide as it is; 80 columns where there is none.
pub(crate) fn terminal(common: &Common) -> Terminal {
    let on_terminal = io::stdout().is_terminal();
    let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let color = match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => on_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = width.or(columns).unwrap_or(if on_terminal { 80 } else { 100 });
    Terminal { width: width.clamp(40, 200), color, unicode: true }
}
