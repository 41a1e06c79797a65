//! `report.html`: the whole report as one page, without a network.
//!
//! One file that opens from anywhere: style, script and data stand in it, and a content security policy forbids
//! everything else, by the hashes of that style and that script. The data is JSON in elements that are not run, see
//! `inert`; the script puts it on the page as text. Bytes depend on the results alone.
//!
//! Lists have limits, each of which the page tells with the file that has the rest. Sums are never cut.

mod around;
mod columns;
mod coverage;
mod findings;
mod first;
mod inert;
mod matrix;
mod order;
mod overview;
mod page;
mod people;
mod rules;

pub use page::policy;
pub(crate) use page::policy_hash;

use crate::pairs::PairFormat;
use crate::{ReportView, WriteError};
use inert::write_inert;
use overview::Shown;
use people::{Cast, NamedGroups, Packages, Users};
use rules::{GroupPlaces, Groups};
use serde::Serialize;
use sod_model::PairCount;
use std::io::Write;

/// Conflicts on the page, and groups of them: the first in report order.
pub const CONFLICTS_MAX: usize = 100_000;
/// Minimal violating subsets listed for a group.
const MINIMAL_SETS_MAX: usize = 10;
/// Holders of combining packages listed, over all of them.
const HOLDERS_MAX: usize = 20_000;
/// Inputs listed.
const SOURCES_MAX: usize = 1_000;
/// Rejected rows listed.
const REJECTED_MAX: usize = 10_000;

/// Writes `report.html`. `pairs` are all pairs of the analysis; `format` is that of the table of pairs beside the page.
///
/// # Errors
/// When the writer fails.
pub fn write_html(
    view: &ReportView<'_>,
    pairs: &[PairCount],
    format: PairFormat,
    out: &mut dyn Write,
) -> Result<(), WriteError> {
    let holders = people::holders(view);
    let (named, places) = (NamedGroups::new(view), GroupPlaces::new(view));
    let (shown, combining) = (findings::shown(view), around::holders(view));
    let in_conflict = shown.iter().map(|(_, conflict)| conflict.user);
    let cast =
        Cast::new(view, in_conflict.chain(combining.iter().flat_map(|(_, users)| users.iter().copied())));
    let (conflicts, assignments) = findings::Conflicts::new(view, &shown, &cast, &places);
    let groups = Groups::new(view, &named);
    let sources = coverage::sources(view);
    let pairs_file = format!("pairs.{}", format.name());
    let limits = limits(view, shown.len(), groups.len(), sources.len());

    page::write_head(out)?;
    data("overview", &overview::overview(view, &limits, &pairs_file), out)?;
    data("packages", &Packages::new(view, &holders), out)?;
    data("users", &Users::new(view, &cast), out)?;
    data("directory-groups", &named.table(view), out)?;
    data("rules", &rules::rules(view, &named, &places), out)?;
    data("groups", &groups, out)?;
    data("conflicts", &conflicts, out)?;
    data("assignments", &assignments, out)?;
    data("combinations", &around::combinations(&combining, &cast), out)?;
    data("exceptions", &around::exceptions(view, &cast), out)?;
    data("sources", &sources, out)?;
    data("rejected", &coverage::Rejected::new(view), out)?;
    data("picture", &matrix::Picture::new(view, &holders, pairs), out)?;
    page::write_foot(out)
}

/// One block of data: an element that is not run.
fn data(name: &str, value: &impl Serialize, out: &mut dyn Write) -> Result<(), WriteError> {
    write!(out, "<script type=\"application/json\" id=\"data-{name}\">")?;
    write_inert(value, out)?;
    out.write_all(b"</script>\n")?;
    Ok(())
}

/// Lists that may be cut, and where all of each is.
fn limits(view: &ReportView<'_>, conflicts: usize, groups: usize, sources: usize) -> Vec<Shown> {
    let provenance = &view.snapshot.provenance;
    let holders: u64 = view.combinations.iter().map(|one| one.holders.len()).sum();
    let rejected = provenance.rejected.len();
    [
        ("conflicts", conflicts, view.conflicts.conflicts().len(), "conflicts.csv"),
        ("groups", groups, view.groups.len(), "conflict-groups.jsonl"),
        ("holders", HOLDERS_MAX.min(holders as usize), holders as usize, "combined-packages.csv"),
        ("inputs", sources, provenance.sources.len(), "manifest.json"),
        ("rejected", rejected.min(REJECTED_MAX), rejected, "rejected.csv"),
    ]
    .into_iter()
    .map(|(what, shown, all, file)| Shown {
        what,
        shown: shown as u64,
        all: all as u64,
        file: file.to_owned(),
    })
    .collect()
}
