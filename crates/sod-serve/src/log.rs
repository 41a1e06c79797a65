//! The log: lines on stderr, for people or as JSON, with nothing of anybody in them.
//!
//! A line tells method, template of the path, status, duration, bytes and request id. Paths, queries, names and tokens
//! never get here. Lines go through a bounded queue to a thread that writes them: if nobody reads stderr the lines are
//! lost and counted, and the server goes on.

use std::io::{self, Write};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait.
const WAITING_MAX: usize = 16_384;
/// How long the last lines may take.
const FLUSH_TIME: Duration = Duration::from_secs(1);

static LOST: AtomicU64 = AtomicU64::new(0);

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line.
    Json,
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of the log; expected text or json")]
pub struct UnknownLogFormat(String);

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(UnknownLogFormat(word.to_owned())),
        }
    }
}

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// Waits for the last lines when it is dropped.
#[derive(Debug)]
pub struct Log(SyncSender<Message>);

/// Sends the log of this process to stderr; `quiet` leaves out the lines of requests. To be called once, by the program.
#[must_use]
pub fn start(format: LogFormat, quiet: bool) -> Log {
    let (sender, receiver) = sync_channel(WAITING_MAX);
    std::thread::spawn(move || write_lines(&receiver));
    let level = if quiet { tracing::Level::WARN } else { tracing::Level::INFO };
    let lines =
        tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(Queue(sender.clone()));
    // A second log in one process is a mistake of the caller that only loses lines.
    let _ = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(lines.finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
    Log(sender)
}

/// Lines that nobody read in time.
pub(crate) fn lines_lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

fn write_lines(receiver: &Receiver<Message>) {
    for message in receiver {
        match message {
            // If nobody can hear it, it is not said.
            Message::Line(line) => drop(io::stderr().lock().write_all(&line)),
            Message::Flush(done) => drop(done.try_send(())),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let (done, wait) = sync_channel(1);
        if self.0.try_send(Message::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(FLUSH_TIME);
        }
    }
}

#[derive(Clone)]
struct Queue(SyncSender<Message>);

impl MakeWriter<'_> for Queue {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Each event arrives as one piece.
impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.try_send(Message::Line(line.to_vec())).is_err() {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
