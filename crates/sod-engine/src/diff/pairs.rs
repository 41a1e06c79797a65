//! Pairs that another number of people hold both of, and by which changes of theirs.

use super::access::Lacking;
use super::side::{ExportSide, ReportSide, Shown, Side, find_user, named};
use super::witness::Witness;
use super::{Comparison, Direction};
use sod_model::{CauseCode, ExternalId, Named, PackageId, PairChange, UserId, UserIdKind};
use std::collections::{BTreeMap, HashMap};

/// Two packages by their places in the table of all packages.
type Pair = (u32, u32);

/// People by pair and cause.
type Reasons = HashMap<Pair, BTreeMap<CauseCode, u64>>;

/// The packages of both sides, ascending by id.
struct Packages {
    ids: BTreeMap<ExternalId, u32>,
    names: Vec<Named>,
}

/// The pairs whose number of holders is another, and how many have the same.
pub(super) fn changes(comparison: &Comparison<'_, '_>) -> (Vec<PairChange>, u64) {
    let (old, new) = (comparison.old, comparison.new);
    let packages = Packages::of(old, new);
    let mut counts: HashMap<Pair, (u64, u64)> = HashMap::new();
    for (pair, both) in packages.pairs(old) {
        counts.entry(pair).or_default().0 += both;
    }
    for (pair, both) in packages.pairs(new) {
        counts.entry(pair).or_default().1 += both;
    }
    let all = counts.len();
    counts.retain(|_, (before, after)| before != after);
    let unchanged = (all - counts.len()) as u64;
    let reasons = reasons(comparison, &packages);
    let name = |at: u32| packages.names.get(at as usize).cloned().unwrap_or_default();
    let changes = counts.into_iter().map(|((a, b), (before, after))| PairChange {
        package_a: name(a),
        package_b: name(b),
        before,
        after,
        causes: match &reasons {
            Some(reasons) => {
                reasons.get(&(a, b)).into_iter().flatten().map(|(code, users)| (*code, *users)).collect()
            }
            None => vec![(CauseCode::Untold, before.abs_diff(after))],
        },
    });
    (changes.collect(), unchanged)
}

impl Packages {
    fn of(old: &Side<'_>, new: &Side<'_>) -> Self {
        let mut known: BTreeMap<ExternalId, Named> = BTreeMap::new();
        // The newer name stays.
        for side in [new, old] {
            match &side.shown {
                Shown::Export(export) => {
                    for package in export.snapshot.directory.packages() {
                        known.entry(package.id.clone()).or_insert_with(|| named(package));
                    }
                }
                Shown::Report(ReportSide { report, .. }) => {
                    for pair in &report.pairs {
                        for (id, name) in
                            [(&pair.package_a, &pair.package_a_name), (&pair.package_b, &pair.package_b_name)]
                        {
                            let name = name.as_deref().filter(|name| !name.is_empty()).map(Into::into);
                            let named = || Named { id: id.as_str().into(), name };
                            known.entry(ExternalId::new(id)).or_insert_with(named);
                        }
                    }
                }
            }
        }
        let names = known.values().cloned().collect();
        Self { ids: known.into_keys().zip(0..).collect(), names }
    }

    fn place(&self, id: &ExternalId) -> Option<u32> {
        self.ids.get(id).copied()
    }

    /// The place of each package of an export.
    fn places(&self, export: ExportSide<'_>) -> Vec<u32> {
        let packages = export.snapshot.directory.packages().iter();
        packages.map(|package| self.place(&package.id).unwrap_or(u32::MAX)).collect()
    }

    fn pairs(&self, side: &Side<'_>) -> Vec<(Pair, u64)> {
        match &side.shown {
            Shown::Export(export) => {
                let places = self.places(*export);
                let place = |package: PackageId| places.get(package.index()).copied();
                let pairs = export.analysis.pairs.iter();
                let pair = |count: &sod_model::PairCount| {
                    let pair = (place(count.pair.low())?, place(count.pair.high())?);
                    Some((ordered(pair.0, pair.1), u64::from(count.holders_both)))
                };
                pairs.filter_map(pair).collect()
            }
            Shown::Report(ReportSide { report, .. }) => {
                let place = |id: &str| self.place(&ExternalId::new(id));
                let pairs = report.pairs.iter();
                let pair = |one: &sod_report::past::PastPair| {
                    Some((ordered(place(&one.package_a)?, place(&one.package_b)?), one.holders_both))
                };
                pairs.filter_map(pair).collect()
            }
        }
    }
}

const fn ordered(a: u32, b: u32) -> Pair {
    if a < b { (a, b) } else { (b, a) }
}

/// By which changes people came to hold a pair, or hold it no more; `None` where a report does not tell who holds what.
fn reasons(comparison: &Comparison<'_, '_>, packages: &Packages) -> Option<Reasons> {
    let mut reasons = Reasons::new();
    for direction in [Direction::Gone, Direction::Come] {
        let (have, lack, gap) = comparison.sides(direction);
        let (have, lacking) = (have.export()?, lack.export()?);
        let lacking = Lacking { export: lacking, gap, direction, moment: lack.facts.moment };
        let walk = Walk {
            have,
            places: packages.places(have),
            other: packages.places(lacking.export),
            lacking,
            direction,
        };
        for (user, row) in have.analysis.matrix.rows().enumerate() {
            walk.user(UserId(user as u32), row, &mut reasons);
        }
    }
    Some(reasons)
}

/// A walk over everybody of one side.
struct Walk<'w, 'a> {
    have: ExportSide<'a>,
    /// Places of the packages of this side.
    places: Vec<u32>,
    /// Places of those of the other.
    other: Vec<u32>,
    lacking: Lacking<'w, 'a>,
    direction: Direction,
}

impl Walk<'_, '_> {
    /// Adds for every pair of a row that the user has on this side alone why the other lacks it.
    fn user(&self, user: UserId, row: &[PackageId], reasons: &mut Reasons) {
        let directory = &self.have.snapshot.directory;
        let Some(known) = directory.user(user) else { return };
        let there = &self.lacking.export;
        let found = find_user(&there.snapshot.directory, known);
        let theirs = found.map(|found| there.analysis.matrix.row(found)).unwrap_or_default();
        let place =
            |places: &[u32], package: &PackageId| places.get(package.index()).copied().unwrap_or(u32::MAX);
        let mut held: Vec<u32> = theirs.iter().map(|package| place(&self.other, package)).collect();
        held.sort_unstable();
        let mut packages: Vec<(u32, Vec<CauseCode>)> = Vec::with_capacity(row.len());
        let mut lost = false;
        for package in row {
            let at = place(&self.places, package);
            let codes = if held.binary_search(&at).is_ok() {
                Vec::new()
            } else {
                lost = true;
                self.codes(user, known, found, *package)
            };
            packages.push((at, codes));
        }
        if !lost {
            return;
        }
        for (number, (a, of_a)) in packages.iter().enumerate() {
            for (b, of_b) in packages.iter().skip(number + 1) {
                let mut codes: Vec<CauseCode> = of_a.iter().chain(of_b).copied().collect();
                codes.sort_unstable();
                codes.dedup();
                if codes.is_empty() {
                    continue;
                }
                let of_pair = reasons.entry(ordered(*a, *b)).or_default();
                for code in codes {
                    *of_pair.entry(code).or_default() += 1;
                }
            }
        }
    }

    fn codes(
        &self,
        user: UserId,
        known: &sod_model::User,
        found: Option<UserId>,
        package: PackageId,
    ) -> Vec<CauseCode> {
        let Some(package) = self.have.witness_package(user, package) else { return Vec::new() };
        let causes = match found {
            Some(found) => self.lacking.package(found, &package),
            None => {
                let witness = Witness {
                    user: vec![known.id.clone()],
                    is_listed: known.id_kind == UserIdKind::Object,
                    packages: Vec::new(),
                    groups: Vec::new(),
                };
                vec![self.lacking.absent_user(&witness)]
            }
        };
        super::told(causes, self.direction).into_iter().map(|cause| cause.code).collect()
    }
}
