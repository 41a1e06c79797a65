//! Which columns say what: the groups of cells by which rows are recognised.

use crate::columns::{Layout, ValueOf};

/// The columns on which each part of what a row says depends; those of none are read by nobody.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) subject: Vec<usize>,
    pub(super) package: Vec<usize>,
    pub(super) policy: Vec<usize>,
    pub(super) state: Vec<usize>,
    pub(super) unread: Vec<usize>,
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
        let mut groups = Self {
            subject: cells(&subject),
            package: cells(&[&layout.package_id, &layout.package_name, &layout.catalog]),
            policy: cells(&[&layout.policy]),
            state: cells(&[&layout.state]),
            unread: Vec::new(),
        };
        let single = cells(&[&layout.id, &layout.since, &layout.until]);
        let read = [&groups.subject, &groups.package, &groups.policy, &groups.state, &single];
        groups.unread = (0..columns).filter(|at| !read.iter().any(|columns| columns.contains(at))).collect();
        groups
    }
}
