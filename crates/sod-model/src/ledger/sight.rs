//! What the inputs of a snapshot would show, kept so that it can be asked about conflicts that become known later.

use super::{LedgerConflict, LedgerSnapshot};
use crate::{FileNames, InputFile};
use std::collections::{BTreeMap, BTreeSet};

/// How far the inputs of a snapshot see. In doubt they do not: nothing is closed for want of data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The export ends before its last page.
    pub cut_off: bool,
    /// Rows that could not be used.
    pub rejected: u64,
    /// The files, with the rows in them.
    pub files: Vec<InputFile>,
    /// Whose absence means something.
    pub people: People,
    /// There is a whole list of packages.
    pub packages_listed: bool,
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
                return self.packages_listed && rules.keys().any(|id| is_declared(id));
            }
            None => return true,
        }
        let tells_of_them = match &self.people {
            People::Unknown => false,
            People::Listed => true,
            People::Seen(ids) => ids.contains(&conflict.user.id),
        };
        tells_of_them && !self.cut_off
    }

    fn names(&self) -> FileNames {
        FileNames::new(self.files.iter().map(|file| (&*file.path, file.rows)))
    }
}

/// How the ids of rules begin that the tenant declares.
const DECLARED: &str = "entra:";

/// Which snapshots lack rows that others have, as far as files tell; each pair is looked at once.
#[derive(Default)]
pub(super) struct Gaps(BTreeMap<(usize, usize), bool>);

impl Gaps {
    /// Whether rows of an earlier snapshot are probably missing in a later one.
    pub(super) fn between(&mut self, snapshots: &[LedgerSnapshot], earlier: usize, later: usize) -> bool {
        *self.0.entry((earlier, later)).or_insert_with(|| {
            let (Some(had), Some(has)) = (snapshots.get(earlier), snapshots.get(later)) else { return true };
            let (had, has) = (&had.sight, &has.sight);
            has.rejected > had.rejected || !has.names().missing(&had.names()).is_empty()
        })
    }
}
