//! Cuts a stream of JSON into records without holding it.
//!
//! Understands every way in which pages and objects are strung together: one page, pages after one another with or
//! without line ends, arrays of pages, bare arrays, bare objects, `$batch` answers. The inside of a record is only
//! balanced here (strings, braces); the decoder validates it, so that one broken record costs one record. The text
//! *between* records is validated strictly: there a mistake means that records may be missing, and the file is refused.
//!
//! Pseudo-code: `document = value*`; `value = '[' value,* ']' | page | record`; `page = '{' member,* '}'` where some
//! member is `"value": [record,*]` (or another wrapper's name); any other object is a record.

use memchr::{memchr_iter, memchr2};
use sod_model::{Position, RefusalCode};
use std::io::{self, Read};
use std::sync::Arc;

/// Text is handed on in pieces of about this size.
const BATCH: usize = 1 << 20;
const READ: usize = 1 << 18;
const READ_FIRST: usize = 1 << 13;
/// No Graph object comes near this.
const RECORD_MAX: usize = 64 << 20;
/// Arrays of arrays of pages, and no deeper.
const NESTING_MAX: u32 = 16;

/// One record in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// A list or an object beside the records of a page: it counts if there are records in it.
    pub(crate) beside: bool,
}

/// Some records and the text they lie in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) text: Vec<u8>,
    /// Place of the first byte of `text` in the source.
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) spans: Vec<Span>,
    /// `@odata.context` of the page.
    pub(crate) context: Option<Arc<str>>,
}

/// A page was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageEnd {
    pub(crate) context: Option<Arc<str>>,
    pub(crate) next_link: Option<Box<str>>,
}

/// Why the text between the records is not JSON.
#[derive(Debug)]
pub(crate) enum SplitError {
    /// With what was found, what was expected, and where.
    Refused(RefusalCode, String, Position),
    Io(io::Error),
    /// The receiver wants no more.
    Stopped,
}

/// Receives what the splitter finds.
pub(crate) trait SplitSink {
    /// `last` tells that the source ends here. `false` stops.
    fn batch(&mut self, batch: Batch, last: bool) -> bool;
    fn page_end(&mut self, page: PageEnd);
    /// A record longer than the limit lies here; its text was not kept.
    fn too_large(&mut self, at: Position);
}

/// Splits one source. `offset` is where the text begins (after a byte order mark).
pub(crate) fn split(source: impl Read, offset: u64, sink: &mut dyn SplitSink) -> Result<(), SplitError> {
    let mut splitter = Splitter {
        source,
        ended: false,
        text: Vec::new(),
        read_size: READ_FIRST,
        at: 0,
        keep: 0,
        offset,
        line: 1,
        spans: Vec::new(),
        context: None,
        context_ended: false,
        dropped: None,
        sink,
    };
    splitter.document()?;
    splitter.flush(true)
}

struct Splitter<'s, R> {
    source: R,
    ended: bool,
    text: Vec<u8>,
    /// How much to read next: small files stay cheap, large ones are read in large pieces.
    read_size: usize,
    at: usize,
    /// First byte that is still needed; positions that must survive a refill are relative to it.
    keep: usize,
    offset: u64,
    line: u64,
    spans: Vec<Span>,
    context: Option<Arc<str>>,
    /// The page of the context was read to its end.
    context_ended: bool,
    /// Where the value at hand began, once it grew too long to be kept.
    dropped: Option<Position>,
    sink: &'s mut dyn SplitSink,
}

/// What is known of an object whose members are being read.
#[derive(Default)]
struct Members {
    is_page: bool,
    has_id: bool,
    /// Lists and objects so far, relative to what is kept.
    containers: Vec<(usize, usize)>,
    error: Option<(String, Position)>,
    next_link: Option<Box<str>>,
}

type Step<T> = Result<T, SplitError>;

impl<R: Read> Splitter<'_, R> {
    fn document(&mut self) -> Step<()> {
        loop {
            self.skip_blanks()?;
            self.keep = self.at;
            // Files joined with `cat` may each begin with a byte order mark.
            match self.peek()? {
                None => return Ok(()),
                Some(0xef) => self.expect_bytes(b"\xef\xbb\xbf", "a JSON value")?,
                Some(_) => self.value(0)?,
            }
        }
    }

    fn value(&mut self, depth: u32) -> Step<()> {
        match self.peek()? {
            // Pages in pages without end would exhaust the stack.
            Some(b'{' | b'[') if depth >= NESTING_MAX => {
                Err(self.malformed("pages nested more than 16 deep", "records"))
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => {
                self.at += 1;
                self.elements(depth + 1)
            }
            _ => self.scalar(),
        }
    }

    /// Elements up to and with the closing bracket.
    fn elements(&mut self, depth: u32) -> Step<()> {
        self.skip_blanks()?;
        if self.peek()? == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_blanks()?;
            self.keep = self.at;
            self.value(depth)?;
            if self.after_item(b']')? {
                return Ok(());
            }
        }
    }

    /// The records of a page: objects are taken whole.
    fn records(&mut self, depth: u32) -> Step<()> {
        self.skip_blanks()?;
        if self.peek()? == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_blanks()?;
            self.keep = self.at;
            if self.peek()? == Some(b'{') {
                self.skip_nested()?;
                self.push_span()?;
            } else {
                self.value(depth)?;
            }
            if self.after_item(b']')? {
                return Ok(());
            }
        }
    }

    /// A comma (`false`) or the closing byte (`true`).
    fn after_item(&mut self, close: u8) -> Step<bool> {
        self.skip_blanks()?;
        match self.peek()? {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            None => Err(self.truncated()),
            Some(byte) => Err(self.malformed(&show(byte), &format!("',' or '{}'", close as char))),
        }
    }

    fn scalar(&mut self) -> Step<()> {
        match self.peek()? {
            None => return Err(self.truncated()),
            Some(b'"') => self.skip_string()?,
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => self.skip_word()?,
            Some(byte) => return Err(self.malformed(&show(byte), "a JSON value")),
        }
        // PowerShell writes `null` for no objects at all.
        if self.text.get(self.keep..self.at) != Some(b"null") {
            self.push_span()?;
        }
        Ok(())
    }

    fn object(&mut self, depth: u32) -> Step<()> {
        self.keep = self.at;
        let mut members = Members::default();
        match self.members(&mut members, depth) {
            Err(SplitError::Refused(RefusalCode::Malformed, message, at))
                if !members.is_page && self.dropped.is_none() =>
            {
                // A broken record costs that record, wherever it stands; a broken page could hide many.
                self.at = self.keep;
                self.skip_nested()?;
                if has_page_member(self.text.get(self.keep..self.at).unwrap_or_default()) {
                    return Err(SplitError::Refused(RefusalCode::Malformed, message, at));
                }
                self.push_span()?;
                return Ok(());
            }
            outcome => outcome?,
        }
        // An error beside the rows of a page means that the page ends early.
        if let Some((error, at)) = members.error {
            return Err(SplitError::Refused(RefusalCode::GraphError, error, at));
        }
        if members.is_page {
            let context = self.context.clone().filter(|_| !self.context_ended);
            self.sink.page_end(PageEnd { context, next_link: members.next_link });
            self.context_ended = true;
            self.keep = self.at;
            self.dropped = None;
        } else {
            self.push_span()?;
        }
        Ok(())
    }

    fn members(&mut self, members: &mut Members, depth: u32) -> Step<()> {
        self.at += 1;
        self.skip_blanks()?;
        if self.peek()? == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.member(members, depth)?;
            if self.after_item(b'}')? {
                return Ok(());
            }
        }
    }

    fn member(&mut self, members: &mut Members, depth: u32) -> Step<()> {
        self.skip_blanks()?;
        match self.peek()? {
            Some(b'"') => {}
            None => return Err(self.truncated()),
            Some(byte) => return Err(self.malformed(&show(byte), "a member name in quotes")),
        }
        let key = self.string()?.to_ascii_lowercase();
        self.skip_blanks()?;
        self.expect_bytes(b":", "':'")?;
        self.skip_blanks()?;
        match (key.as_str(), self.peek()?) {
            (_, None) => return Err(self.truncated()),
            ("value" | "responses", Some(b'[')) => self.page_records(members, depth, &key)?,
            // Other wrappers only at the top, and not in an object of its own: a package may have `assignments` too.
            // The decoder looks into what is left.
            (
                "assignments" | "accesspackageassignments" | "data" | "items" | "results" | "records",
                Some(b'['),
            ) if !members.has_id && depth == 0 => {
                self.page_records(members, depth, &key)?;
            }
            // The answer of one request of a `$batch`; a page of one record, unrolled by PowerShell.
            ("body" | "value", Some(b'{')) if key == "body" || !members.has_id => {
                self.push_beside(members);
                members.is_page = true;
                self.keep = self.at;
                self.value(depth + 1)?;
            }
            ("value", Some(b'n')) if !members.has_id => {
                self.push_beside(members);
                members.is_page = true;
                self.skip_word()?;
            }
            ("@odata.context", Some(b'"')) => {
                let context = self.string()?;
                self.set_context(&context)?;
            }
            ("@odata.nextlink" | "odata.nextlink", Some(b'"')) => {
                let link = self.string()?;
                members.next_link = (!link.is_empty()).then(|| link.into());
            }
            ("error", Some(b'{' | b'"')) => self.error_member(members)?,
            ("status", Some(b'4' | b'5')) => self.status_member(members)?,
            (key, Some(first)) => {
                members.has_id |= key == "id";
                if members.is_page {
                    self.keep = self.at;
                }
                let from = self.at - self.keep;
                self.skip_value()?;
                if matches!(first, b'[' | b'{') && key != "headers" && !key.starts_with('@') {
                    members.containers.push((from, self.at - self.keep));
                    if members.is_page {
                        self.push_beside(members);
                        self.keep = self.at;
                    }
                }
            }
        }
        Ok(())
    }

    /// Graph's errors are objects with a code, those of the sign-in service texts. Records with an id may have a member
    /// of that name too.
    fn error_member(&mut self, members: &mut Members) -> Step<()> {
        let at = self.position(if members.is_page { self.at } else { self.keep });
        let from = self.at - self.keep;
        self.skip_value()?;
        let text = self.text.get(self.keep + from..self.at).unwrap_or_default();
        let text = String::from_utf8_lossy(text).into_owned();
        if !members.has_id || text.contains("\"code\"") {
            members.error = Some((text, at));
        }
        Ok(())
    }

    /// A request of a `$batch` that failed, with or without a body. The `status` of an assignment is a text.
    fn status_member(&mut self, members: &mut Members) -> Step<()> {
        let at = self.position(self.keep);
        let from = self.at - self.keep;
        self.skip_word()?;
        let text = String::from_utf8_lossy(self.text.get(self.keep + from..self.at).unwrap_or_default());
        if text.parse::<u16>().is_ok_and(|status| (400..600).contains(&status)) {
            let error = (format!("a request was answered with status {text}"), at);
            members.error.get_or_insert(error);
        }
        Ok(())
    }

    fn page_records(&mut self, members: &mut Members, depth: u32, name: &str) -> Step<()> {
        self.push_beside(members);
        members.is_page = true;
        self.at += 1;
        // Answers of a `$batch` and pages in a wrapper are pages themselves: look into their members. A first element
        // tells; the records of an ordinary page are taken whole, which is much faster.
        self.skip_blanks()?;
        self.keep = self.at;
        if name == "responses" || self.first_element_is_page()? {
            self.elements(depth + 1)
        } else {
            self.records(depth + 1)
        }
    }

    /// Whether the element at hand has a member `value` or `body` of its own near its beginning.
    fn first_element_is_page(&mut self) -> Step<bool> {
        while self.text.len() - self.at < 4096 && self.refill()? {}
        let head = self.text.get(self.at..).unwrap_or_default();
        let head = head.get(..4096).unwrap_or(head);
        Ok(head.first() == Some(&b'{') && has_page_member(head))
    }

    fn set_context(&mut self, context: &str) -> Step<()> {
        self.context_ended = false;
        if self.context.as_deref() != Some(context) {
            if !self.spans.is_empty() && self.context.is_some() {
                self.flush(false)?;
            }
            self.context = Some(context.into());
        }
        Ok(())
    }

    fn push_span(&mut self) -> Step<()> {
        if let Some(began) = self.dropped.take() {
            self.keep = self.at;
            self.sink.too_large(began);
            return Ok(());
        }
        // A page that names no context of its own has none, whatever the page before it said.
        if self.context_ended && self.context.is_some() {
            if !self.spans.is_empty() {
                self.flush(false)?;
            }
            self.context = None;
        }
        self.spans.push(Span { start: self.keep as u32, end: self.at as u32, beside: false });
        self.keep = self.at;
        Ok(())
    }

    /// Hands on the lists and objects that came before the records of what turned out to be a page.
    fn push_beside(&mut self, members: &mut Members) {
        for (start, end) in members.containers.drain(..) {
            let (start, end) = ((self.keep + start) as u32, (self.keep + end) as u32);
            self.spans.push(Span { start, end, beside: true });
        }
    }

    // ---- skipping ----

    fn skip_value(&mut self) -> Step<()> {
        match self.peek()? {
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'"') => self.skip_string(),
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => self.skip_word(),
            Some(byte) => Err(self.malformed(&show(byte), "a JSON value")),
            None => Err(self.truncated()),
        }
    }

    /// Past the bracket that closes the one at hand. Kinds of brackets are not compared: the decoder does.
    fn skip_nested(&mut self) -> Step<()> {
        let mut depth = 0u32;
        loop {
            let mut in_string = false;
            let rest = self.text.get(self.at..).unwrap_or_default();
            for (ahead, byte) in rest.iter().enumerate() {
                match byte {
                    b'"' => {
                        self.at += ahead;
                        in_string = true;
                        break;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            self.at += ahead + 1;
                            return Ok(());
                        }
                    }
                    _ => {}
                }
            }
            if in_string {
                self.skip_string()?;
            } else {
                self.at = self.text.len();
                self.need_more()?;
            }
        }
    }

    /// Past the closing quote of the string at hand.
    fn skip_string(&mut self) -> Step<()> {
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(ahead) if rest.get(ahead) == Some(&b'"') => {
                    self.at += ahead + 1;
                    return Ok(());
                }
                Some(ahead) => {
                    self.at += ahead + 2;
                    while self.at > self.text.len() {
                        self.need_more()?;
                    }
                }
                None => {
                    self.at = self.text.len();
                    self.need_more()?;
                }
            }
        }
    }

    fn skip_word(&mut self) -> Step<()> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') {
                break;
            }
            self.at += 1;
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> Step<()> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek()? {
            self.at += 1;
        }
        Ok(())
    }

    fn expect_bytes(&mut self, expected: &[u8], name: &str) -> Step<()> {
        for &wanted in expected {
            match self.peek()? {
                Some(byte) if byte == wanted => self.at += 1,
                Some(byte) => return Err(self.malformed(&show(byte), name)),
                None => return Err(self.truncated()),
            }
        }
        Ok(())
    }

    /// The string at hand, unescaped.
    fn string(&mut self) -> Step<String> {
        let from = self.at - self.keep;
        self.skip_string()?;
        let text = self.text.get(self.keep + from..self.at).unwrap_or_default();
        match serde_json::from_str(&String::from_utf8_lossy(text)) {
            Ok(text) => Ok(text),
            Err(error) => {
                let at = self.position(self.keep + from);
                Err(SplitError::Refused(
                    RefusalCode::Malformed,
                    format!("a string is not valid JSON: {error}"),
                    at,
                ))
            }
        }
    }

    // ---- the window ----

    fn peek(&mut self) -> Step<Option<u8>> {
        loop {
            if let Some(&byte) = self.text.get(self.at) {
                return Ok(Some(byte));
            }
            if !self.refill()? {
                return Ok(None);
            }
        }
    }

    fn need_more(&mut self) -> Step<()> {
        if self.refill()? { Ok(()) } else { Err(self.truncated()) }
    }

    /// Reads on; hands on what is complete when there is enough of it.
    fn refill(&mut self) -> Step<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.text.len() >= BATCH && self.keep > 0 {
            self.flush(false)?;
        }
        if self.text.len() - self.keep > RECORD_MAX {
            // The value is skipped to its end without being kept, and counted as one record.
            let began = self.position(self.keep);
            self.dropped.get_or_insert(began);
            self.keep = self.at.min(self.text.len());
            self.flush(false)?;
        }
        let filled = self.text.len();
        self.text.resize(filled + self.read_size, 0);
        self.read_size = (2 * self.read_size).min(READ);
        let read = loop {
            match self.source.read(self.text.get_mut(filled..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let count = *read.as_ref().unwrap_or(&0);
        self.text.truncate(filled + count);
        self.ended = count == 0;
        read.map(|count| count > 0).map_err(SplitError::Io)
    }

    /// Hands on the text before `keep` with its records.
    fn flush(&mut self, last: bool) -> Step<()> {
        let tail = self.text.get(self.keep..).unwrap_or_default();
        let mut next = Vec::new();
        if !last {
            next.reserve(BATCH + READ + tail.len());
            next.extend_from_slice(tail);
        }
        self.text.truncate(self.keep);
        let text = std::mem::replace(&mut self.text, next);
        let (offset, line) = (self.offset, self.line);
        self.offset += text.len() as u64;
        self.line += memchr_iter(b'\n', &text).count() as u64;
        self.at -= self.keep;
        self.keep = 0;
        let spans = std::mem::take(&mut self.spans);
        let batch = Batch { text, offset, line, spans, context: self.context.clone() };
        if (last || !batch.spans.is_empty()) && !self.sink.batch(batch, last) {
            return Err(SplitError::Stopped);
        }
        Ok(())
    }

    fn position(&self, at: usize) -> Position {
        let before = self.text.get(..at).unwrap_or(&self.text);
        Position {
            byte: self.offset + before.len() as u64,
            line: self.line + memchr_iter(b'\n', before).count() as u64,
        }
    }

    fn truncated(&self) -> SplitError {
        let message = "the file ends in the middle of a value".to_owned();
        SplitError::Refused(RefusalCode::Truncated, message, self.position(self.text.len()))
    }

    fn malformed(&self, found: &str, expected: &str) -> SplitError {
        let message = format!("not valid JSON: found {found}, expected {expected}");
        SplitError::Refused(RefusalCode::Malformed, message, self.position(self.at))
    }
}

/// Whether the members at depth one, as far as `head` shows them, include `value` or `body`.
fn has_page_member(head: &[u8]) -> bool {
    let (mut depth, mut at) = (0u32, 0usize);
    while let Some(&byte) = head.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return false;
                }
            }
            b'"' => {
                let mut end = at + 1;
                while let Some(&inner) = head.get(end) {
                    match inner {
                        b'"' => break,
                        b'\\' => end += 2,
                        _ => end += 1,
                    }
                }
                let name = head.get(at + 1..end).unwrap_or_default();
                let after = head.get(end + 1..).unwrap_or_default();
                let mut after = after.iter().filter(|byte| !byte.is_ascii_whitespace());
                let opens = after.next() == Some(&b':') && matches!(after.next(), Some(b'[' | b'{'));
                if depth == 1
                    && opens
                    && (name.eq_ignore_ascii_case(b"value") || name.eq_ignore_ascii_case(b"body"))
                {
                    return true;
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

fn show(byte: u8) -> String {
    if byte.is_ascii_graphic() { format!("'{}'", byte as char) } else { format!("byte 0x{byte:02x}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Collect {
        records: Vec<(u64, String)>,
        pages: Vec<PageEnd>,
        too_large: Vec<u64>,
    }

    impl SplitSink for Collect {
        fn batch(&mut self, batch: Batch, _last: bool) -> bool {
            for span in &batch.spans {
                let text = &batch.text[span.start as usize..span.end as usize];
                self.records
                    .push((batch.offset + u64::from(span.start), String::from_utf8(text.to_vec()).unwrap()));
            }
            true
        }
        fn page_end(&mut self, page: PageEnd) {
            self.pages.push(page);
        }
        fn too_large(&mut self, at: Position) {
            self.too_large.push(at.byte);
        }
    }

    /// Reads a few bytes at a time, so that every value meets a boundary.
    struct Trickle<'a>(&'a [u8], usize);
    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn records(text: &str) -> Result<Vec<String>, (RefusalCode, Position)> {
        let mut whole = Collect::default();
        let outcome = split(text.as_bytes(), 0, &mut whole);
        let mut trickled = Collect::default();
        let _ = split(Trickle(text.as_bytes(), 3), 0, &mut trickled);
        assert_eq!(whole.records, trickled.records);
        for (offset, record) in &whole.records {
            assert!(text[*offset as usize..].starts_with(record.as_str()));
        }
        match outcome {
            Ok(()) => Ok(whole.records.into_iter().map(|(_, record)| record).collect()),
            Err(SplitError::Refused(code, _, at)) => Err((code, at)),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_way_to_string_records_together() {
        let (a, b) = (r#"{"id":"a","t":{"x":["]}"]}}"#, r#"{"id":"b\"}"}"#);
        for text in [
            format!(r#"{{"@odata.context":"c","value":[{a},{b}],"@odata.nextLink":"n"}}"#),
            format!(r#"{{"value":[{a}]}}{{"value":[{b}]}}"#),
            format!("{{\"Value\" : [ {a} ]}}\r\n{{\"value\":[\n{b}]}}\n"),
            format!(r#"[{{"value":[{a}]}},{{"value":[{b}]}}]"#),
            format!("[{a} , {b}]"),
            format!("{a}\n{b}\n"),
            format!("{a}{b}"),
            format!(r#"{{"tool_version":1,"assignments":[{a},{b}]}}"#),
            format!(r#"{{"responses":[{{"id":"1","status":200,"body":{{"value":[{a},{b}]}}}}]}}"#),
            format!(r#"{{"value":[{{"value":[{a}]}},{{"value":[{b}]}}]}}"#),
            format!("\u{feff}[{a}]\u{feff}{b}"),
        ] {
            assert_eq!(records(&text).unwrap(), [a, b], "{text}");
        }
        assert!(records("").unwrap().is_empty());
        assert!(records("null\n").unwrap().is_empty());
        assert!(records(r#"{"value":[]}"#).unwrap().is_empty());
        assert_eq!(records(r#"[1,"x",null,{}]"#).unwrap(), ["1", "\"x\"", "{}"]);
    }

    #[test]
    fn pages_tell_their_next_link() {
        let mut found = Collect::default();
        let text = r#"{"@odata.context":"c","value":[],"@odata.nextLink":"https:\/\/n"}{"value":[]}"#;
        split(text.as_bytes(), 0, &mut found).unwrap();
        assert_eq!(found.pages[0].next_link.as_deref(), Some("https://n"));
        assert_eq!(found.pages[1].next_link, None);
    }

    #[test]
    fn mistakes_between_records_are_found_and_placed() {
        use RefusalCode::{GraphError, Malformed, Truncated};
        for (text, code, byte) in [
            (r#"{"value":[{"id":1}"#, Truncated, 18),
            (r#"{"value":[{"id":1},"#, Truncated, 19),
            (r#"{"value":[{"id":1}] "#, Truncated, 20),
            (r#"[{"id":"1"#, Truncated, 9),
            (r#"{"value":[{"id":1} {"id":2}]}"#, Malformed, 19),
            (r#"{"value":[{"id":1},]}"#, Malformed, 19),
            (r#"{"value":[{"id":1}],}"#, Malformed, 20),
            (r#"{"id":1},{"id":2}"#, Malformed, 8),
            (r#"{"error":{"code":"TooManyRequests"}}"#, GraphError, 0),
            (r#"{"error":"invalid_grant","error_description":"x"}"#, GraphError, 0),
            (r#"[{"value":[]},{"error":{"code":"x"}}]"#, GraphError, 14),
        ] {
            let (found, at) = records(text).unwrap_err();
            assert_eq!((found, at.byte), (code, byte), "{text}");
        }
        assert_eq!(records("[\n{\"id\":1}\n{}]").unwrap_err().1.line, 3);
        // A broken record is handed on, for the decoder to reject; a broken page is refused.
        assert_eq!(records("{id:1}\n{\"id\":2,}").unwrap(), ["{id:1}", "{\"id\":2,}"]);
        assert_eq!(records(r#"{"a" 1,"value":[{}]}"#).unwrap_err().0, Malformed);
    }

    #[test]
    fn records_larger_than_a_batch_and_many_batches() {
        let big = format!(r#"{{"id":"{}"}}"#, "x".repeat(3 * BATCH));
        let many: Vec<String> = (0..100_000).map(|n| format!(r#"{{"id":"record number {n}"}}"#)).collect();
        let text = format!(r#"{{"value":[{big},{}]}}"#, many.join(",\n"));
        let mut found = Collect::default();
        split(text.as_bytes(), 0, &mut found).unwrap();
        assert_eq!(found.records.len(), 100_001);
        assert_eq!(found.records[0].1, big);
        assert_eq!(found.records[77_778].1, many[77_777]);
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_an_answer(text in "[\\[\\]{}\",:a1\\\\ \n]{0,60}") {
            let _ = records(&text);
        }
    }
}
