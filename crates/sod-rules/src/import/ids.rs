//! Ids of imported rules: those of the source stay, and none is given twice.

use super::ImportCode;
use super::collect::{Collector, Draft};
use crate::document::printable;
use std::collections::{BTreeMap, BTreeSet};

/// Ids, each given once.
pub(super) struct Ids {
    /// Those that sources give: nobody else gets them.
    given: BTreeSet<String>,
    taken: BTreeSet<String>,
    /// The last number that was put behind an id.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    pub(super) fn of(drafts: &[Draft]) -> Self {
        let given = drafts.iter().filter_map(|draft| draft.id.clone()).collect();
        Self { given, taken: BTreeSet::new(), numbers: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, draft: &Draft, notes: &mut Collector) -> String {
        let wanted = draft.id.clone().unwrap_or_else(|| draft.spare_id.clone());
        let mut wanted = if wanted.is_empty() { "rule".to_owned() } else { wanted };
        let mut why = "another rule has it";
        if wanted.starts_with("entra:") {
            wanted = format!("import-{wanted}");
            why = "ids that begin with `entra:` are those of declared incompatibilities";
        }
        let own = draft.id.as_ref() == Some(&wanted);
        let mut id = wanted.clone();
        let number = self.numbers.entry(wanted.clone()).or_insert(1);
        while self.taken.contains(&id) || (self.given.contains(&id) && !(own && id == wanted)) {
            *number += 1;
            id = format!("{wanted}-{number}");
        }
        self.taken.insert(id.clone());
        let before = draft.id.as_ref().unwrap_or(&draft.spare_id);
        if id != *before && !before.is_empty() {
            let what = format!("the id `{}` became `{}`", printable(before), printable(&id));
            notes.remark(ImportCode::IdChanged, draft.place.clone(), what, why);
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Place;
    use crate::import::collect::term;

    #[test]
    fn every_id_is_given_once_and_given_ids_stay() {
        let draft = |id: Option<&str>, spare: &str, package: &str| Draft {
            id: id.map(str::to_owned),
            ..Draft::new(Place::default(), spare.to_owned(), vec![term([package], 1)])
        };
        let mut all = Collector::default();
        for (at, (id, spare)) in [
            (Some("R"), ""),
            (Some("R"), ""),
            (None, "R-2"),
            (Some("R-2"), ""),
            (Some("entra:x"), ""),
            (None, ""),
        ]
        .into_iter()
        .enumerate()
        {
            all.add(draft(id, spare, &format!("p{at}")));
        }
        let imported = all.finish(Place::default()).unwrap();
        let ids: Vec<&str> = imported.document.rules.iter().map(|rule| &*rule.id.value).collect();
        assert_eq!(ids, ["R", "R-3", "R-2-2", "R-2", "import-entra:x", "rule"]);
        let codes: Vec<ImportCode> = imported.remarks.iter().map(|note| note.code).collect();
        assert_eq!(codes, [ImportCode::IdChanged; 3]);
    }
}
