//! Records of known shapes, many at a time; and learning the shapes.

use super::{Content, READ_BEYOND, Run, Span, Splitter, Step};
use crate::supply::Supply;

/// There is at least so much text ahead of a scan, unless the source ends: a record that is not whole is not matched.
const AHEAD: usize = READ_BEYOND;

impl<S: Supply> Splitter<'_, S> {
    /// Takes the records at hand that are of a known shape, as one run; `None` if there are none. Tells whether what
    /// stands between records was read with them, so that the next one is at hand. `may_pause` tells
    /// whether another splitter can take over here.
    pub(super) fn run(&mut self, in_list: bool, may_pause: bool) -> Step<Option<bool>> {
        if self.shapes.is_empty() {
            return Ok(None);
        }
        while self.text.len() - self.at < AHEAD && self.refill()? {}
        self.settle_context()?;
        let first = self.places.len();
        let Some(found) = self.shapes.scan(&self.text, self.at, in_list, &mut self.places) else {
            return Ok(None);
        };
        self.previous = None;
        let (mut end, mut separated) = (found.end, found.separated);
        // Records that begin where another splitter takes over are not taken here.
        let beyond = |start: u32| may_pause && self.offset.wrapping_add(u64::from(start)) >= self.stop;
        let slots = usize::from(found.shape.slot_count);
        let starts =
            || self.places.get(first..).unwrap_or_default().chunks_exact(slots).map(|own| own.first());
        let within = starts().take_while(|own| own.is_some_and(|[start, _]| !beyond(*start))).count();
        if let Some([start, _]) = starts().nth(within).flatten() {
            (end, separated) = (*start as usize, true);
            self.places.truncate(first + within * slots);
        }
        if within > 0 {
            let last = self.places.get(self.places.len() - slots).copied().unwrap_or_default();
            let span = Span {
                start: self.at as u32,
                end: last.last().copied().unwrap_or_default(),
                content: Content::Run(self.runs.len() as u32),
            };
            self.spans.push(span);
            let text = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
            let even = found.shape.is_even(text, within);
            self.runs.push(Run { shape: found.shape, places: first..self.places.len(), even });
        }
        (self.at, self.keep) = (end, end);
        Ok(Some(separated))
    }

    /// Learns the shape of the record before the one at hand, now that it is known what stands between the two.
    pub(super) fn teach(&mut self, in_list: bool) {
        let Some(record) = self.previous.take() else { return };
        let text = self.text.get(record.clone()).unwrap_or_default();
        let separator = self.text.get(record.end..self.at).unwrap_or_default();
        self.shapes.teach(text, separator, in_list);
    }
}
