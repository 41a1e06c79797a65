//! How a server is set up, and why it may not start.

use crate::base::BaseUrl;
use crate::limits::Limits;
use crate::token::Token;
use std::net::SocketAddr;

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where it listens. Port 0 is any that is free.
    pub listen: SocketAddr,
    /// What clients must send; needed unless it listens on loopback.
    pub token: Option<Token>,
    /// What links begin with, where clients know the server under another address.
    pub base_url: Option<BaseUrl>,
    /// Whoever asks, for `filterByCurrentUser`, unless the header `sod-user` of a request says otherwise.
    pub current_user: Option<String>,
    /// What clients may cost.
    pub limits: Limits,
    /// Threads that answer; 0 for as many as the machine has.
    pub threads: usize,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            token: None,
            base_url: None,
            current_user: None,
            limits: Limits::default(),
            threads: 0,
        }
    }
}

/// Why a server does not start, or could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Who listens where others can reach it must ask who they are.
    #[error("listening on {0} lets others ask, and who holds what is not for everybody: a token is required")]
    TokenNeeded(SocketAddr),
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {why}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        why: std::io::Error,
    },
    /// The system gives no threads.
    #[error("cannot start threads: {0}")]
    Runtime(std::io::Error),
}

impl ServeError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::TokenNeeded(_) => Some(
                "give one with --token-file FILE or in SOD_TOKEN (openssl rand -hex 32 makes one), or listen on 127.0.0.1",
            ),
            Self::Bind { why, .. } if why.kind() == std::io::ErrorKind::AddrInUse => {
                Some("another program listens there: choose another port, or 0 for any that is free")
            }
            Self::Bind { why, .. } if why.kind() == std::io::ErrorKind::PermissionDenied => {
                Some("ports below 1024 are for the system: choose a higher one")
            }
            Self::Bind { .. } | Self::Runtime(_) => None,
        }
    }
}
