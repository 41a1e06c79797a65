//! Records into files: pages, lines, arrays.

use super::folder::Folder;
use super::sink::{Encoding, Sink};
use crate::error::GenerateError;
use crate::format::indent::Indent;
use crate::format::json::{raw, string};
use crate::shape::{ExportShape, Framing};

/// The kind of records in a container; decides names of files and contexts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The name of the file, without ending.
    pub(crate) name: &'static str,
    /// The path below the version in Graph's addresses.
    pub(crate) path: &'static str,
    /// Whether the records are as many as to be split into pages.
    pub(crate) is_paged: bool,
}

/// Writes records of one kind, one after the other, framed as the shape wants it.
pub(crate) struct Container<'f> {
    folder: &'f mut Folder,
    kind: Kind,
    framing: Framing,
    encoding: Encoding,
    version: &'static str,
    page_size: u32,
    file: Option<Sink>,
    in_page: u32,
    pages: u32,
    /// Written in the place of the second page, or after the only one.
    intruder: Option<&'static str>,
    buffer: Vec<u8>,
}

impl<'f> Container<'f> {
    pub(crate) fn new(folder: &'f mut Folder, shape: ExportShape, kind: Kind, page_size: u32) -> Self {
        let encoding = match shape {
            ExportShape::Powershell => Encoding::Utf8Bom,
            ExportShape::PowershellUtf16 => Encoding::Utf16Le,
            _ => Encoding::Utf8,
        };
        Self {
            folder,
            kind,
            framing: shape.framing(),
            encoding,
            version: super::version(shape),
            page_size: if kind.is_paged { page_size } else { u32::MAX },
            file: None,
            in_page: 0,
            pages: 0,
            intruder: None,
            buffer: Vec::new(),
        }
    }

    /// Has a text that is no page stand among the pages.
    pub(crate) fn intrude(&mut self, text: &'static str) {
        self.intruder = Some(text);
    }

    /// Writes one record, compact JSON.
    pub(crate) fn record(&mut self, compact: &[u8]) -> Result<(), GenerateError> {
        if self.is_paged() && self.in_page == self.page_size {
            self.close_page(true)?;
        }
        self.begin_record()?;
        self.put_record(compact)?;
        self.in_page = self.in_page.saturating_add(1);
        Ok(())
    }

    /// Writes the beginning of one record and ends the file there.
    pub(crate) fn break_off(mut self, part: &[u8]) -> Result<(), GenerateError> {
        if self.is_paged() && self.in_page == self.page_size {
            self.close_page(true)?;
        }
        self.begin_record()?;
        self.put_record(part)?;
        self.close_file()
    }

    /// Ends the container; `is_dangling` leaves a link to a page that does not exist.
    pub(crate) fn finish(mut self, is_dangling: bool) -> Result<(), GenerateError> {
        if self.is_paged() {
            if self.in_page == 0 {
                self.open_page()?;
            }
            self.close_page(is_dangling)?;
            if self.framing == Framing::ArrayOfPages {
                self.put(b"]")?;
            }
        } else if matches!(self.framing, Framing::Lines) {
            self.open_file()?;
        } else {
            if self.file.is_none() {
                self.open_file()?;
                self.put(b"[")?;
            }
            self.buffer.clear();
            self.indent().line(&mut self.buffer, 0);
            self.buffer.push(b']');
            self.indent().line(&mut self.buffer, 0);
            self.put_buffer()?;
        }
        self.close_file()
    }

    fn is_paged(&self) -> bool {
        matches!(
            self.framing,
            Framing::PageFiles | Framing::ArrayOfPages | Framing::Concatenated | Framing::PageLines
        )
    }

    /// What stands before a record, opening page and file when it is the first.
    fn begin_record(&mut self) -> Result<(), GenerateError> {
        if self.is_paged() {
            if self.in_page == 0 { self.open_page() } else { self.put(b",") }
        } else if self.framing == Framing::Lines {
            self.open_file()
        } else {
            let is_first = self.file.is_none();
            self.open_file()?;
            self.buffer.clear();
            self.buffer.push(if is_first { b'[' } else { b',' });
            self.indent().line(&mut self.buffer, 1);
            self.put_buffer()
        }
    }

    fn put_record(&mut self, compact: &[u8]) -> Result<(), GenerateError> {
        match self.framing {
            Framing::PrettyArray | Framing::PowershellArray | Framing::Powershell7Array => {
                self.buffer.clear();
                self.indent().print(compact, 1, &mut self.buffer);
                self.put_buffer()
            }
            Framing::Lines => {
                self.put(compact)?;
                // A record that is cut off has no end of line either.
                if compact.last() == Some(&b'}') { self.put(b"\n") } else { Ok(()) }
            }
            _ => self.put(compact),
        }
    }

    fn indent(&self) -> Indent {
        if self.framing == Framing::PowershellArray { Indent::POWERSHELL } else { Indent::PLAIN }
    }

    fn open_page(&mut self) -> Result<(), GenerateError> {
        self.open_file()?;
        let between = match self.framing {
            Framing::ArrayOfPages if self.pages == 0 => "[",
            Framing::ArrayOfPages => ",",
            _ => "",
        };
        self.buffer.clear();
        raw(&mut self.buffer, between);
        raw(&mut self.buffer, "{\"@odata.context\":");
        string(&mut self.buffer, &super::context(self.version, self.kind.path));
        raw(&mut self.buffer, ",\"value\":[");
        self.put_buffer()
    }

    fn close_page(&mut self, has_next: bool) -> Result<(), GenerateError> {
        self.pages += 1;
        self.in_page = 0;
        self.buffer.clear();
        raw(&mut self.buffer, "]");
        if has_next {
            raw(&mut self.buffer, ",\"@odata.nextLink\":");
            string(
                &mut self.buffer,
                &super::next_link(self.version, self.kind.path, self.page_size, self.pages),
            );
        }
        raw(&mut self.buffer, "}");
        if self.framing == Framing::PageLines {
            self.buffer.push(b'\n');
        }
        self.put_buffer()?;
        if self.framing == Framing::PageFiles && self.kind.is_paged {
            self.close_file()?;
        }
        match self.intruder.take() {
            Some(text) => self.intrude_now(text),
            None => Ok(()),
        }
    }

    fn intrude_now(&mut self, text: &str) -> Result<(), GenerateError> {
        self.open_file()?;
        if self.framing == Framing::ArrayOfPages {
            self.put(b",")?;
        }
        self.put(text.as_bytes())?;
        if self.framing == Framing::PageLines {
            self.put(b"\n")?;
        }
        self.pages += 1;
        if self.framing == Framing::PageFiles { self.close_file() } else { Ok(()) }
    }

    fn open_file(&mut self) -> Result<(), GenerateError> {
        if self.file.is_none() {
            let Kind { name, is_paged, .. } = self.kind;
            let name = match self.framing {
                Framing::PageFiles if is_paged => format!("{name}/page-{:06}.json", self.pages + 1),
                Framing::Lines | Framing::PageLines => format!("{name}.jsonl"),
                _ => format!("{name}.json"),
            };
            let mut file = self.folder.open(&name)?;
            file.begin(self.encoding)?;
            self.file = Some(file);
        }
        Ok(())
    }

    fn close_file(&mut self) -> Result<(), GenerateError> {
        match self.file.take() {
            Some(file) => self.folder.close(file),
            None => Ok(()),
        }
    }

    fn put(&mut self, text: &[u8]) -> Result<(), GenerateError> {
        self.file.as_mut().map_or(Ok(()), |file| file.write(text))
    }

    fn put_buffer(&mut self) -> Result<(), GenerateError> {
        self.file.as_mut().map_or(Ok(()), |file| file.write(&self.buffer))
    }
}
