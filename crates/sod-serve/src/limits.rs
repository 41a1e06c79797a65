//! What a client may cost, in bytes, in time and in number.
//!
//! Every limit has an answer: 408, 413, 414, 429, 431 or 503 where there is somebody to tell, and otherwise a closed
//! connection. Together they bound the memory: connections by their buffers, bodies under way by `uploads`, answers under
//! way by `answer_bytes`.

use std::time::Duration;

/// The limits of a server.
///
/// ```
/// let limits = sod_serve::Limits { requests: 8, ..sod_serve::Limits::default() };
/// assert_eq!(limits.body_bytes, 1 << 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; further ones are told 503 and closed.
    pub connections: usize,
    /// Requests worked on at once; further ones are told 429.
    pub requests: usize,
    /// Bodies read at once; each may take `body_bytes`.
    pub uploads: usize,
    /// Path and query.
    pub target_bytes: usize,
    /// Request line and headers together.
    pub head_bytes: usize,
    /// The body of a request.
    pub body_bytes: usize,
    /// Bodies of answers that clients have not taken yet, over all of them.
    pub answer_bytes: usize,
    /// From the end of one request to the end of the head of the next: the time to be slow, and to be idle.
    pub head_time: Duration,
    /// The whole body.
    pub body_time: Duration,
    /// From the head of a request to its answer.
    pub request_time: Duration,
    /// Without a byte in either direction.
    pub stall_time: Duration,
    /// How long a connection lives; then it is closed in good order.
    pub connection_time: Duration,
    /// How long requests under way may take when the server stops.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            requests: 256,
            uploads: 32,
            target_bytes: 16 << 10,
            head_bytes: 64 << 10,
            body_bytes: 1 << 20,
            answer_bytes: 256 << 20,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(10),
            request_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(60),
            connection_time: Duration::from_secs(3600),
            stop_time: Duration::from_secs(10),
        }
    }
}
