//! The inputs of the page and the rows that could not be used.

use super::columns::TextColumn;
use super::{REJECTED_MAX, SOURCES_MAX};
use crate::ReportView;
use crate::source::{SourceLine, some_source_lines};
use serde::Serialize;
use sod_model::{RejectedRecord, Source};

/// The first inputs, those that need a look before all others.
pub(super) fn sources<'a>(view: &ReportView<'a>) -> Vec<SourceLine<'a>> {
    let needs_a_look =
        |source: &Source| source.refused.is_some() || source.dangling_next_link || source.rows.rejected > 0;
    let all = &view.snapshot.provenance.sources;
    let mut places: Vec<usize> = (0..all.len()).collect();
    // The sort is stable: otherwise in the order of the inputs.
    places.sort_by_key(|&at| !all.get(at).is_some_and(needs_a_look));
    places.truncate(SOURCES_MAX);
    some_source_lines(view.snapshot, view.holding, &places)
}

/// Rejected rows by column: the first by file and position.
#[derive(Serialize)]
pub(super) struct Rejected<'a> {
    files: TextColumn<'a>,
    lines: Vec<u64>,
    bytes: Vec<u64>,
    codes: TextColumn<'a>,
    details: Vec<&'a str>,
}

impl<'a> Rejected<'a> {
    pub(super) fn new(view: &ReportView<'a>) -> Self {
        let provenance = &view.snapshot.provenance;
        let mut records: Vec<&'a RejectedRecord> = provenance.rejected.iter().collect();
        records.sort_by_key(|record| (record.source, record.position));
        records.truncate(REJECTED_MAX);
        let file = |record: &&'a RejectedRecord| {
            provenance.sources.get(record.source.index()).map(|source| &*source.path)
        };
        Self {
            files: records.iter().map(file).collect(),
            lines: records.iter().map(|record| record.position.line).collect(),
            bytes: records.iter().map(|record| record.position.byte).collect(),
            codes: records.iter().map(|record| Some(record.code.code())).collect(),
            details: records.iter().map(|record| &*record.detail).collect(),
        }
    }
}
