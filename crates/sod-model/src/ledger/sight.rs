//! What the inputs of a snapshot would show, kept so that it can be asked about conflicts that become known later.

use super::{LedgerConflict, LedgerSnapshot};
use crate::{FileNames, InputFile, MissingFile, StateFilter};
use std::collections::{BTreeMap, BTreeSet};

/// How far the inputs of a snapshot see. In doubt they do not: nothing is closed for want of data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The export ends before its last page, or lacks one in its middle.
    pub cut_off: bool,
    /// Rows that could not be used.
    pub rejected: u64,
    /// The files, with the rows in them.
    pub files: Vec<InputFile>,
    /// Whose absence means something.
    pub people: People,
    /// The packages that they tell of, by id; empty where nobody knows.
    pub packages: BTreeSet<Box<str>>,
    /// There is a whole list of packages.
    pub packages_listed: bool,
    /// Packages whose lists of what they declare incompatible are not there, while those of others are; `None` where there may be
    /// such and nobody knows which.
    pub lists_lacking: Option<BTreeSet<Box<str>>>,
    /// Rules files were given: a rule that stands in none of them is not judged any more because somebody wants it so.
    pub rules_given: bool,
    /// What was judged, by rule; `None` where that is not known.
    pub rules: Option<BTreeMap<Box<str>, RuleSight>>,
}

/// Of whom the inputs tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum People {
    /// Nobody knows.
    #[default]
    Unknown,
    /// Of all: there is a whole list of users.
    Listed,
    /// Of those who are in any row, by all ids of theirs.
    Seen(BTreeSet<Box<str>>),
}

/// What a snapshot says of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSight {
    /// It was judged: whoever violates it by these packages is shown.
    Judged(BTreeSet<Box<str>>),
    /// It was not, or not whole: packages or members of groups are unknown.
    Blind,
    /// It was not in force: that it shows nobody is known.
    NotInForce,
}

impl Sight {
    /// Whether a conflict that the snapshot does not have would be shown if it were there.
    pub(super) fn would_show(&self, conflict: &LedgerConflict) -> bool {
        let Some(rules) = &self.rules else { return false };
        let is_declared = |id: &str| id.starts_with(DECLARED);
        match rules.get(&conflict.rule.id) {
            Some(RuleSight::Blind) => return false,
            // It does not say anything any more: that is an end of its own kind, and known.
            Some(RuleSight::NotInForce) => return true,
            // What the rule names there is what the inputs know.
            Some(RuleSight::Judged(packages))
                if !conflict.packages.iter().all(|id| packages.contains(id)) =>
            {
                return false;
            }
            Some(RuleSight::Judged(_)) => {}
            None if is_declared(&conflict.rule.id) => {
                let Some(lacking) = &self.lists_lacking else { return false };
                let is_known = !conflict.packages.iter().any(|id| lacking.contains(id));
                let sees = self.packages_listed && !self.cut_off;
                return is_known && sees && rules.keys().any(|id| is_declared(id));
            }
            // Somebody took it out of the rules. Where no rules were given at all, somebody forgot them.
            None => return self.rules_given,
        }
        let tells_of_them = match &self.people {
            People::Unknown => false,
            People::Listed => true,
            People::Seen(ids) => ids.contains(&conflict.user.id),
        };
        tells_of_them && !self.cut_off
    }

    /// Whether a rule was not judged because no rules were given.
    pub(super) fn forgot(&self, rule: &str) -> bool {
        let knows = self.rules.as_ref().is_none_or(|rules| rules.contains_key(rule));
        !self.rules_given && !knows && !rule.starts_with(DECLARED)
    }

    fn names(&self) -> FileNames {
        FileNames::new(self.files.iter().map(|file| (&*file.path, file.rows)))
    }

    /// The files with records of a kind.
    fn names_with(&self, kind: &str) -> FileNames {
        let records =
            |file: &InputFile| file.rows.map(|_| file.records.get(kind).copied().unwrap_or_default());
        FileNames::new(self.files.iter().map(|file| (&*file.path, records(file))))
    }

    fn kinds(&self) -> impl Iterator<Item = &str> {
        self.files.iter().flat_map(|file| file.records.keys()).map(|kind| &**kind)
    }
}

/// How the ids of rules begin that the tenant declares.
const DECLARED: &str = "entra:";

/// What a later snapshot lacks of what earlier ones have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacks {
    /// Rows are probably missing, or would not count; or members of groups.
    access: bool,
    /// What packages declare incompatible is probably missing.
    declarations: bool,
}

impl Lacks {
    /// Whether a conflict of that rule may be there all the same.
    pub(super) fn hides(self, rule: &str) -> bool {
        self.access || (self.declarations && rule.starts_with(DECLARED))
    }
}

/// Kinds of records that tell who is in a group.
pub const MEMBER_RECORDS: [&str; 2] = ["group-member", "group-membership"];
/// Kinds of records that tell what packages declare incompatible.
pub const DECLARATION_RECORDS: [&str; 3] = ["package", "incompatible-package", "incompatible-group"];

/// Which snapshots lack what others have, as far as files and states tell; each pair is looked at once.
pub(super) struct Gaps<'s> {
    snapshots: &'s [LedgerSnapshot],
    names: Vec<FileNames>,
    /// By kind of record.
    lists: Vec<BTreeMap<&'s str, FileNames>>,
    up_to: BTreeMap<(usize, usize), Lacks>,
    lacks_page: BTreeMap<(usize, usize), bool>,
}

impl<'s> Gaps<'s> {
    pub(super) fn new(snapshots: &'s [LedgerSnapshot]) -> Self {
        let names = snapshots.iter().map(|snapshot| snapshot.sight.names()).collect();
        let all: BTreeSet<&str> = snapshots.iter().flat_map(|snapshot| snapshot.sight.kinds()).collect();
        let lists = snapshots
            .iter()
            .map(|snapshot| all.iter().map(|kind| (*kind, snapshot.sight.names_with(kind))).collect());
        let lists = lists.collect();
        Self { snapshots, names, lists, up_to: BTreeMap::new(), lacks_page: BTreeMap::new() }
    }

    /// What is probably missing in a later snapshot of an earlier one and of those before it, or would not count there.
    ///
    /// A page that is missing stays so until a snapshot has it again, or has a row of pages that ends by itself: the snapshot before
    /// may have lacked it as well. A file of another kind that somebody left out is missed by the next snapshot alone.
    pub(super) fn up_to(&mut self, earlier: usize, later: usize) -> Lacks {
        if let Some(known) = self.up_to.get(&(earlier, later)) {
            return *known;
        }
        let access = self.lacks_rows(earlier, later)
            || self.lacks_lists(&MEMBER_RECORDS, earlier, later)
            || (0..earlier).any(|first| self.lacks_page(first, later));
        let found = Lacks { access, declarations: self.lacks_lists(&DECLARATION_RECORDS, earlier, later) };
        self.up_to.insert((earlier, later), found);
        found
    }

    fn lacks_rows(&self, earlier: usize, later: usize) -> bool {
        let (Some(had), Some(has)) = (self.snapshots.get(earlier), self.snapshots.get(later)) else {
            return true;
        };
        let states = has.states == had.states || is_covered(&had.states, &has.states);
        !states
            || has.sight.rejected > had.sight.rejected
            || !missing(self.names.get(earlier), self.names.get(later)).is_empty()
    }

    fn lacks_lists(&self, kinds: &[&str], earlier: usize, later: usize) -> bool {
        let names = |at: usize, kind: &str| self.lists.get(at).and_then(|lists| lists.get(kind));
        kinds.iter().any(|kind| !missing(names(earlier, kind), names(later, kind)).is_empty())
    }

    fn lacks_page(&mut self, earlier: usize, later: usize) -> bool {
        let Self { names, lacks_page, .. } = self;
        let missing = || missing(names.get(earlier), names.get(later));
        let lacks = || missing().iter().any(|(_, why)| *why != MissingFile::Gone);
        *lacks_page.entry((earlier, later)).or_insert_with(lacks)
    }
}

/// The files of an earlier snapshot that are missing in a later one.
fn missing(had: Option<&FileNames>, has: Option<&FileNames>) -> Vec<(usize, MissingFile)> {
    had.zip(has).map_or_else(Vec::new, |(had, has)| has.missing(had))
}

/// Whether whatever counts by the states of the one snapshot counts by those of the other.
fn is_covered(had: &str, has: &str) -> bool {
    let states = [had, has].map(StateFilter::parse);
    matches!(states, [Ok(had), Ok(has)] if has.covers(&had))
}
