//! A file being written: buffered, packed, in some encoding.

use crate::error::GenerateError;
use crate::options::Compression;
use flate2::write::GzEncoder;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Large enough that a system call costs nothing beside the formatting.
const BUFFER: usize = 1 << 18;

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Bom,
    Utf16Le,
}

enum Packer {
    Plain(BufWriter<File>),
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
}

/// A file being written.
pub(crate) struct Sink {
    path: PathBuf,
    packer: Packer,
    encoding: Encoding,
    bytes: u64,
    wide: Vec<u8>,
}

impl Sink {
    /// Begins a new file.
    pub(crate) fn create(path: PathBuf, compression: Option<Compression>) -> Result<Self, GenerateError> {
        let file = File::create_new(&path).map_err(GenerateError::io(&path))?;
        Self::with_file(path, file, compression)
    }

    /// Adds to a file, or begins it. Packed files get one more member, which every reader joins to those before.
    pub(crate) fn append(path: PathBuf, compression: Option<Compression>) -> Result<Self, GenerateError> {
        let file =
            OpenOptions::new().append(true).create(true).open(&path).map_err(GenerateError::io(&path))?;
        Self::with_file(path, file, compression)
    }

    fn with_file(path: PathBuf, file: File, compression: Option<Compression>) -> Result<Self, GenerateError> {
        let file = BufWriter::with_capacity(BUFFER, file);
        let packer = match compression {
            None => Packer::Plain(file),
            Some(Compression::Gzip) => Packer::Gzip(GzEncoder::new(file, flate2::Compression::fast())),
            Some(Compression::Zstd) => {
                Packer::Zstd(zstd::Encoder::new(file, 1).map_err(GenerateError::io(&path))?)
            }
        };
        Ok(Self { path, packer, encoding: Encoding::Utf8, bytes: 0, wide: Vec::new() })
    }

    /// Sets the encoding and writes its byte order mark. Only for a file that has nothing yet.
    pub(crate) fn begin(&mut self, encoding: Encoding) -> Result<(), GenerateError> {
        self.encoding = encoding;
        match encoding {
            Encoding::Utf8 => Ok(()),
            Encoding::Utf8Bom | Encoding::Utf16Le => self.write("\u{feff}".as_bytes()),
        }
    }

    /// Writes UTF-8 text, whole characters only.
    pub(crate) fn write(&mut self, text: &[u8]) -> Result<(), GenerateError> {
        if self.encoding == Encoding::Utf16Le {
            self.wide.clear();
            let units = String::from_utf8_lossy(text);
            self.wide.extend(units.encode_utf16().flat_map(u16::to_le_bytes));
            self.bytes += self.wide.len() as u64;
            return self.packer.write_all(&self.wide).map_err(GenerateError::io(&self.path));
        }
        self.bytes += text.len() as u64;
        self.packer.write_all(text).map_err(GenerateError::io(&self.path))
    }

    /// Finishes the file; how many bytes it has before compression.
    pub(crate) fn close(self) -> Result<u64, GenerateError> {
        let finished = match self.packer {
            Packer::Plain(mut file) => file.flush(),
            Packer::Gzip(packer) => packer.finish().and_then(|mut file| file.flush()),
            Packer::Zstd(packer) => packer.finish().and_then(|mut file| file.flush()),
        };
        finished.map_err(GenerateError::io(&self.path))?;
        Ok(self.bytes)
    }
}

impl Packer {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(packer) => packer.write_all(bytes),
            Self::Zstd(packer) => packer.write_all(bytes),
        }
    }
}
