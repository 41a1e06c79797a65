//! A progress bar for long work, and a way to stop it.

use crate::arguments::Common;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sod_engine::{Event, Observer, Phase};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C and a termination signal end the work in good order; a second one ends it at once.
pub(crate) fn stop_on_signal() {
    // Without a handler the signal ends the process, which leaves at worst a temporary file: no reason to give up.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(2);
        }
    });
}

/// Whether a signal asked to stop.
pub(crate) fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// Shows the work on stderr if that is a terminal; always listens to signals.
pub(crate) struct Progress {
    bar: ProgressBar,
    files: AtomicU64,
    files_read: AtomicU64,
}

impl Progress {
    pub(crate) fn new(common: &Common) -> Self {
        Self::shown(!common.quiet && !common.no_progress)
    }

    pub(crate) fn shown(wanted: bool) -> Self {
        stop_on_signal();
        let shown = wanted && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(style("{spinner} {msg}"));
        if shown {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, files: AtomicU64::new(0), files_read: AtomicU64::new(0) }
    }

    pub(crate) fn message(&self, text: String) {
        self.bar.set_message(text);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .progress_chars("━╸ ")
}

impl Observer for Progress {
    fn event(&self, event: Event) {
        match event {
            Event::Began(phase) => {
                let text = match phase {
                    Phase::Discover => "looking for files",
                    Phase::Read => "reading",
                    Phase::Join => "joining identities",
                    Phase::Count => "counting pairs",
                    Phase::Write => "writing the report",
                };
                if phase != Phase::Read {
                    self.bar.set_style(style("{spinner} {msg} {elapsed}"));
                }
                self.bar.set_message(text);
            }
            Event::FilesFound { files, bytes } => {
                self.files.store(files, Ordering::Relaxed);
                if bytes > 0 {
                    self.bar.set_style(style(
                        "{spinner} {msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} eta {eta}",
                    ));
                    self.bar.set_length(bytes);
                }
            }
            Event::BytesRead(bytes) => self.bar.inc(bytes),
            Event::FileRead => {
                let read = self.files_read.fetch_add(1, Ordering::Relaxed) + 1;
                let files = self.files.load(Ordering::Relaxed);
                if files > 1 && (read % 64 == 0 || read == files) {
                    self.bar.set_message(format!("reading {read} of {files} files"));
                }
            }
            Event::Counted { of, .. } if of > 0 => {}
            _ => {}
        }
    }

    fn is_cancelled(&self) -> bool {
        stopped()
    }
}

/// Bytes for people.
pub(crate) fn human_bytes(bytes: u64) -> String {
    HumanBytes(bytes).to_string()
}
