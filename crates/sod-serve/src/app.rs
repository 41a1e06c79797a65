//! What all requests share: the current snapshot, the limits and the counters.

use crate::base::Names;
use crate::config::ServerConfig;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::refusal::Refusal;
use crate::served::Served;
use crate::token::Token;
use arc_swap::ArcSwap;
use bytes::Bytes;
use sod_engine::Timestamp;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The permits for bytes of answers are given out by pieces of this size.
const ANSWER_PIECE: usize = 1 << 10;

/// What all requests share.
pub(crate) struct App {
    current: ArcSwap<Served>,
    pub(crate) names: Names,
    pub(crate) token: Option<Token>,
    pub(crate) current_user: Option<String>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) connections: Arc<Semaphore>,
    pub(crate) requests: Arc<Semaphore>,
    pub(crate) uploads: Arc<Semaphore>,
    answer_pieces: Arc<Semaphore>,
    /// Answers that take their time: as many at once as there are threads, so that the short ones come through.
    long: Arc<Semaphore>,
    failed_reload: Mutex<Option<FailedReload>>,
}

/// The last reload, if it failed.
#[derive(Clone, Debug)]
pub(crate) struct FailedReload {
    pub(crate) at: Timestamp,
    /// Stable codes: what a message quotes is not for everybody who may ask for the health.
    pub(crate) codes: Vec<&'static str>,
}

/// Bytes with the room that they take. It goes with the bytes, for whoever sends them drops the body of an answer as soon as it
/// has them, and may have them for long.
struct Counted {
    body: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl App {
    pub(crate) fn new(config: ServerConfig, bound: SocketAddr, threads: usize, served: Served) -> Self {
        let limits = config.limits;
        let metrics = Metrics::new();
        metrics.of_snapshot(&served);
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self {
            current: ArcSwap::from_pointee(served),
            names: Names::new(bound, config.base_url),
            token: config.token,
            current_user: config.current_user,
            limits,
            metrics,
            connections: semaphore(limits.connections),
            requests: semaphore(limits.requests),
            uploads: semaphore(limits.uploads),
            answer_pieces: semaphore(limits.answer_bytes / ANSWER_PIECE),
            long: semaphore(threads),
            failed_reload: Mutex::new(None),
        }
    }

    /// The snapshot of this moment. Who holds it keeps it.
    pub(crate) fn current(&self) -> Arc<Served> {
        self.current.load_full()
    }

    /// From now on this one.
    pub(crate) fn replace(&self, served: Served) {
        self.metrics.of_snapshot(&served);
        self.current.store(Arc::new(served));
        self.set_failed_reload(None);
    }

    pub(crate) fn failed_reload(&self) -> Option<FailedReload> {
        self.failed_reload.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_failed_reload(&self, failed: Option<FailedReload>) {
        *self.failed_reload.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }

    /// The body of an answer, counted until the client has taken it or is gone.
    pub(crate) fn counted(&self, body: Vec<u8>) -> Result<Bytes, Refusal> {
        let pieces = body.len().div_ceil(ANSWER_PIECE).clamp(1, self.limits.answer_bytes / ANSWER_PIECE);
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.answer_pieces).try_acquire_many_owned(pieces).map_err(|_| {
            Refusal::busy(
                "clients have not taken the answers that they asked for: read them, or ask for less",
            )
        })?;
        Ok(Bytes::from_owner(Counted { body, _room: room }))
    }

    /// Does what may take its time on a thread for such work. It goes on when the client leaves, and so holds its place
    /// until it is done.
    pub(crate) async fn long<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = Arc::clone(&self.long).acquire_owned().await.map_err(|_| Refusal::defect())?;
        let work = move || {
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::defect())
    }
}
