//! Bytes of a source, put behind what was read before.

use std::fs::File;
use std::io::{self, Read};

/// Where text comes from, a piece at a time.
pub(crate) trait Supply {
    /// Puts the next `count` bytes behind the text, and tells how many these were: fewer only where the source ends. After an
    /// error, some may be there.
    fn append(&mut self, text: &mut Vec<u8>, count: usize) -> io::Result<usize>;
}

/// A stream of which nobody knows more than that it can be read.
pub(crate) struct Stream<R>(pub(crate) R);

impl<R: Read> Supply for Stream<R> {
    fn append(&mut self, text: &mut Vec<u8>, count: usize) -> io::Result<usize> {
        // With room to spare, the reader does not make more of it only to find that it is at the end.
        text.reserve(count + 64);
        self.0.by_ref().take(count as u64).read_to_end(text)
    }
}

/// A file from somewhere on, wherever others read it.
pub(crate) struct FileFrom<'f> {
    file: &'f File,
    at: u64,
}

impl<'f> FileFrom<'f> {
    pub(crate) fn new(file: &'f File, at: u64) -> Self {
        Self { file, at }
    }
}

impl Read for FileFrom<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Supply for FileFrom<'_> {
    /// `Read::read_to_end` would clear the memory before it is overwritten, and ask for small pieces first: a twentieth of
    /// the time that a large export takes (measured).
    fn append(&mut self, text: &mut Vec<u8>, count: usize) -> io::Result<usize> {
        let at = &mut self.at;
        append_whole(text, count, |text, missing| {
            let found = append_at(self.file, text, missing, *at)?;
            *at += found as u64;
            Ok(found)
        })
    }
}

/// Asks until there are so many bytes more, or none: a system may give fewer than are there.
fn append_whole(
    text: &mut Vec<u8>,
    count: usize,
    mut ask: impl FnMut(&mut Vec<u8>, usize) -> io::Result<usize>,
) -> io::Result<usize> {
    let before = text.len();
    loop {
        let missing = (before + count).saturating_sub(text.len());
        if missing == 0 {
            return Ok(count);
        }
        match ask(text, missing) {
            Ok(0) => return Ok(count - missing),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// One question to the system, for at most `count` bytes.
#[cfg(unix)]
fn append_at(file: &File, text: &mut Vec<u8>, count: usize, at: u64) -> io::Result<usize> {
    sod_kernel::append(text, count, |room| Ok(rustix::io::pread(file, room, at)?.0))
}

#[cfg(windows)]
fn append_at(file: &File, text: &mut Vec<u8>, count: usize, at: u64) -> io::Result<usize> {
    let before = text.len();
    text.resize(before + count, 0);
    let found = read_at(file, text.get_mut(before..).unwrap_or_default(), at);
    text.truncate(before + *found.as_ref().unwrap_or(&0));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// What is found, and what it leads to, by both ways.
    fn append_all(supply: &mut dyn Supply, counts: &[usize]) -> (Vec<u8>, Vec<usize>) {
        let mut text = b"before".to_vec();
        let found = counts.iter().map(|count| supply.append(&mut text, *count).unwrap()).collect();
        (text, found)
    }

    #[test]
    fn a_file_gives_what_a_stream_gives() {
        let content: Vec<u8> = (0..100_000u32).map(|at| (at / 7) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&content).unwrap();
        for from in [0, 1, 4096, 99_999, 100_000, 200_000] {
            for counts in [&[0, 1, 10, 4096, 0, 200_000, 5][..], &[100_000, 1], &[99_999, 1, 1], &[100_001]] {
                let rest = content.get(from..).unwrap_or_default();
                let expected = append_all(&mut Stream(rest), counts);
                assert_eq!(
                    append_all(&mut FileFrom::new(&file, from as u64), counts),
                    expected,
                    "{from} {counts:?}"
                );
                let all: usize = counts.iter().sum();
                assert_eq!(expected.0.strip_prefix(b"before"), rest.get(..all.min(rest.len())));
            }
        }
        // Whoever reads elsewhere is not disturbed: the place is where writing left it.
        assert_eq!(io::Read::read(&mut file, &mut [0; 8]).unwrap(), 0);
    }

    /// The answers of a system, one after another: a text, or an error.
    fn answered(answers: &[Result<&str, io::ErrorKind>], count: usize) -> (Vec<u8>, Option<usize>) {
        let (mut answers, mut text) = (answers.iter(), Vec::new());
        let found = append_whole(&mut text, count, |text, missing| match answers.next() {
            Some(Ok(more)) => {
                assert!(more.len() <= missing, "{missing}");
                text.extend_from_slice(more.as_bytes());
                Ok(more.len())
            }
            Some(Err(kind)) => Err((*kind).into()),
            None => Ok(0),
        });
        assert_eq!(answers.len(), 0, "asked until there is no need");
        (text, found.ok())
    }

    #[test]
    fn few_bytes_and_interruptions_are_no_end() {
        use io::ErrorKind::{Interrupted, Other};
        let few = [Ok("a"), Err(Interrupted), Ok("bc"), Err(Interrupted), Err(Interrupted), Ok("d")];
        assert_eq!(answered(&few, 4), (b"abcd".to_vec(), Some(4)));
        assert_eq!(answered(&few, 9), (b"abcd".to_vec(), Some(4)));
        assert_eq!(answered(&[Ok("a"), Ok("b"), Err(Other)], 4), (b"ab".to_vec(), None));
        assert_eq!(answered(&[Err(Other)], 4), (Vec::new(), None));
        assert_eq!(answered(&[], 0), (Vec::new(), Some(0)));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let only_written = File::options().write(true).open(&place).unwrap();
        let mut text = b"known".to_vec();
        assert!(FileFrom::new(&only_written, 0).append(&mut text, 10).is_err());
        assert_eq!(text, b"known");
    }
}
