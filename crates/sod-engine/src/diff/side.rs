//! One of two snapshots: an export with its analysis, or a report folder that was written of one.

use super::exceptions::SideException;
use super::rules::SideRule;
use crate::analyze::Analysis;
use crate::judge::Documents;
use sod_model::{
    ChangedUser, ConflictStatus, DiffWarning, Directory, ExternalId, Named, Package, RuleId, Severity,
    SideFacts, Snapshot, Timestamp, User, UserId, UserIdKind,
};
use sod_report::judged::{WrittenJudged, WrittenPackage};
use sod_report::past::PastReport;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One of two snapshots.
pub struct Side<'a> {
    pub(crate) facts: SideFacts,
    /// Ascending by rule id and user id.
    pub(crate) conflicts: Vec<SideConflict>,
    /// `None` where a report does not have them.
    pub(crate) rules: Option<BTreeMap<Box<str>, SideRule>>,
    pub(crate) exceptions: Option<BTreeMap<Box<str>, SideException>>,
    /// Ids of all exceptions that somebody wrote, placed or not.
    pub(crate) exceptions_written: BTreeSet<Box<str>>,
    pub(crate) inputs: Vec<SideInput>,
    /// The latest moment that the inputs themselves show.
    pub(crate) data_moment: Option<Timestamp>,
    /// Hashes of the files that the rules stand in.
    pub(crate) rules_files: BTreeSet<[u8; 32]>,
    pub(crate) shown: Shown<'a>,
}

/// What stands behind a side.
pub(crate) enum Shown<'a> {
    /// Everything.
    Export(ExportSide<'a>),
    /// What a report has.
    Report(ReportSide<'a>),
}

/// A report that was read back, and where what is in it.
pub(crate) struct ReportSide<'a> {
    pub(crate) report: &'a PastReport,
    /// The places of each user's conflicts.
    pub(crate) of_users: HashMap<&'a str, Vec<usize>>,
    /// What its rules tell of packages.
    pub(crate) packages: HashMap<&'a str, &'a WrittenPackage>,
}

/// An export and its analysis.
#[derive(Clone, Copy)]
pub(crate) struct ExportSide<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) analysis: &'a Analysis,
}

/// A conflict of one side.
pub(crate) struct SideConflict {
    pub(crate) rule: Named,
    pub(crate) severity: Severity,
    pub(crate) user: ChangedUser,
    pub(crate) status: ConflictStatus,
    pub(crate) place: ConflictPlace,
}

/// Where there is more about it.
#[derive(Clone, Copy)]
pub(crate) enum ConflictPlace {
    Export(RuleId, UserId),
    /// Place in the list of the report.
    Report(usize),
}

/// An input of one side.
#[derive(Clone, Debug, Default)]
pub(crate) struct SideInput {
    pub(crate) path: String,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    pub(crate) records: BTreeMap<String, u64>,
    pub(crate) is_refused: bool,
    pub(crate) dangling_next_link: bool,
    /// There is nothing in it: as good as not there.
    pub(crate) is_blank: bool,
}

impl SideInput {
    /// How much of something is in it; `None` where it is as good as not there.
    pub(crate) fn size(&self, count: u64) -> Option<u64> {
        (!self.is_refused && !self.is_blank).then_some(count)
    }
}

impl<'a> Side<'a> {
    /// A side of an export. `label` is how people call it; the analysis must be of this snapshot and these documents, and list
    /// every pair.
    #[must_use]
    pub fn of_export(
        label: &str,
        snapshot: &'a Snapshot,
        analysis: &'a Analysis,
        documents: &Documents,
    ) -> Self {
        let export = ExportSide { snapshot, analysis };
        let open = analysis.conflicts.open() as u64;
        let facts = SideFacts {
            label: label.into(),
            is_report: false,
            moment: analysis.moment,
            states: analysis.holding.states.to_string().into(),
            users: snapshot.directory.users().len() as u64,
            packages: snapshot.directory.packages().len() as u64,
            assignments: analysis.matrix.holdings(),
            conflicts_open: open,
            conflicts_excepted: analysis.conflicts.conflicts().len() as u64 - open,
            pseudonyms: snapshot.provenance.pseudonyms.clone(),
        };
        let rules_files =
            documents.rules.iter().map(|rules| sod_report::sha256(rules.source.text.as_bytes()));
        let written = documents.exceptions.iter().flat_map(|document| &document.exceptions);
        Self {
            facts,
            conflicts: export.conflicts(),
            rules: Some(SideRule::of_export(export)),
            exceptions: Some(SideException::of_export(export)),
            exceptions_written: written.map(|entry| entry.id.value.clone()).collect(),
            inputs: export.inputs(),
            data_moment: snapshot.provenance.data_moment,
            rules_files: rules_files.collect(),
            shown: Shown::Export(export),
        }
    }

    /// A side of a report that was read back.
    #[must_use]
    pub fn of_report(label: &str, report: &'a PastReport) -> Self {
        let conflict = |(at, one): (usize, &sod_report::past::PastConflict)| SideConflict {
            rule: Named { id: one.rule_id.as_str().into(), name: Some(one.rule_name.as_str().into()) },
            severity: one.severity(),
            user: ChangedUser {
                id: one.user_id.as_str().into(),
                name: one.user_name.as_deref().map(Into::into),
                principal_name: one.user_principal_name.as_deref().map(Into::into),
            },
            status: one.status(),
            place: ConflictPlace::Report(at),
        };
        let mut conflicts: Vec<SideConflict> = report.conflicts.iter().enumerate().map(conflict).collect();
        conflicts.sort_by(|a, b| (&a.rule.id, &a.user.id).cmp(&(&b.rule.id, &b.user.id)));
        let open = conflicts.iter().filter(|conflict| conflict.status.is_open()).count() as u64;
        let exceptions = report.rules.as_ref().map(SideException::of_report);
        let written = report.rules.iter().flat_map(|rules| rules.exceptions_written());
        let mut of_users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, conflict) in report.conflicts.iter().enumerate() {
            of_users.entry(&conflict.user_id).or_default().push(at);
        }
        let terms = report.rules.iter().flat_map(|written| &written.rules).flat_map(|rule| &rule.terms);
        let packages = terms.flat_map(|term| &term.packages).map(|package| (&*package.id, package));
        let packages = packages.collect();
        let inputs = report.inputs.iter().map(|input| SideInput {
            path: input.path.clone(),
            sha256: input.sha256,
            rows: input.rows,
            rejected: input.rejected,
            records: input.records.clone(),
            is_refused: input.is_refused,
            dangling_next_link: input.dangling_next_link,
            is_blank: input.is_blank,
        });
        Self {
            facts: SideFacts {
                label: label.into(),
                is_report: true,
                moment: report.moment,
                states: report.states.as_str().into(),
                users: report.users,
                packages: report.packages,
                assignments: report.assignments,
                conflicts_open: open,
                conflicts_excepted: conflicts.len() as u64 - open,
                pseudonyms: report.pseudonyms.as_deref().map(Into::into),
            },
            conflicts,
            rules: report.rules.as_ref().map(SideRule::of_report),
            exceptions_written: written.map(Into::into).collect(),
            exceptions,
            inputs: inputs.collect(),
            data_moment: report.data_moment,
            rules_files: report.rules.iter().flat_map(WrittenJudged::rules_files).collect(),
            shown: Shown::Report(ReportSide { report, of_users, packages }),
        }
    }

    /// In short.
    #[must_use]
    pub const fn facts(&self) -> &SideFacts {
        &self.facts
    }

    /// What is odd about this side as the old one of two.
    pub(crate) fn warnings(&self, new: &Side<'_>) -> Vec<DiffWarning> {
        // A moment that somebody chose is that of both.
        let moments = match (self.data_moment, new.data_moment) {
            (Some(old), Some(new)) => Some((old, new)),
            _ => self.facts.moment.zip(new.facts.moment),
        };
        let swapped = moments.is_some_and(|(old, new)| old > new).then_some(DiffWarning::SidesSwapped);
        let contents = |side: &Side<'_>| -> Option<Vec<[u8; 32]>> {
            let mut all: Vec<_> = side.inputs.iter().map(|input| input.sha256).collect::<Option<_>>()?;
            all.sort_unstable();
            Some(all).filter(|all| !all.is_empty())
        };
        let same = contents(self).is_some_and(|old| contents(new) == Some(old));
        // A report that does not have its rules may have been judged by any.
        let told = self.rules.is_some() && new.rules.is_some();
        let one_sided = told && self.rules_files.is_empty() != new.rules_files.is_empty();
        let same = same.then_some(DiffWarning::SidesSame);
        swapped.into_iter().chain(same).chain(one_sided.then_some(DiffWarning::RulesNotGiven)).collect()
    }

    /// Whether the inputs have a list of all users, or of all packages: one that does not even have those who occur elsewhere
    /// is a part of one.
    pub(crate) fn lists(&self, kind: &str) -> bool {
        let listed: u64 = self.inputs.iter().filter_map(|input| input.records.get(kind)).sum();
        let known = match (&self.shown, kind) {
            (Shown::Export(export), "user") => {
                let users = export.snapshot.directory.users().iter();
                users.filter(|user| user.id_kind == UserIdKind::Object).count() as u64
            }
            (_, "user") => self.facts.users,
            (_, "package") => self.facts.packages,
            _ => return false,
        };
        listed > 0 && listed >= known
    }

    pub(crate) fn export(&self) -> Option<ExportSide<'a>> {
        match self.shown {
            Shown::Export(export) => Some(export),
            Shown::Report(_) => None,
        }
    }

    /// The packages whose lists of what they declare incompatible are not there, while those of others are, by id; `None` where
    /// there are such and nobody knows which.
    pub(crate) fn lists_lacking(&self) -> Option<BTreeSet<Box<str>>> {
        match &self.shown {
            Shown::Export(export) => {
                let lacking = export.snapshot.provenance.lists_lacking.iter();
                Some(lacking.filter_map(|id| export.package_id(*id)).collect())
            }
            Shown::Report(shown) => (!shown.report.lists_lacking).then(BTreeSet::new),
        }
    }

    /// The first of these packages of which it is not known what it declares incompatible.
    pub(crate) fn list_lacking<'p>(&self, mut packages: impl Iterator<Item = &'p str>) -> Option<&'p str> {
        match &self.shown {
            Shown::Export(export) => packages.find(|id| {
                let found = export.snapshot.directory.find_package(&ExternalId::new(id));
                found.is_some_and(|id| export.snapshot.provenance.lists_lacking.binary_search(&id).is_ok())
            }),
            Shown::Report(shown) if shown.report.lists_lacking => packages.next(),
            Shown::Report(_) => None,
        }
    }

    /// How `new` calls users whom this side calls otherwise: an id of the one may be a further id of the other. Nobody is joined
    /// with somebody who is there on both sides anyway.
    pub(crate) fn joined(&self, new: &Side<'_>) -> BTreeMap<Box<str>, Box<str>> {
        let (Some(old), Some(new)) = (self.export(), new.export()) else { return BTreeMap::new() };
        let (old, new) = (&old.snapshot.directory, &new.snapshot.directory);
        let mut taken = HashSet::new();
        let mut joined = BTreeMap::new();
        for user in old.users() {
            let Some(found) = find_user(new, user).and_then(|found| new.user(found)) else { continue };
            if found.id != user.id && !is_listed(old, &found.id) && taken.insert(&found.id) {
                joined.insert(written(&user.id), written(&found.id));
            }
        }
        joined
    }

    /// What the two sides have nothing in common of, if it is so: they are of other tenants, or name things by other kinds of ids.
    /// A report does not have everybody; it is of another tenant where it shares neither people nor packages.
    pub(crate) fn shares_no(&self, new: &Side<'_>) -> Option<&'static str> {
        if let (Some(old), Some(new)) = (self.export(), new.export()) {
            let (old, new) = (&old.snapshot.directory, &new.snapshot.directory);
            let any = !old.users().is_empty() && !new.users().is_empty();
            let shares = old.users().iter().any(|user| find_user(new, user).is_some());
            return (any && !shares).then_some("user");
        }
        let (packages, others) = (self.package_ids(), new.package_ids());
        let any = !packages.is_empty() && !others.is_empty();
        let shares = !packages.is_disjoint(&others)
            || self.conflicts.iter().any(|conflict| new.knows_user(&conflict.user.id))
            || new.conflicts.iter().any(|conflict| self.knows_user(&conflict.user.id));
        (any && !shares).then_some("package")
    }

    fn knows_user(&self, id: &str) -> bool {
        match &self.shown {
            Shown::Export(export) => export.snapshot.directory.find_user(&ExternalId::new(id)).is_some(),
            Shown::Report(shown) => shown.of_users.contains_key(id),
        }
    }

    /// The packages that it tells of, by id: all of an export; those of pairs, rules and conflicts of a report.
    pub(crate) fn package_ids(&self) -> BTreeSet<Box<str>> {
        match &self.shown {
            Shown::Export(export) => {
                let packages = export.snapshot.directory.packages().iter();
                packages.map(|package| written(&package.id)).collect()
            }
            Shown::Report(shown) => {
                let pairs = shown.report.pairs.iter().flat_map(|pair| [&*pair.package_a, &*pair.package_b]);
                let conflicts = shown.report.conflicts.iter().flat_map(|conflict| &conflict.held_packages);
                let all = pairs.chain(conflicts.map(|id| &**id)).chain(shown.packages.keys().copied());
                all.map(Into::into).collect()
            }
        }
    }
}

/// The user of another snapshot, by any id that either has of them.
pub(crate) fn find_user(directory: &Directory, user: &User) -> Option<UserId> {
    directory.find_user(&user.id).or_else(|| user.aliases.iter().find_map(|id| directory.find_user(id)))
}

/// Whether it is the first id of a user, and no further one.
fn is_listed(directory: &Directory, id: &ExternalId) -> bool {
    let found = directory.find_user(id).and_then(|found| directory.user(found));
    found.is_some_and(|found| found.id == *id)
}

pub(crate) fn written(id: &ExternalId) -> Box<str> {
    id.to_string().into()
}

pub(crate) fn named(package: &Package) -> Named {
    Named { id: written(&package.id), name: package.display_name.clone() }
}
