//! How far the inputs of a snapshot see, as a line of a ledger.

use serde::{Deserialize, Serialize};
use sod_model::{InputFile, People, RuleSight, Sight};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize, Deserialize)]
pub(super) struct SightFields<'a> {
    cut_off: bool,
    rejected: u64,
    /// A ledger of an earlier version does not have them.
    #[serde(default)]
    packages: Vec<Cow<'a, str>>,
    packages_listed: bool,
    users_listed: bool,
    /// Ids of everybody in any row, where no list tells of all.
    users_seen: Option<Vec<Cow<'a, str>>>,
    files: Vec<FileFields<'a>>,
    /// Without it nobody knows which.
    #[serde(default)]
    lists_lacking: Option<Vec<Cow<'a, str>>>,
    /// A ledger of an earlier version does not tell: then nothing is closed for want of a rule.
    #[serde(default)]
    rules_given: bool,
    rules: Option<Vec<RuleFields<'a>>>,
}

#[derive(Serialize, Deserialize)]
struct FileFields<'a> {
    path: Cow<'a, str>,
    rows: Option<u64>,
    /// A ledger of an earlier version does not have them.
    #[serde(default)]
    records: BTreeMap<Cow<'a, str>, u64>,
}

#[derive(Serialize, Deserialize)]
struct RuleFields<'a> {
    id: Cow<'a, str>,
    verdict: Verdict,
    /// What it names and the inputs know, where it was judged.
    packages: Vec<Cow<'a, str>>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Judged,
    NotJudgedWhole,
    NotInForce,
}

impl<'a> SightFields<'a> {
    pub(super) fn of(sight: &'a Sight) -> Self {
        let text = |text: &'a str| Cow::Borrowed(text);
        let texts = |ids: &'a BTreeSet<Box<str>>| ids.iter().map(|id| text(id)).collect();
        let rule = |id: &'a str, rule: &'a RuleSight| {
            let (verdict, packages) = match rule {
                RuleSight::Judged(packages) => (Verdict::Judged, texts(packages)),
                RuleSight::Blind => (Verdict::NotJudgedWhole, Vec::new()),
                RuleSight::NotInForce => (Verdict::NotInForce, Vec::new()),
            };
            RuleFields { id: text(id), verdict, packages }
        };
        Self {
            cut_off: sight.cut_off,
            rejected: sight.rejected,
            packages: texts(&sight.packages),
            packages_listed: sight.packages_listed,
            users_listed: sight.people == People::Listed,
            users_seen: match &sight.people {
                People::Seen(ids) => Some(texts(ids)),
                People::Listed | People::Unknown => None,
            },
            files: sight
                .files
                .iter()
                .map(|file| FileFields {
                    path: text(&file.path),
                    rows: file.rows,
                    records: file.records.iter().map(|(kind, count)| (text(kind), *count)).collect(),
                })
                .collect(),
            lists_lacking: sight.lists_lacking.as_ref().map(texts),
            rules_given: sight.rules_given,
            rules: sight.rules.as_ref().map(|rules| rules.iter().map(|(id, own)| rule(id, own)).collect()),
        }
    }

    /// What was written.
    pub(super) fn read(self) -> Result<Sight, String> {
        let owned = |text: Cow<'_, str>| -> Box<str> { text.into_owned().into() };
        let people = match (self.users_listed, self.users_seen) {
            (true, None) => People::Listed,
            (false, Some(ids)) => People::Seen(ids.into_iter().map(owned).collect()),
            (false, None) => People::Unknown,
            (true, Some(_)) => return Err("`users_seen` beside a list of all users".to_owned()),
        };
        let rule = |rule: RuleFields<'_>| {
            let sight = match rule.verdict {
                Verdict::Judged => RuleSight::Judged(rule.packages.into_iter().map(owned).collect()),
                Verdict::NotJudgedWhole => RuleSight::Blind,
                Verdict::NotInForce => RuleSight::NotInForce,
            };
            (owned(rule.id), sight)
        };
        let rules: Option<BTreeMap<Box<str>, RuleSight>> =
            self.rules.map(|rules| rules.into_iter().map(rule).collect());
        let file = |file: FileFields<'_>| InputFile {
            path: owned(file.path),
            rows: file.rows,
            records: file.records.into_iter().map(|(kind, count)| (owned(kind), count)).collect(),
        };
        Ok(Sight {
            cut_off: self.cut_off,
            rejected: self.rejected,
            files: self.files.into_iter().map(file).collect(),
            people,
            packages: self.packages.into_iter().map(owned).collect(),
            packages_listed: self.packages_listed,
            lists_lacking: (self.lists_lacking).map(|ids| ids.into_iter().map(owned).collect()),
            rules_given: self.rules_given,
            rules,
        })
    }
}
