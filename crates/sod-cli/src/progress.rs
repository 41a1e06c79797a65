//! A progress bar for long work, and a way to stop it.

use crate::arguments::{Color, Common};
use crate::exit::Failure;
use crate::output::complain;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sod_engine::{Event, Observer, Phase};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

static STOP: AtomicBool = AtomicBool::new(false);

/// The bar on the terminal, for whoever must clear it in a hurry.
static BAR: OnceLock<ProgressBar> = OnceLock::new();

/// Files are being written: the process must not end before they are complete or removed.
static WRITING: AtomicBool = AtomicBool::new(false);

/// What a signal means once there is something that can end by itself.
static ON_STOP: OnceLock<Box<dyn Fn() + Send + Sync>> = OnceLock::new();

/// How long the work may take to notice that it should stop.
const GRACE: Duration = Duration::from_secs(1);

/// Lets Ctrl-C and a termination signal end the work in good order.
///
/// Workers notice the flag within moments, unless they wait for an input that does not come (a terminal, a pipe) or
/// sort what they have. As long as nothing is being written, nothing is lost by ending the process then; while files
/// are being written every write notices the flag, and unwinding removes what is not complete. The exit code is 2, as for all
/// that was not finished: scripts that tell "conflicts" from "no answer" need no case of its own for it.
pub(crate) fn stop_on_signal() {
    // Without a handler the signal ends the process, which leaves at worst a temporary file: no reason to give up.
    let _ = ctrlc::set_handler(|| {
        if let Some(stop) = ON_STOP.get() {
            STOP.store(true, Ordering::SeqCst);
            return stop();
        }
        if !STOP.swap(true, Ordering::SeqCst) {
            std::thread::sleep(GRACE);
        }
        if !WRITING.load(Ordering::SeqCst) {
            if let Some(bar) = BAR.get() {
                bar.finish_and_clear();
            }
            complain(&Failure::message("stopped before the work was done; no file was written"), Color::Auto);
            #[expect(clippy::exit, reason = "a thread that waits for input cannot be asked to return")]
            std::process::exit(2);
        }
    });
}

/// From now on a signal calls this, and the process ends when its work does.
pub(crate) fn on_stop(stop: impl Fn() + Send + Sync + 'static) {
    let _ = ON_STOP.set(Box::new(stop));
}

/// Whether a signal asked to stop.
fn stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Whether files are being written from here on.
pub(crate) fn writing(now: bool) {
    WRITING.store(now, Ordering::SeqCst);
}

/// Shows the work on stderr if that is a terminal, and tells the work of signals.
pub(crate) struct Progress {
    bar: ProgressBar,
    files: AtomicU64,
    files_read: AtomicU64,
    /// The bar counts files, not bytes.
    by_files: AtomicBool,
    /// Units in all, of the phase under way; 0 as long as they are not known.
    units: AtomicU64,
}

impl Progress {
    pub(crate) fn new(common: &Common) -> Self {
        Self::shown(!common.quiet && !common.no_progress)
    }

    pub(crate) fn shown(wanted: bool) -> Self {
        let shown = wanted && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(style("{spinner} {msg}"));
        if shown {
            bar.enable_steady_tick(Duration::from_millis(120));
            let _ = BAR.set(bar.clone());
        }
        Self {
            bar,
            files: AtomicU64::new(0),
            files_read: AtomicU64::new(0),
            by_files: AtomicBool::new(false),
            units: AtomicU64::new(0),
        }
    }

    /// So many rows of all are written.
    pub(crate) fn rows(&self, done: u64, of: u64) {
        self.measure(of, "{spinner} {msg} {wide_bar} {human_pos}/{human_len} rows eta {eta}");
        self.bar.set_message("writing");
        self.bar.set_position(done);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Shows a bar of this length, and begins it anew if it was another.
    fn measure(&self, of: u64, template: &str) {
        if of > 0 && self.units.swap(of, Ordering::Relaxed) != of {
            self.bar.reset();
            self.bar.set_length(of);
            self.bar.set_style(style(template));
        }
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
                    Phase::Remediate => "finding the least that must go",
                    Phase::Write => "writing",
                    Phase::Fingerprint => "hashing",
                    Phase::Recompute => "working it out again",
                    Phase::Compare => "comparing",
                    Phase::Index => "preparing answers",
                };
                if phase == Phase::Write {
                    writing(true);
                }
                if phase != Phase::Read {
                    self.bar.set_style(style("{spinner} {msg} {elapsed}"));
                }
                self.bar.set_message(text);
            }
            Event::FilesFound { files, bytes } => {
                self.files.store(files, Ordering::Relaxed);
                // Of very many files none was asked how long it is; pipes do not know.
                let by_files = bytes == 0 && files > 64;
                self.by_files.store(by_files, Ordering::Relaxed);
                if by_files {
                    self.measure(files, "{spinner} {msg} {wide_bar} {percent} % eta {eta}");
                } else if bytes == 0 {
                    self.bar.set_style(style("{spinner} {msg} {bytes} {bytes_per_sec}"));
                }
                self.measure(bytes, "{spinner} {msg} {wide_bar} {bytes}/{total_bytes} eta {eta}");
            }
            Event::BytesRead(_) if self.by_files.load(Ordering::Relaxed) => {}
            Event::BytesRead(bytes) => self.bar.inc(bytes),
            Event::FileRead => {
                let read = self.files_read.fetch_add(1, Ordering::Relaxed) + 1;
                let files = self.files.load(Ordering::Relaxed);
                if self.by_files.load(Ordering::Relaxed) {
                    self.bar.inc(1);
                }
                if files > 1 && (read.is_multiple_of(64) || read == files) {
                    self.bar.set_message(format!("reading {read} of {files} files"));
                }
            }
            Event::Counted { done, of } => {
                self.measure(of, "{spinner} {msg} {wide_bar} {human_pos}/{human_len} packages {elapsed}");
                self.bar.inc(done);
            }
            Event::Recomputed { done, of } => {
                self.measure(of, "{spinner} {msg} {wide_bar} {human_pos}/{human_len} users {elapsed}");
                self.bar.inc(done);
            }
            Event::Solved { done, of } => {
                self.measure(of, "{spinner} {msg} {wide_bar} {human_pos}/{human_len} positions {elapsed}");
                self.bar.inc(done);
            }
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
