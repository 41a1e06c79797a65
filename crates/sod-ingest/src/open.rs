//! Opens a source: decompression and decoding to UTF-8, by content, on the fly.
//!
//! Whatever the source, what comes out is the byte stream of its decompressed UTF-8 form; every offset that sod
//! reports counts in that stream. A byte order mark belongs to the count and not to the text.

mod ahead;
mod fetch;

pub(crate) use ahead::{Ahead, Lead, read_ahead};
pub(crate) use fetch::FileQueue;

use crate::options::Input;
use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};
use sod_model::{Compression, Encoding, Event, Observer};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex};

/// What is learned while a source is read to its end.
#[derive(Debug, Default)]
pub(crate) struct DiskFacts {
    pub(crate) bytes: u64,
    hasher: Option<Sha256>,
}

impl DiskFacts {
    pub(crate) fn sha256(&mut self) -> Option<[u8; 32]> {
        self.hasher.take().map(|hasher| hasher.finalize().into())
    }
}

/// Counts and hashes what is read from disk.
struct Counted<'o, R> {
    inner: R,
    facts: Arc<Mutex<DiskFacts>>,
    observer: &'o dyn Observer,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Ok(mut facts) = self.facts.lock() {
            facts.bytes += count as u64;
            if let (Some(hasher), Some(read)) = (facts.hasher.as_mut(), buffer.get(..count)) {
                hasher.update(read);
            }
        }
        self.observer.event(Event::BytesRead(count as u64));
        Ok(count)
    }
}

/// The text of a source.
pub(crate) enum Text<'o> {
    /// All of it, from a place on.
    Whole(Cursor<Vec<u8>>),
    Stream(Box<dyn Read + Send + 'o>),
    /// Another thread makes it.
    Ahead(Ahead),
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Whole(text) => text.read(buffer),
            Self::Stream(text) => text.read(buffer),
            Self::Ahead(text) => text.read(buffer),
        }
    }
}

/// A source as UTF-8 text, with the first bytes at hand.
pub(crate) struct OpenSource<'o> {
    pub(crate) text: Text<'o>,
    /// Bytes of the byte order mark: the offset of the first byte of text.
    pub(crate) start: u64,
    pub(crate) compression: Compression,
    pub(crate) encoding: Encoding,
    pub(crate) facts: Arc<Mutex<DiskFacts>>,
}

/// So much of a text tells what it is.
pub(crate) const HEAD: usize = 64 * 1024;
/// Most files of an export that has a file for each object are shorter than that.
const SMALL: usize = 8 * 1024;

/// Opens an input that is not a folder.
pub(crate) fn open<'o>(input: &Input, hash: bool, observer: &'o dyn Observer) -> io::Result<OpenSource<'o>> {
    open_into(input, None, hash, observer, Vec::new())
}

/// The same with all of its bytes, if somebody has read them, and with a buffer that was used before: of many small files none
/// needs one of its own.
pub(crate) fn open_into<'o>(
    input: &Input,
    fetched: Option<&'o [u8]>,
    hash: bool,
    observer: &'o dyn Observer,
    mut head: Vec<u8>,
) -> io::Result<OpenSource<'o>> {
    let raw: Box<dyn Read + Send + 'o> = match (fetched, input) {
        (Some(bytes), _) => Box::new(bytes),
        (None, Input::Path(path)) => Box::new(File::open(path)?),
        (None, Input::Stdin) => Box::new(io::stdin()),
        (None, Input::Bytes { bytes, .. }) => Box::new(Cursor::new(Arc::clone(bytes))),
    };
    let hasher = hash.then(Sha256::new);
    let facts = Arc::new(Mutex::new(DiskFacts { bytes: 0, hasher }));
    let mut raw = Counted { inner: raw, facts: Arc::clone(&facts), observer };
    let ended = read_head(&mut raw, &mut head)?;
    let compression = match head.as_slice() {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        _ => Compression::None,
    };
    if ended && compression == Compression::None {
        let (encoding, start) = encoding_of(&head);
        if encoding == Encoding::Utf8 {
            let mut whole = Cursor::new(head);
            whole.set_position(start);
            return Ok(OpenSource { text: Text::Whole(whole), start, compression, encoding, facts });
        }
    }
    let whole = Cursor::new(head).chain(raw);
    let mut plain: Box<dyn Read + Send + 'o> = match compression {
        Compression::None => Box::new(whole),
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(whole)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(whole)?),
    };
    let mut head = Vec::new();
    read_head(&mut plain, &mut head)?;
    let (encoding, mark) = encoding_of(&head);
    let mut whole = Cursor::new(head).chain(plain);
    io::copy(&mut (&mut whole).take(mark), &mut io::sink())?;
    let (text, start): (Box<dyn Read + Send + 'o>, u64) = match encoding {
        Encoding::Utf8 => (Box::new(whole), mark),
        Encoding::Utf16Le => {
            (Box::new(Transcoded::new(whole, UTF_16LE.new_decoder_without_bom_handling())), 0)
        }
        Encoding::Utf16Be => {
            (Box::new(Transcoded::new(whole, UTF_16BE.new_decoder_without_bom_handling())), 0)
        }
    };
    Ok(OpenSource { text: Text::Stream(text), start, compression, encoding, facts })
}

/// Reads the first bytes; tells whether there are no more.
fn read_head(source: &mut impl Read, head: &mut Vec<u8>) -> io::Result<bool> {
    head.clear();
    head.reserve(SMALL);
    let count = source.by_ref().take(HEAD as u64).read_to_end(head)?;
    Ok(count < HEAD)
}

/// The encoding, and the length of its byte order mark. UTF-16 without a mark shows by the zero bytes of ASCII text.
fn encoding_of(head: &[u8]) -> (Encoding, u64) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (Encoding::Utf16Le, 0),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    }
}

/// Decodes on the fly. Unpaired surrogates become U+FFFD, as Windows itself shows them.
struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    decoded_at: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    fn new(inner: R, decoder: Decoder) -> Self {
        Self { inner, decoder, raw: Vec::new(), decoded: Vec::new(), decoded_at: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(32 * 1024, 0);
        let count = self.inner.read(&mut self.raw)?;
        self.raw.truncate(count);
        self.ended = count == 0;
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(4 * count + 16);
        self.decoded.resize(room, 0);
        let (result, _, written, _) = self.decoder.decode_to_utf8(&self.raw, &mut self.decoded, self.ended);
        debug_assert_eq!(result, CoderResult::InputEmpty, "the buffer has room for everything");
        self.decoded.truncate(written);
        self.decoded_at = 0;
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoded_at >= self.decoded.len() && !self.ended {
            self.refill()?;
        }
        let rest = self.decoded.get(self.decoded_at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.decoded_at += count;
        Ok(count)
    }
}
