//! The rows of an export in their order, with the dirt that concerns single rows.
//!
//! Writer and truth walk this one sequence, so that they cannot disagree about what was dirtied. At any moment it holds
//! the present user's rows and the few that are to come again a page later.

use crate::assignment::{AssignmentState, Assignments, GeneratedAssignment};
use crate::dirt::Dirt;
use crate::moment::{BASE, DAY};
use crate::view::View;
use std::collections::VecDeque;

/// How a row names its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserFace {
    Full,
    /// Without a directory object.
    NullObject,
    Missing,
    EmailOnly,
    /// Text where the object should be.
    Truncated,
}

/// How a row names its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PackageFace {
    Full,
    Missing,
    NameOnly,
}

/// How a row says its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateFace {
    Full,
    Missing,
    Unknown,
}

/// What a row is to those with the same id or content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowRole {
    /// Counts.
    Original,
    /// The same as an earlier row; counted once with it.
    Repeat,
    /// Another content under the id of an earlier row whose state is held more; that one is used.
    Superseded,
}

/// A row to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) assignment: GeneratedAssignment,
    pub(crate) user: UserFace,
    pub(crate) package: PackageFace,
    pub(crate) state: StateFace,
    /// `expiredDateTime` is the text "null".
    pub(crate) null_text: bool,
    pub(crate) malformed: bool,
    pub(crate) odd_case: bool,
    pub(crate) role: RowRole,
    /// What was done to the row, besides what concerns its user or package everywhere.
    pub(crate) dirt: Option<Dirt>,
}

/// The rows of an export.
#[derive(Clone, Debug)]
pub(crate) struct Rows<'a> {
    view: &'a View<'a>,
    base: Assignments<'a>,
    /// The dirts to lay, round and round.
    cycle: Vec<Dirt>,
    laid: usize,
    until_next: u32,
    /// Dirts that wait for a row which they fit.
    due: VecDeque<Dirt>,
    /// Rows to come again, with the number of rows before which they may not.
    again: VecDeque<(u64, Row)>,
    emitted: u64,
    delay: u64,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(view: &'a View<'a>) -> Self {
        let mut cycle: Vec<Dirt> =
            view.options.dirt.iter().copied().filter(|dirt| dirt.is_of_rows()).collect();
        cycle.sort_unstable();
        cycle.dedup();
        Self {
            view,
            base: view.tenant.assignments(),
            cycle,
            laid: 0,
            until_next: 3,
            due: VecDeque::new(),
            again: VecDeque::new(),
            emitted: 0,
            // On the next page where pages are of ordinary size; never so late that many rows wait.
            delay: u64::from(view.options.page_size.min(1_000)) + 3,
        }
    }

    /// The next clean assignment of the shape.
    fn next_base(&mut self) -> Option<GeneratedAssignment> {
        let delivered_only = self.view.options.shape.is_delivered_only();
        self.base.by_ref().find(|row| !delivered_only || row.state == AssignmentState::Delivered)
    }

    fn clean(&self, assignment: GeneratedAssignment) -> Row {
        let is_null = self.view.is_null_object(assignment.user);
        Row {
            assignment,
            user: if is_null { UserFace::NullObject } else { UserFace::Full },
            package: PackageFace::Full,
            state: StateFace::Full,
            null_text: false,
            malformed: false,
            // By the id, so that a repeated row is the same to the byte.
            odd_case: self.view.mixed_case && assignment.id.0 % 3 == 1,
            role: RowRole::Original,
            dirt: None,
        }
    }

    /// Decides whether this row is dirtied, and with what. Dense at first, so that small exports have every kind;
    /// then one row in a hundred.
    fn next_dirt(&mut self, row: &Row) -> Option<Dirt> {
        if self.cycle.is_empty() {
            return None;
        }
        self.until_next = self.until_next.saturating_sub(1);
        if self.until_next == 0 {
            let dirt = self.cycle.get(self.laid % self.cycle.len()).copied();
            self.laid += 1;
            self.until_next = if self.laid < 3 * self.cycle.len() { 5 } else { 97 };
            // What fits no row (no delivered one, say) must not pile up.
            if let Some(dirt) = dirt.filter(|dirt| !self.due.contains(dirt)) {
                self.due.push_back(dirt);
            }
        }
        let place = self.due.iter().position(|&dirt| self.fits(dirt, row))?;
        self.due.remove(place)
    }

    fn fits(&self, dirt: Dirt, row: &Row) -> bool {
        let is_delivered = row.assignment.state == AssignmentState::Delivered;
        match dirt {
            Dirt::PastEndDate | Dirt::IdReused => is_delivered,
            // A subject without a directory object would make two findings of one row; keep them apart.
            Dirt::SeveralLive => is_delivered && row.user == UserFace::Full,
            Dirt::EmailOnly => row.user == UserFace::Full && !self.view.is_guest(row.assignment.user),
            Dirt::TruncatedDepth | Dirt::MissingUser => row.user == UserFace::Full,
            Dirt::StringNullDate => row.assignment.expired.is_none(),
            _ => true,
        }
    }

    fn lay(&mut self, dirt: Dirt, row: &mut Row) {
        let extra_id = self.view.tenant.extra_id(&row.assignment);
        row.dirt = Some(dirt);
        match dirt {
            Dirt::MissingUser => row.user = UserFace::Missing,
            Dirt::EmailOnly => row.user = UserFace::EmailOnly,
            Dirt::TruncatedDepth => row.user = UserFace::Truncated,
            Dirt::MissingPackage => row.package = PackageFace::Missing,
            Dirt::NameOnlyPackage => row.package = PackageFace::NameOnly,
            Dirt::UnknownState => row.state = StateFace::Unknown,
            Dirt::StateMissing => row.state = StateFace::Missing,
            Dirt::StringNullDate => row.null_text = true,
            Dirt::MalformedRecord => row.malformed = true,
            Dirt::PastEndDate => set_past_end(&mut row.assignment),
            Dirt::DuplicateRows => self.come_again(Row { role: RowRole::Repeat, ..*row }),
            Dirt::IdReused => {
                let mut copy = Row { role: RowRole::Superseded, ..*row };
                set_past_end(&mut copy.assignment);
                copy.assignment.state = AssignmentState::Expired;
                copy.assignment.status = "ExpiredNotificationTriggered";
                self.come_again(copy);
            }
            Dirt::SeveralLive => {
                let mut copy = *row;
                let policies = self
                    .view
                    .tenant
                    .package(row.assignment.package)
                    .map_or(1, |package| package.policies.len());
                copy.assignment.id = extra_id;
                copy.assignment.policy = ((usize::from(row.assignment.policy) + 1) % policies.max(1)) as u8;
                copy.assignment.start += DAY / 2;
                copy.odd_case = self.view.mixed_case && extra_id.0 % 3 == 1;
                self.come_again(copy);
            }
            // The others concern no single row.
            _ => row.dirt = None,
        }
    }

    fn come_again(&mut self, row: Row) {
        self.again.push_back((self.emitted + self.delay, row));
    }
}

/// An end two years before the export.
fn set_past_end(assignment: &mut GeneratedAssignment) {
    let end = BASE - 730 * DAY;
    assignment.start = end - 90 * DAY;
    assignment.end = Some(end);
    assignment.expired = Some(end);
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let is_due = self.again.front().is_some_and(|(due, _)| *due <= self.emitted);
        let base = if is_due { None } else { self.next_base() };
        let row = match base {
            Some(assignment) => {
                let mut row = self.clean(assignment);
                if let Some(dirt) = self.next_dirt(&row) {
                    self.lay(dirt, &mut row);
                }
                row
            }
            None => self.again.pop_front()?.1,
        };
        self.emitted += 1;
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExportOptions, ExportShape, Tenant, TenantSpec};

    #[test]
    fn few_rows_wait_however_many_there_are() {
        let tenant =
            Tenant::new(TenantSpec { users: 4_000, packages: 60, assignments: 40_000, seed: 5 }).unwrap();
        let dirt = Dirt::ALL.into_iter().filter(|&dirt| ExportShape::GraphV1.supports(dirt)).collect();
        let options = ExportOptions { dirt, page_size: u32::MAX, ..ExportOptions::new(ExportShape::GraphV1) };
        let view = View::new(&tenant, &options);
        let mut rows = Rows::new(&view);
        let mut count = 0;
        while rows.next().is_some() {
            count += 1;
            assert!(rows.again.len() <= 100 && rows.due.len() <= rows.cycle.len());
        }
        assert!(count > 40_000);
    }
}
