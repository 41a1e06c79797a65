//! Which columns say what: the groups of cells by which rows are recognised.

use crate::columns::{Layout, ValueOf};

/// The columns on which each part of what a row says depends; those of none are read by nobody.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) subject: Vec<Run>,
    pub(super) package: Vec<Run>,
    pub(super) policy: Vec<Run>,
    pub(super) state: Vec<Run>,
    pub(super) unread: Vec<usize>,
}

/// Columns beside one another, from the first to the last: their text is looked at as one.
pub(super) type Run = [usize; 2];

fn runs(mut columns: Vec<usize>) -> Vec<Run> {
    columns.sort_unstable();
    columns.dedup();
    columns
        .chunk_by(|one, next| one + 1 == *next)
        .filter_map(|run| Some([*run.first()?, *run.last()?]))
        .collect()
}

impl Groups {
    pub(super) fn new(layout: &Layout, columns: usize) -> Self {
        let cells = |values: &[&Option<ValueOf>]| -> Vec<usize> {
            let cell = |value: &&Option<ValueOf>| match value {
                Some(ValueOf::Cell(at)) => Some(*at),
                Some(ValueOf::Fixed(_)) | None => None,
            };
            values.iter().filter_map(cell).collect()
        };
        let subject = [
            &layout.user_object,
            &layout.user_record,
            &layout.user_plain,
            &layout.user_name,
            &layout.principal_name,
            &layout.email,
            &layout.department,
        ];
        let subject = cells(&subject);
        let package = cells(&[&layout.package_id, &layout.package_name, &layout.catalog]);
        let (policy, state) = (cells(&[&layout.policy]), cells(&[&layout.state]));
        let single = cells(&[&layout.id, &layout.since, &layout.until]);
        let read = [&subject, &package, &policy, &state, &single];
        let unread = (0..columns).filter(|at| !read.iter().any(|columns| columns.contains(at))).collect();
        let [subject, package, policy, state] = [subject, package, policy, state].map(runs);
        Self { subject, package, policy, state, unread }
    }
}
