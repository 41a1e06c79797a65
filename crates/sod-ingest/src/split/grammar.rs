//! What stands between records: documents, lists, pages and their members. Validated strictly.

use super::{Content, Exit, Members, NESTING_MAX, PageEnd, Place, Span, SplitError, Splitter, Step};
use crate::supply::Supply;
use sod_model::RefusalCode;

impl<S: Supply> Splitter<'_, S> {
    /// Goes on from the place where a splitter stopped, or begins.
    pub(super) fn resume(&mut self, place: Place) -> Step<()> {
        match place {
            Place::Document => {}
            Place::List => self.elements_on(1, true)?,
            Place::Page(mut members) => {
                self.page_on(&mut members)?;
                let done = self.after_item(b'}')?;
                if !done {
                    self.members_on(&mut members, 0)?;
                }
                self.object_end(members)?;
            }
        }
        self.document()
    }

    /// Stops here if that was asked for.
    fn pause(&mut self, place: impl FnOnce() -> Place) -> Step<()> {
        if self.offset.wrapping_add(self.at as u64) < self.stop {
            return Ok(());
        }
        self.exit = Some(Exit {
            offset: 0,
            line: 0,
            place: place(),
            context: self.context.clone().filter(|_| !self.context_ended),
            inherits: self.inherits && !self.context_ended,
        });
        Err(SplitError::Paused)
    }

    fn document(&mut self) -> Step<()> {
        self.previous = None;
        loop {
            self.skip_blanks()?;
            self.keep = self.at;
            self.pause(|| Place::Document)?;
            self.teach(false);
            if self.peek()? == Some(b'{') && self.run(false, true)?.is_some() {
                continue;
            }
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
                self.elements(depth + 1, depth == 0)
            }
            _ => self.scalar(),
        }
    }

    /// Elements up to and with the closing bracket. `is_top` tells that nothing stands around them.
    fn elements(&mut self, depth: u32, is_top: bool) -> Step<()> {
        self.skip_blanks()?;
        if self.peek()? == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        self.elements_on(depth, is_top)
    }

    fn elements_on(&mut self, depth: u32, is_top: bool) -> Step<()> {
        self.previous = None;
        loop {
            self.skip_blanks()?;
            self.keep = self.at;
            if is_top {
                self.pause(|| Place::List)?;
            }
            self.teach(true);
            let run = if self.peek()? == Some(b'{') { self.run(true, is_top)? } else { None };
            match run {
                // The comma behind the last one was read with it.
                Some(true) => continue,
                Some(false) => {}
                None => self.value(depth)?,
            }
            if self.after_item(b']')? {
                return Ok(());
            }
        }
    }

    /// The records of a page: objects are taken whole.
    fn records(&mut self, depth: u32, members: &mut Members) -> Step<()> {
        self.skip_blanks()?;
        if self.peek()? == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        self.records_on(depth, members)
    }

    /// The same from the middle of a page at the top.
    fn page_on(&mut self, members: &mut Members) -> Step<()> {
        self.records_on(1, members)
    }

    fn records_on(&mut self, depth: u32, members: &mut Members) -> Step<()> {
        self.previous = None;
        loop {
            self.skip_blanks()?;
            self.keep = self.at;
            // With an error beside the records, the page is not passed on half read.
            let known = members.named || !self.is_in_reach(members.began);
            let may_pause = depth == 1 && members.error.is_none() && known;
            if may_pause {
                self.pause(|| Place::Page(Members { named: true, ..members.clone() }))?;
            }
            self.teach(true);
            if self.peek()? == Some(b'{') {
                match self.run(true, may_pause)? {
                    Some(true) => continue,
                    Some(false) => {}
                    None => {
                        self.skip_nested()?;
                        self.push_record()?;
                    }
                }
            } else {
                self.value(depth)?;
            }
            if self.after_item(b']')? {
                return Ok(());
            }
        }
    }

    /// A comma (`false`) or the closing byte (`true`).
    pub(super) fn after_item(&mut self, close: u8) -> Step<bool> {
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
        let around = self.unnamed;
        let mut members = Members { began: self.offset.wrapping_add(self.at as u64), ..Members::default() };
        match self.members(&mut members, depth) {
            // What is known of the page goes with the place where it was left.
            Err(SplitError::Paused) => return Err(SplitError::Paused),
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
        self.unnamed = around;
        self.object_end(members)
    }

    /// After the closing brace of an object at the top or in lists.
    fn object_end(&mut self, members: Members) -> Step<()> {
        // An error beside the rows of a page means that the page ends early.
        if let Some((error, at)) = members.error {
            return Err(SplitError::Refused(RefusalCode::GraphError, error, at));
        }
        if members.is_page {
            let context = self.context.clone().filter(|_| !self.context_ended);
            self.sink.page_end(PageEnd {
                context,
                next_link: members.next_link,
                count: members.count,
                inherits: members.inherits,
            });
            self.context_ended = true;
            self.keep = self.at;
            self.dropped = None;
        } else {
            self.push_record()?;
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
        self.members_on(members, depth)
    }

    fn members_on(&mut self, members: &mut Members, depth: u32) -> Step<()> {
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
                self.begin_page(members)?;
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
                self.set_context(&context, members.began)?;
                members.named = true;
            }
            ("@odata.nextlink" | "odata.nextlink", Some(b'"')) => {
                let link = self.string()?;
                members.next_link = (!link.is_empty()).then(|| link.into());
            }
            ("@odata.count" | "odata.count", Some(b'0'..=b'9')) => {
                if members.is_page {
                    self.keep = self.at;
                }
                let from = self.at - self.keep;
                self.skip_value()?;
                let text = self.text.get(self.keep + from..self.at).unwrap_or_default();
                members.count = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok());
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
        self.begin_page(members)?;
        self.push_beside(members);
        members.is_page = true;
        self.at += 1;
        // Answers of a `$batch` and pages in a wrapper are pages themselves: look into their members. A first element
        // tells; the records of an ordinary page are taken whole, which is much faster.
        self.skip_blanks()?;
        self.keep = self.at;
        if name == "responses" || self.first_element_is_page()? {
            self.elements(depth + 1, false)
        } else {
            self.records(depth + 1, members)
        }
    }

    /// Whether the element at hand has a member `value` or `body` of its own near its beginning.
    fn first_element_is_page(&mut self) -> Step<bool> {
        while self.text.len() - self.at < 4096 && self.refill()? {}
        let head = self.text.get(self.at..).unwrap_or_default();
        let head = head.get(..4096).unwrap_or(head);
        Ok(head.first() == Some(&b'{') && has_page_member(head))
    }

    /// The context of a page may stand behind its records. Until it is known, or too far away to count for them, they are
    /// kept by themselves.
    fn begin_page(&mut self, members: &Members) -> Step<()> {
        if !members.named && !members.is_page {
            if !self.spans.is_empty() {
                self.flush(false)?;
            }
            self.settle_context()?;
            self.unnamed = Some(members.began);
        }
        Ok(())
    }

    /// `began` is where the object begins that has this context: what stands before it has another, or none.
    fn set_context(&mut self, context: &str, began: u64) -> Step<()> {
        let first = self.spans.first().map(|span| self.offset.wrapping_add(u64::from(span.start)));
        let own = !self.context_ended && first.is_some_and(|first| first >= began) && self.is_in_reach(began);
        self.context_ended = false;
        self.unnamed = None;
        if self.inherits || self.context.as_deref() != Some(context) {
            if !self.spans.is_empty() && (self.inherits || self.context.is_some() || !own) {
                // Whether there is another context to inherit is not known yet: if there is none, they have this one.
                if self.inherits && own {
                    self.context = Some(context.into());
                }
                self.flush(false)?;
            }
            self.context = Some(context.into());
            self.inherits = false;
        }
        Ok(())
    }

    /// A page that names no context of its own has none, whatever the page before it said.
    pub(super) fn settle_context(&mut self) -> Step<()> {
        if self.context_ended {
            if !self.spans.is_empty() && (self.inherits || self.context.is_some()) {
                self.flush(false)?;
            }
            self.context = None;
            self.inherits = false;
            self.context_ended = false;
        }
        Ok(())
    }

    /// A record that the decoder may learn from.
    fn push_record(&mut self) -> Step<()> {
        let whole = self.dropped.is_none();
        self.push_span()?;
        let last = self.spans.last().filter(|_| whole);
        self.previous = last.map(|span| span.start as usize..span.end as usize);
        Ok(())
    }

    fn push_span(&mut self) -> Step<()> {
        if let Some(began) = self.dropped.take() {
            self.keep = self.at;
            self.sink.too_large(began);
            return Ok(());
        }
        self.settle_context()?;
        self.spans.push(Span { start: self.keep as u32, end: self.at as u32, content: Content::Record });
        self.keep = self.at;
        Ok(())
    }

    /// Hands on the lists and objects that came before the records of what turned out to be a page.
    fn push_beside(&mut self, members: &mut Members) {
        for (start, end) in members.containers.drain(..) {
            let (start, end) = ((self.keep + start) as u32, (self.keep + end) as u32);
            self.spans.push(Span { start, end, content: Content::Beside });
        }
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

pub(super) fn show(byte: u8) -> String {
    if byte.is_ascii_graphic() { format!("'{}'", byte as char) } else { format!("byte 0x{byte:02x}") }
}
