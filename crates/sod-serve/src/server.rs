//! From a configuration to a server that runs until it is stopped.

use crate::app::App;
use crate::config::{ServeError, ServerConfig};
use crate::connection::accept;
use crate::routes::router;
use crate::served::Served;
use crate::watch::{self, Reload};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch::{Receiver, Sender, channel};

/// Files that are open beside the connections.
const FILES_BESIDE: usize = 64;
/// A reload that was told to stop has this long to do so.
const BACKGROUND_TIME: Duration = Duration::from_secs(2);

/// A server that has its address, and answers as soon as it runs: connections made before wait.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    config: ServerConfig,
    stop: (Sender<bool>, Receiver<bool>),
}

/// Stops a server, from any thread.
#[derive(Clone, Debug)]
pub struct Stopper(Sender<bool>);

impl Stopper {
    /// No new connection is taken; requests under way are finished, within a bound. A second call changes nothing.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// When a token is needed and there is none, or the address cannot be had.
    pub fn bind(mut config: ServerConfig) -> Result<Self, ServeError> {
        if !config.listen.ip().is_loopback() && config.token.is_none() {
            return Err(ServeError::TokenNeeded(config.listen));
        }
        let failed = |why| ServeError::Bind { address: config.listen, why };
        let listener = TcpListener::bind(config.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        config.limits.connections = connections_possible(config.limits.connections);
        Ok(Self { listener, address, config, stop: channel(false) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as clients of this machine write it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What stops it.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.0.clone())
    }

    /// Answers until it is stopped; `reload` says whether and how the snapshot is replaced.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn run(self, served: Served, reload: Option<Reload>) -> Result<(), ServeError> {
        let Self { listener, address, config, stop: (_sender, stop) } = self;
        let threads = match config.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let runtime = runtime(threads).map_err(ServeError::Runtime)?;
        let app = Arc::new(App::new(config, address, threads, served));
        let done = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).map_err(ServeError::Runtime)?;
            if let Some(reload) = reload {
                tokio::spawn(watch::watch(Arc::clone(&app), reload, stop.clone()));
            }
            tracing::info!(target: "sod::server", %address, threads, "serving");
            app.current().log_warnings();
            accept(listener, Arc::clone(&app), router(app), stop).await;
            tracing::info!(target: "sod::server", "stopped");
            Ok(())
        });
        runtime.shutdown_timeout(BACKGROUND_TIME);
        done
    }
}

fn runtime(threads: usize) -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(threads)
        // Those for long answers, and those that watch and reload.
        .max_blocking_threads(threads + 2)
        .thread_name("sod-serve")
        .enable_all()
        .build()
}

/// As many connections as the system lets this process have files.
fn connections_possible(wanted: usize) -> usize {
    let files = wanted.saturating_add(FILES_BESIDE);
    let allowed = rlimit::increase_nofile_limit(files as u64).unwrap_or(files as u64);
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    wanted.min(allowed.saturating_sub(FILES_BESIDE)).max(1)
}
