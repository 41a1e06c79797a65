//! An export and its analysis, as a side: its conflicts and its inputs.

use super::side::{ConflictPlace, ExportSide, SideConflict, SideInput, written};
use sod_model::{ChangedUser, ConflictStatus, ExceptionId, Named, Shape, User};

impl ExportSide<'_> {
    pub(super) fn conflicts(self) -> Vec<SideConflict> {
        let (analysis, directory) = (self.analysis, &self.snapshot.directory);
        let exception = |id: ExceptionId| analysis.exceptions.exception(id).map(|one| one.id.clone());
        let conflict = |one: &sod_model::Conflict| {
            let (rule, user) = (analysis.rules.rule(one.rule)?, directory.user(one.user)?);
            Some(SideConflict {
                rule: Named { id: rule.id.clone(), name: Some(rule.name.clone()) },
                severity: rule.severity,
                user: changed_user(user),
                status: ConflictStatus { exception: one.exception.and_then(exception) },
                place: ConflictPlace::Export(one.rule, one.user),
            })
        };
        // Rules and users are numbered in the order of their ids.
        analysis.conflicts.conflicts().iter().filter_map(conflict).collect()
    }

    pub(super) fn inputs(self) -> Vec<SideInput> {
        let sources = self.snapshot.provenance.sources.iter();
        sources
            .map(|source| SideInput {
                path: source.path.to_string(),
                sha256: source.sha256,
                rows: source.rows.read,
                rejected: source.rows.rejected,
                records: source.side.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect(),
                is_refused: source.refused.is_some(),
                dangling_next_link: source.dangling_next_link,
                is_blank: source.shape == Shape::Blank,
            })
            .collect()
    }
}

fn changed_user(user: &User) -> ChangedUser {
    ChangedUser {
        id: written(&user.id),
        name: user.display_name.clone(),
        principal_name: user.principal_name.clone(),
    }
}
