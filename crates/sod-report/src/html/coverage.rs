//! The inputs of the page and the rows that could not be used.

use super::columns::TextColumn;
use super::{REJECTED_MAX, SOURCES_MAX};
use crate::ReportView;
use crate::rejected::in_report_order;
use crate::source::{SourceLine, some_source_lines};
use serde::Serialize;
use sod_model::{RejectedRecord, Source};

/// The first inputs, those that need a look before all others.
pub(super) fn sources<'a>(view: &ReportView<'a>) -> Vec<SourceLine<'a>> {
    let needs_a_look =
        |source: &Source| source.refused.is_some() || source.dangling_next_link || source.rows.rejected > 0;
    let all = &view.snapshot.provenance.sources;
    let mut places: Vec<usize> = (0..all.len()).collect();
    // By path: the order in which inputs were named does not matter.
    places.sort_by_key(|&at| {
        let source = all.get(at);
        (!source.is_some_and(needs_a_look), source.map(|source| &*source.path))
    });
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
        let listed: Vec<(&'a str, &'a RejectedRecord)> =
            in_report_order(provenance).take(REJECTED_MAX).collect();
        let records: Vec<&'a RejectedRecord> = listed.iter().map(|(_, record)| *record).collect();
        Self {
            files: listed.iter().map(|(path, _)| Some(*path)).collect(),
            lines: records.iter().map(|record| record.position.line).collect(),
            bytes: records.iter().map(|record| record.position.byte).collect(),
            codes: records.iter().map(|record| Some(record.code.code())).collect(),
            details: records.iter().map(|record| &*record.detail).collect(),
        }
    }
}
