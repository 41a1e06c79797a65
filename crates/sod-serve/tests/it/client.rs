//! A client that sends what it is told, byte by byte, and reads answers whole.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Got {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .head
            .lines()
            .find(|line| line.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(name)))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The code of an error body, after a look at its shape.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        let body = self.json();
        let error = &body["error"];
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert_eq!(error["innerError"]["request-id"].as_str(), self.header("request-id"), "{body}");
        // As Graph has it: the caller's own id, or else the server's.
        let client = self.header("client-request-id").or(self.header("request-id"));
        assert_eq!(error["innerError"]["client-request-id"].as_str(), client, "{body}");
        assert_eq!(error["innerError"]["date"].as_str().unwrap().len(), "2026-11-22T10:00:00".len());
        assert_eq!(self.header("content-type"), Some("application/json"));
        error["code"].as_str().unwrap().to_owned()
    }
}

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        // Whoever was told no may find the door closed.
        let _ = self.stream.write_all(bytes.as_ref());
        self
    }

    /// A request without a body on this connection, and its answer.
    pub(crate) fn get(&mut self, target: &str) -> Got {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")).read().unwrap()
    }

    /// The status of the next answer, of which no more is taken than its head and what came with it.
    pub(crate) fn status(&mut self) -> Option<u16> {
        self.head().map(|got| got.status)
    }

    fn head(&mut self) -> Option<Got> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            if !self.fill() {
                return None;
            }
        };
        let head = String::from_utf8(self.buffer.drain(..end + 4).collect()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Got { status, head, body: Vec::new() })
    }

    /// The next answer; `None` when the connection was closed before its head was complete.
    pub(crate) fn read(&mut self) -> Option<Got> {
        let mut got = self.head()?;
        if got.header("transfer-encoding") == Some("chunked") {
            got.body = self.chunks();
        } else {
            let length: usize = got.header("content-length").map_or(0, |length| length.parse().unwrap());
            while self.buffer.len() < length && self.fill() {}
            got.body = self.buffer.drain(..length.min(self.buffer.len())).collect();
        }
        Some(got)
    }

    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match find(&self.buffer, b"\r\n") {
                    Some(at) => break at,
                    None => assert!(self.fill(), "the connection ended within a body"),
                }
            };
            let line = String::from_utf8(self.buffer.drain(..end + 2).collect()).unwrap();
            let length = usize::from_str_radix(line.trim(), 16).unwrap();
            while self.buffer.len() < length + 2 {
                assert!(self.fill(), "the connection ended within a body");
            }
            body.extend(self.buffer.drain(..length));
            self.buffer.drain(..2);
            if length == 0 {
                return body;
            }
        }
    }

    /// Whether the server has closed the connection, waiting for it.
    pub(crate) fn is_closed(&mut self) -> bool {
        while self.fill() {}
        let mut byte = [0];
        matches!(self.stream.read(&mut byte), Ok(0))
            || self.stream.take_error().is_ok_and(|error| error.is_none())
    }

    fn fill(&mut self) -> bool {
        let mut piece = [0; 1 << 16];
        match self.stream.read(&mut piece) {
            Ok(0) => false,
            Ok(read) => {
                self.buffer.extend(&piece[..read]);
                true
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) => panic!("nothing came: {error}"),
        }
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
