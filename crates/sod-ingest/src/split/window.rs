//! The part of the stream that is in memory, and what is handed on of it.

use super::{
    BATCH, Batch, CONTEXT_REACH, Content, READ, READ_BEYOND, RECORD_MAX, Run, SplitError, Splitter, Step,
};
use crate::supply::Supply;
use memchr::memchr_iter;
use sod_model::{Position, RefusalCode};

impl<S: Supply> Splitter<'_, S> {
    pub(super) fn peek(&mut self) -> Step<Option<u8>> {
        loop {
            if let Some(&byte) = self.text.get(self.at) {
                return Ok(Some(byte));
            }
            if !self.refill()? {
                return Ok(None);
            }
        }
    }

    pub(super) fn need_more(&mut self) -> Step<()> {
        if self.refill()? { Ok(()) } else { Err(self.truncated()) }
    }

    /// Reads on; hands on what is complete when there is enough of it.
    pub(super) fn refill(&mut self) -> Step<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.text.len() >= BATCH + READ && self.keep > 0 && !self.may_be_named() {
            self.flush(false)?;
        }
        if self.text.len() - self.keep > RECORD_MAX {
            // The value is skipped to its end without being kept, and counted as one record.
            let began = self.position(self.keep);
            self.dropped.get_or_insert(began);
            self.keep = self.at.min(self.text.len());
            self.flush(false)?;
        }
        // Beyond the place to stop at, only the end of the last record is wanted.
        let left = self.stop.saturating_sub(self.offset.wrapping_add(self.text.len() as u64));
        let wanted = self.read_size.min(usize::try_from(left).unwrap_or(usize::MAX).max(READ_BEYOND));
        let count = self.source.append(&mut self.text, wanted).map_err(SplitError::Io)?;
        self.ended = count < wanted;
        self.read_size = (2 * self.read_size).min(READ);
        Ok(count > 0)
    }

    /// The context of the page may still come, and would count for the records at hand.
    fn may_be_named(&self) -> bool {
        self.unnamed.is_some_and(|began| self.is_in_reach(began))
    }

    /// A context that stands here counts for all records of the page that begins there.
    pub(super) fn is_in_reach(&self, began: u64) -> bool {
        self.offset.wrapping_add(self.at as u64).wrapping_sub(began) <= CONTEXT_REACH
    }

    /// Hands on the text before `keep` with its records.
    pub(super) fn flush(&mut self, last: bool) -> Step<()> {
        let tail = self.text.get(self.keep..).unwrap_or_default();
        let mut next = Vec::new();
        let mut places = Vec::new();
        if !last {
            (next, places) = self.sink.spare();
            next.clear();
            places.clear();
            next.reserve(BATCH + 2 * READ + tail.len());
            next.extend_from_slice(tail);
        }
        self.previous = None;
        self.text.truncate(self.keep);
        let text = std::mem::replace(&mut self.text, next);
        let (offset, line) = (self.offset, self.line);
        self.offset = self.offset.wrapping_add(text.len() as u64);
        self.line = self.line.wrapping_add(self.lines(&text));
        self.at -= self.keep;
        self.keep = 0;
        let batch = Batch {
            text,
            offset,
            line,
            spans: std::mem::take(&mut self.spans),
            runs: std::mem::take(&mut self.runs),
            places: std::mem::replace(&mut self.places, places),
            context: self.context.clone(),
            inherits: self.inherits,
        };
        if (last || !batch.spans.is_empty()) && !self.sink.batch(batch, last) {
            return Err(SplitError::Stopped);
        }
        Ok(())
    }

    /// The line ends in a text that is handed on. Those of runs are known without looking.
    fn lines(&self, text: &[u8]) -> u64 {
        let (mut lines, mut done) = (0, 0);
        let count = |from: usize, to: usize| {
            memchr_iter(b'\n', text.get(from..to).unwrap_or_default()).count() as u64
        };
        for span in &self.spans {
            if let Content::Run(number) = span.content
                && let Some(of_run) = self.runs.get(number as usize).and_then(Run::lines)
            {
                lines += count(done, span.start as usize) + of_run;
                done = span.end as usize;
            }
        }
        lines + count(done, text.len())
    }

    pub(super) fn position(&self, at: usize) -> Position {
        let before = self.text.get(..at).unwrap_or(&self.text);
        Position {
            byte: self.offset.wrapping_add(before.len() as u64),
            line: self.line.wrapping_add(memchr_iter(b'\n', before).count() as u64),
        }
    }

    pub(super) fn truncated(&self) -> SplitError {
        let message = "the file ends in the middle of a value".to_owned();
        SplitError::Refused(RefusalCode::Truncated, message, self.position(self.text.len()))
    }

    pub(super) fn malformed(&self, found: &str, expected: &str) -> SplitError {
        let message = format!("not valid JSON: found {found}, expected {expected}");
        SplitError::Refused(RefusalCode::Malformed, message, self.position(self.at))
    }
}
