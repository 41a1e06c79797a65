//! Inputs that change: noticed when they are quiet, read in the background, swapped in whole.
//!
//! Files are looked at from time to time and not through the notices of the operating system: those do not come from
//! network shares, and do not tell when an export is complete. An export counts as complete when nothing about it has changed
//! from one look to the next, and as read when it is the same after the reading as before. Whatever fails, the snapshot
//! that is there goes on being served, and the log, `/healthz` and the counters say so. So it does when what was read is
//! proven to be less than what is served: an export may stop halfway and be quiet.

use crate::app::{App, FailedReload};
use crate::served::Served;
use sod_engine::Timestamp;
use std::collections::hash_map::DefaultHasher;
use std::fs::Metadata;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch::Receiver;

/// Looking at many files takes long; it must not be all that the machine does.
const SHARE_OF_TIME: u32 = 20;
/// Deeper folders are links that go in a circle.
const DEPTH_MAX: usize = 64;

/// Reads the inputs once more, or says under which codes that failed.
type Read = dyn Fn() -> Result<Served, Vec<&'static str>> + Send + Sync;

/// How a snapshot is replaced.
pub struct Reload {
    paths: Vec<PathBuf>,
    pause: Duration,
    read: Arc<Read>,
    /// What was there before the first reading.
    loaded: Look,
}

impl Reload {
    /// Watches files and folders, looking at them every `pause`. To be made **before** the first snapshot is read, so that a
    /// change during the reading is noticed. `read` reads the inputs; when it fails it gives the stable codes of what is
    /// wrong, which `/healthz` shows.
    pub fn new(
        paths: Vec<PathBuf>,
        pause: Duration,
        read: impl Fn() -> Result<Served, Vec<&'static str>> + Send + Sync + 'static,
    ) -> Self {
        let loaded = Look::at(&paths);
        Self { paths, pause, read: Arc::new(read), loaded }
    }
}

impl std::fmt::Debug for Reload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reload").field("paths", &self.paths).finish_non_exhaustive()
    }
}

/// What a reading came to.
enum Outcome {
    Read(Box<Served>),
    Failed(Vec<&'static str>),
    /// Something changed while it was read: what was read may be half the one and half the other.
    Moved,
}

/// Looks, waits until it is quiet, reads, swaps, until the server stops.
pub(crate) async fn watch(app: Arc<App>, reload: Reload, mut stop: Receiver<bool>) {
    let Reload { paths, pause, read, loaded } = reload;
    let paths = Arc::new(paths);
    // What is served or was tried in vain, and what was seen last.
    let (mut done, mut seen) = (loaded, loaded);
    let mut wait = pause;
    while tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await.is_err() {
        let began = Instant::now();
        let Some(now) = look(&paths).await else { continue };
        wait = pause.max(began.elapsed() * SHARE_OF_TIME);
        let quiet = now == seen;
        seen = now;
        if now == done || !quiet {
            continue;
        }
        let (read, again) = (Arc::clone(&read), Arc::clone(&paths));
        let reading = tokio::task::spawn_blocking(move || match read() {
            _ if Look::at(&again) != now => Outcome::Moved,
            Ok(served) => Outcome::Read(Box::new(served)),
            Err(codes) => Outcome::Failed(codes),
        });
        let outcome = reading.await.unwrap_or_else(|_| Outcome::Failed(vec!["defect"]));
        if !matches!(outcome, Outcome::Moved) {
            done = now;
        }
        settle(&app, outcome);
    }
}

async fn look(paths: &Arc<Vec<PathBuf>>) -> Option<Look> {
    let paths = Arc::clone(paths);
    tokio::task::spawn_blocking(move || Look::at(&paths)).await.ok()
}

/// Records of a kind are not there any more at all, as when the file of all packages is gone.
const LIST_LOST: &str = "list-lost";

/// Puts what was read in its place, or says why not. What is proven to lack something that the snapshot before does not
/// lack is no better than what cannot be read: half an export gives every answer, and wrong ones.
fn settle(app: &App, outcome: Outcome) {
    match outcome {
        Outcome::Read(served) => {
            let current = app.current();
            let mut lacking: Vec<&'static str> = served.gaps().difference(current.gaps()).copied().collect();
            let (before, now) = (current.snapshot().provenance.side(), served.snapshot().provenance.side());
            if before.keys().any(|kind| !now.contains_key(kind)) {
                lacking.push(LIST_LOST);
            }
            if !lacking.is_empty() {
                return fail(app, lacking, "the inputs changed and lack what is served now");
            }
            tracing::info!(
                target: "sod::reload",
                snapshot = %served.id(),
                "the inputs changed and were read again",
            );
            served.log_warnings();
            app.replace(*served);
            app.metrics.reloaded("done");
        }
        Outcome::Failed(codes) => fail(app, codes, "the inputs changed and cannot be used"),
        Outcome::Moved => {
            app.metrics.reloaded("moved");
            tracing::info!(target: "sod::reload", "the inputs changed while they were read: once more when they are quiet");
        }
    }
}

/// Leaves the snapshot that is there, until the inputs change again.
fn fail(app: &App, codes: Vec<&'static str>, what: &str) {
    app.metrics.reloaded("failed");
    tracing::warn!(
        target: "sod::reload",
        codes = %codes.join(","),
        "{what}: the snapshot before is still served; sod analyze with the same inputs tells what is wrong",
    );
    let at = Timestamp(jiff::Timestamp::now().as_second());
    app.set_failed_reload(Some(FailedReload { at, codes }));
}

/// What all files together look like from outside: equal when nothing about any of them has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    files: u64,
    /// Of hashes, so that the order in which a folder lists its files does not matter.
    sum: u64,
}

impl Look {
    fn at(paths: &[PathBuf]) -> Self {
        let mut look = Self { files: 0, sum: 0 };
        for path in paths {
            look.add(path, 0);
        }
        look
    }

    fn add(&mut self, path: &Path, depth: usize) {
        let facts = std::fs::metadata(path);
        let mut hash = DefaultHasher::new();
        path.hash(&mut hash);
        match &facts {
            Ok(facts) if facts.is_dir() => {
                if depth < DEPTH_MAX {
                    self.add_entries(path, depth);
                }
                return;
            }
            Ok(facts) => stamps(facts).hash(&mut hash),
            Err(error) => error.kind().hash(&mut hash),
        }
        self.files += 1;
        self.sum = self.sum.wrapping_add(hash.finish());
    }

    /// Hidden files are not read: so is what is being written beside its place.
    fn add_entries(&mut self, folder: &Path, depth: usize) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                self.add(&entry.path(), depth + 1);
            }
        }
    }
}

/// What changes when a file is written.
#[cfg(unix)]
fn stamps(facts: &Metadata) -> impl Hash {
    use std::os::unix::fs::MetadataExt;
    (facts.len(), facts.ino(), facts.mtime(), facts.mtime_nsec(), facts.ctime(), facts.ctime_nsec())
}

/// What changes when a file is written.
#[cfg(not(unix))]
fn stamps(facts: &Metadata) -> impl Hash {
    (facts.len(), facts.modified().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_sees_every_change_and_no_hidden_file() {
        let folder = tempfile::tempdir().unwrap();
        let (root, file) = (folder.path().to_owned(), folder.path().join("deep/page.json"));
        let look = || Look::at(std::slice::from_ref(&root));
        std::fs::create_dir(root.join("deep")).unwrap();
        let empty = look();
        std::fs::write(&file, "1").unwrap();
        let one = look();
        assert_ne!(empty, one);
        assert_eq!(one, look());
        std::fs::write(root.join(".page.json.tmp"), "half").unwrap();
        assert_eq!(one, look());
        std::fs::write(&file, "12").unwrap();
        let two = look();
        assert_ne!(one, two);
        std::fs::rename(&file, root.join("deep/other.json")).unwrap();
        assert_ne!(two, look());
        std::fs::remove_file(root.join("deep/other.json")).unwrap();
        assert_eq!(empty, look());
        assert_ne!(empty, Look::at(&[root.join("nowhere")]));
    }
}
