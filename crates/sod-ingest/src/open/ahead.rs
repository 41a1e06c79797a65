//! Decompresses a source in a thread of its own, a little ahead of whoever reads it.
//!
//! Nothing can be taken apart that is not decompressed yet, and one thread has to do that from the beginning to the end.
//! So that thread does nothing else: what it has made is cut into records and decoded by others meanwhile. It is never
//! further ahead than a few pieces, and their buffers go round.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::io::{self, Read};

/// Small enough that a piece is still in the cache when it is read.
const PIECE: usize = 1 << 18;
/// So many pieces wait at most.
const PIECES: usize = 4;

/// What the thread hands over.
enum Piece {
    Text(Vec<u8>),
    /// The source was read to its end, or as far as it can be.
    End(io::Result<()>),
}

/// A source that another thread decompresses.
pub(crate) struct Ahead {
    pieces: Receiver<Piece>,
    used: Sender<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
    ended: bool,
}

/// How far ahead that thread is.
pub(crate) struct Lead(Receiver<Piece>);

impl Lead {
    /// Whoever reads is slower than the thread that decompresses.
    pub(crate) fn is_full(&self) -> bool {
        self.0.is_full()
    }
}

/// Lets a thread decompress `text` while `body` reads it. It ends with `body`, and if it panics so does the caller.
pub(crate) fn read_ahead<T>(text: impl Read + Send, body: impl FnOnce(Ahead) -> T) -> T {
    let (filled, pieces) = bounded(PIECES);
    let (used, empty) = bounded(PIECES);
    std::thread::scope(|scope| {
        scope.spawn(move || fill(text, &filled, &empty));
        body(Ahead { pieces, used, piece: Vec::new(), at: 0, ended: false })
    })
}

fn fill(mut text: impl Read, filled: &Sender<Piece>, empty: &Receiver<Vec<u8>>) {
    loop {
        let mut piece = empty.try_recv().unwrap_or_default();
        // A buffer that was used is as long as it should be: nothing is cleared only to be overwritten.
        piece.resize(PIECE, 0);
        let (count, end) = fill_piece(&mut text, &mut piece);
        piece.truncate(count);
        // If nobody listens any more, nobody needs the rest.
        if count > 0 && filled.send(Piece::Text(piece)).is_err() {
            return;
        }
        if let Some(end) = end {
            let _ = filled.send(Piece::End(end));
            return;
        }
    }
}

/// Reads until the piece is full, or there is a reason to end.
fn fill_piece(text: &mut impl Read, piece: &mut [u8]) -> (usize, Option<io::Result<()>>) {
    let mut count = 0;
    while let Some(rest) = piece.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match text.read(rest) {
            Ok(0) => return (count, Some(Ok(()))),
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Some(Err(error))),
        }
    }
    (count, None)
}

impl Ahead {
    pub(crate) fn lead(&self) -> Lead {
        Lead(self.pieces.clone())
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.piece.len() && !self.ended {
            // The thread is gone without a word: it panicked. What was read is not all there is.
            let gone = |_| io::Error::other("the thread that decompresses it has ended");
            match self.pieces.recv().map_err(gone)? {
                Piece::Text(piece) => {
                    let _ = self.used.try_send(std::mem::replace(&mut self.piece, piece));
                    self.at = 0;
                }
                Piece::End(outcome) => {
                    self.ended = true;
                    outcome?;
                }
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbered bytes, a few at a time, and then an error or the end.
    struct Source {
        left: usize,
        error: bool,
    }

    impl Read for Source {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.left == 0 && self.error {
                return Err(io::Error::other("damaged"));
            }
            let count = buffer.len().min(self.left).min(70_001);
            for byte in &mut buffer[..count] {
                *byte = (self.left % 251) as u8;
                self.left -= 1;
            }
            Ok(count)
        }
    }

    #[test]
    fn what_is_read_is_what_there_is() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 9 * PIECE + 5] {
            let mut expected = Vec::new();
            Source { left: length, error: false }.read_to_end(&mut expected).unwrap();
            let mut found = Vec::new();
            let count = read_ahead(Source { left: length, error: false }, |mut text| {
                text.by_ref().take(10).read_to_end(&mut found)?;
                text.read_to_end(&mut found)
            });
            assert!(count.is_ok() && found == expected, "{length} bytes");
        }
    }

    #[test]
    fn an_error_comes_after_what_was_read_before_it() {
        let mut found = Vec::new();
        let outcome =
            read_ahead(Source { left: PIECE + 7, error: true }, |mut text| text.read_to_end(&mut found));
        assert_eq!(outcome.unwrap_err().to_string(), "damaged");
        assert_eq!(found.len(), PIECE + 7);
    }

    #[test]
    fn the_thread_ends_with_whoever_reads() {
        let first = read_ahead(io::repeat(7), |mut text| {
            let mut byte = [0];
            text.read_exact(&mut byte).map(|()| byte[0])
        });
        assert_eq!(first.unwrap(), 7);
    }

    #[test]
    fn a_panic_is_passed_on_and_not_taken_for_the_end() {
        struct Panics;
        impl Read for Panics {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("as a test");
            }
        }
        let mut outcome = None;
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            read_ahead(Panics, |mut text| outcome = Some(text.read_to_end(&mut Vec::new())));
        }));
        assert!(ended.is_err());
        assert!(outcome.is_some_and(|read| read.is_err()));
    }
}
