//! One snapshot, ready to be asked: Graph's answers, and the analysis with its summary and page.

use bytes::Bytes;
use sod_engine::formats::WriteError;
use sod_engine::formats::html::write_html;
use sod_engine::formats::pairs::{PairContext, PairFormat};
use sod_engine::formats::summary::write_summary;
use sod_engine::formats::{ReportView, sha256};
use sod_engine::{Analysis, PairCount, Snapshot, Timestamp};
use sod_graph::{Answer, Request, Service};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

/// Whoever answers Graph's requests: [`sod_graph`]'s service, or a stand-in in tests.
pub trait Answering: Send + Sync {
    /// Answers from memory: never blocks on a network, never panics.
    fn answer(&self, request: &Request<'_>) -> Answer;

    /// The snapshot that it answers from.
    fn snapshot(&self) -> &Snapshot;
}

impl Answering for Service {
    fn answer(&self, request: &Request<'_>) -> Answer {
        Self::answer(self, request)
    }

    fn snapshot(&self) -> &Snapshot {
        Self::snapshot(self)
    }
}

/// A snapshot and everything that is served of it. It never changes: a reload puts another one in its place.
pub struct Served {
    graph: Box<dyn Answering>,
    analysis: Analysis,
    pairs: PairContext,
    summary: Bytes,
    page: OnceLock<Bytes>,
    id: String,
    loaded_at: Timestamp,
    warnings: BTreeSet<&'static str>,
    gaps: BTreeSet<&'static str>,
}

impl Served {
    /// Puts them together. `analysis` is that of the snapshot behind `graph`, with every pair in its list.
    ///
    /// # Errors
    /// When the summary cannot be written, which only a lack of memory brings about.
    pub fn new(
        graph: Box<dyn Answering>,
        analysis: Analysis,
        loaded_at: Timestamp,
    ) -> Result<Self, WriteError> {
        let view = analysis.view(graph.snapshot());
        let mut summary = Vec::new();
        write_summary(&view, &mut summary)?;
        let id = identity(&summary, &view, &analysis.pairs);
        let pairs = view.pair_context();
        let warnings = analysis.warnings.iter().map(|warning| warning.code.code()).collect();
        let gaps = graph.snapshot().provenance.gaps();
        let (summary, page) = (summary.into(), OnceLock::new());
        Ok(Self { graph, analysis, pairs, summary, page, id, loaded_at, warnings, gaps })
    }

    pub(crate) fn answer(&self, request: &Request<'_>) -> Answer {
        self.graph.answer(request)
    }

    pub(crate) fn view(&self) -> ReportView<'_> {
        self.analysis.view(self.graph.snapshot())
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        self.graph.snapshot()
    }

    /// Every pair, in report order.
    pub(crate) fn pairs(&self) -> (&PairContext, &[PairCount]) {
        (&self.pairs, &self.analysis.pairs)
    }

    /// The bytes of `summary.json`.
    pub(crate) fn summary(&self) -> Bytes {
        self.summary.clone()
    }

    /// The bytes of `report.html`: written when somebody wants them, once.
    pub(crate) fn page(&self) -> Result<Bytes, WriteError> {
        if let Some(page) = self.page.get() {
            return Ok(page.clone());
        }
        let mut page = Vec::new();
        write_html(&self.view(), &self.analysis.pairs, PairFormat::Csv, &mut page)?;
        Ok(self.page.get_or_init(|| page.into()).clone())
    }

    /// Tells this snapshot from others: the same for the same findings, in every process.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) const fn loaded_at(&self) -> Timestamp {
        self.loaded_at
    }

    /// The codes of the warnings, in their order: codes are for everybody, messages quote names.
    pub(crate) const fn warnings(&self) -> &BTreeSet<&'static str> {
        &self.warnings
    }

    /// Under which codes it is proven that this is not all there is.
    pub(crate) const fn gaps(&self) -> &BTreeSet<&'static str> {
        &self.gaps
    }

    /// Tells the codes in the log, if there are any.
    pub(crate) fn log_warnings(&self) {
        let codes: Vec<&str> = self.warnings.union(&self.gaps).copied().collect();
        if !codes.is_empty() {
            tracing::warn!(
                target: "sod::snapshot",
                snapshot = %self.id,
                codes = %codes.join(","),
                "what is served was read with warnings; sod analyze with the same inputs tells them",
            );
        }
    }
}

impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Served").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What pages of pairs and conflicts depend on, as 16 digits: a page of one snapshot must not be followed by one of another.
fn identity(summary: &[u8], view: &ReportView<'_>, pairs: &[PairCount]) -> String {
    let mut bytes = sha256(summary).to_vec();
    bytes.reserve(pairs.len() * 12 + view.conflicts.conflicts().len() * 12);
    for count in pairs {
        for number in [count.pair.low().0, count.pair.high().0, count.holders_both] {
            bytes.extend(number.to_le_bytes());
        }
    }
    for conflict in view.conflicts.conflicts() {
        let exception = conflict.exception.map_or(u32::MAX, |id| id.0);
        for number in [conflict.rule.0, conflict.user.0, exception] {
            bytes.extend(number.to_le_bytes());
        }
    }
    // Numbers of packages and users mean nothing without the ids behind them.
    let directory = &view.snapshot.directory;
    let mut ids = String::new();
    for package in directory.packages() {
        let _ = write!(ids, "{}\n{}\n", package.id, package.display_name.as_deref().unwrap_or_default());
    }
    for user in directory.users() {
        let _ = writeln!(ids, "{}", user.id);
    }
    bytes.extend(sha256(ids.as_bytes()));
    sha256(&bytes).iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
