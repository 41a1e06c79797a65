//! Policies with a left and a right list: whoever holds enough of both violates them.

use super::collect::{Collector, Draft, slug};
use super::facts::policy_facts;
use super::json::{Json, Keys};
use super::severity::Severities;
use super::side::read_side;
use super::{ImportCode, ImportOptions};
use crate::document::{Node, printable};
use std::sync::Arc;

const LEFT: [&str; 6] = ["left", "leftcriteria", "list1", "lefthandside", "leftlist", "first"];
const RIGHT: [&str; 6] = ["right", "rightcriteria", "list2", "righthandside", "rightlist", "second"];

pub(super) fn import(path: &Arc<str>, text: &str, options: &ImportOptions, notes: &mut Collector) {
    let Some(json) = Json::read(path, text, notes) else { return };
    let severities = Severities::of(&options.severities, std::iter::empty());
    for (at, (node, path)) in json.policies(notes).into_iter().enumerate() {
        let Some(mut keys) = json.object(node, &path, notes) else { continue };
        let sides = sides(&json, &mut keys, notes);
        let mut draft = Draft::new(json.place(node, &path), format!("two-list-{}", at + 1), Vec::new());
        policy_facts(&mut keys, &mut draft, &severities, notes);
        if let Some(name) = draft.name.as_deref().map(slug).filter(|name| !name.is_empty()) {
            draft.spare_id = name;
        }
        // What SailPoint makes of the lists, and what is about its own work.
        keys.pass_over(&["policyquery", "scheduled", "creatorid", "violationownerassignmentconfig", "type"]);
        keys.finish(notes);
        let [Some((left, left_path)), Some((right, right_path))] = sides else {
            let why = "expected two lists, such as \"left\" and \"right\" or \"list1\" and \"list2\"";
            notes.lost(ImportCode::EmptySide, draft.place, "a policy without two lists", why);
            continue;
        };
        let left = read_side(&json, left, &left_path, notes);
        let right = read_side(&json, right, &right_path, notes);
        let (Some(left), Some(right)) = (left, right) else { continue };
        if let Some(both) = left.packages.iter().find(|package| right.packages.contains(package)) {
            let what = format!("`{}` in both lists", printable(both));
            if left.packages.len() == 1 && right.packages.len() == 1 {
                let why = "a package is not incompatible with itself; critical access is a rule of one term, written by hand";
                notes.lost(ImportCode::SamePackage, draft.place, what, why);
                continue;
            }
            let why = "whoever holds it has something of both lists";
            notes.remark(ImportCode::BothSides, draft.place.clone(), what, why);
        }
        draft.terms = vec![left.term(), right.term()];
        notes.add(draft);
    }
}

type Found<'n> = Option<(&'n Node, String)>;

/// The two lists, wherever they stand.
fn sides<'n>(json: &'n Json<'n>, keys: &mut Keys<'n>, notes: &mut Collector) -> [Found<'n>; 2] {
    let criteria = keys.take(&["conflictingaccesscriteria"]);
    if let Some((node, path)) = criteria
        && let Some(mut inner) = json.object(node, &path, notes)
    {
        let sides = [inner.take(&LEFT), inner.take(&RIGHT)];
        inner.finish(notes);
        return sides;
    }
    [keys.take(&LEFT), keys.take(&RIGHT)]
}
