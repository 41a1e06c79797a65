//! One input in JSON, the same in `inspect` and in the manifest.

use crate::json::{Entries, List};
use crate::output::hex;
use crate::view::RowTotals;
use serde::Serialize;
use sod_model::{Holding, SideCounts, Snapshot, Source, StateId, StateTable, Warning};

/// A source and what became of its rows.
#[derive(Serialize)]
pub(crate) struct SourceLine<'a> {
    path: &'a str,
    /// Which input of the call led to it, from 0; not told where the order of the inputs must not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<u32>,
    /// The call named it; otherwise it was met in a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<bool>,
    bytes: u64,
    sha256: Option<String>,
    shape: &'static str,
    compression: &'static str,
    encoding: &'static str,
    rows: SourceRows,
    states: Entries<&'a str>,
    records: &'a SideCounts,
    context: Option<&'a str>,
    dangling_next_link: bool,
    refused: Option<Refusal<'a>>,
}

/// Rows of one source: as in the summary, and how many of those set aside repeat others.
#[derive(Serialize)]
struct SourceRows {
    #[serde(flatten)]
    totals: RowTotals,
    repeated: u64,
}

#[derive(Serialize)]
struct Refusal<'a> {
    code: &'static str,
    message: &'a str,
}

/// A warning.
#[derive(Serialize)]
pub(crate) struct WarningLine<'a> {
    code: &'static str,
    count: u64,
    message: &'a str,
}

impl<'a> From<&'a Warning> for WarningLine<'a> {
    fn from(warning: &'a Warning) -> Self {
        Self { code: warning.code.code(), count: warning.count, message: &warning.message }
    }
}

/// All sources, in the order of the inputs, as a list that is written while it is walked.
pub(crate) fn source_lines<'a>(snapshot: &'a Snapshot, holding: &Holding) -> impl Serialize + use<'a> {
    let counted = counted_rows(snapshot, holding);
    List(move || {
        let sources = snapshot.provenance.sources.iter().zip(counted.clone());
        sources.map(|(source, counted)| SourceLine::new(snapshot, source, counted))
    })
}

/// Some of the sources, by their places, without what depends on how the call named them.
pub(crate) fn some_source_lines<'a>(
    snapshot: &'a Snapshot,
    holding: &Holding,
    places: &[usize],
) -> Vec<SourceLine<'a>> {
    let counted = counted_rows(snapshot, holding);
    let line = |&at: &usize| {
        let source = snapshot.provenance.sources.get(at)?;
        let line = SourceLine::new(snapshot, source, counted.get(at).copied()?);
        Some(SourceLine { input: None, named: None, ..line })
    };
    places.iter().filter_map(line).collect()
}

/// By source: its rows in states that count.
fn counted_rows(snapshot: &Snapshot, holding: &Holding) -> Vec<u64> {
    let counts: Vec<bool> =
        snapshot.states.iter().map(|(state, _)| holding.states.matches(state, &snapshot.states)).collect();
    let counted = |source: &Source| -> u64 {
        let states = source.states.iter();
        states.filter(|(state, _)| counts.get(state.index()) == Some(&true)).map(|(_, rows)| rows).sum()
    };
    snapshot.provenance.sources.iter().map(counted).collect()
}

impl<'a> SourceLine<'a> {
    fn new(snapshot: &'a Snapshot, source: &'a Source, counted: u64) -> Self {
        let rows = source.rows;
        let totals = RowTotals {
            read: rows.read,
            accepted: counted,
            rejected: rows.rejected,
            set_aside: rows.accepted.saturating_sub(counted) + rows.repeated,
        };
        Self {
            path: &source.path,
            input: Some(source.input),
            named: Some(source.named),
            bytes: source.bytes,
            sha256: source.sha256.as_ref().map(hex),
            shape: source.shape.name(),
            compression: source.compression.name(),
            encoding: source.encoding.name(),
            rows: SourceRows { totals, repeated: rows.repeated },
            states: state_entries(snapshot, &source.states),
            records: &source.side,
            context: source.context.as_deref(),
            dangling_next_link: source.dangling_next_link,
            refused: source.refused.as_ref().map(|(code, message)| Refusal { code: code.code(), message }),
        }
    }
}

/// Names and counts of states: the documented ones in their order, then the others by name. (The ids of the others
/// depend on which file was read first.)
pub(crate) fn state_entries<'a>(snapshot: &'a Snapshot, states: &[(StateId, u64)]) -> Entries<&'a str> {
    let mut states = states.to_vec();
    let place = |state: StateId| if StateTable::is_known(state) { state.0 } else { u16::MAX };
    states.sort_unstable_by_key(|&(state, _)| (place(state), snapshot.states.name(state)));
    Entries(states.into_iter().map(|(state, count)| (snapshot.states.name(state), count)).collect())
}
