//! Records as JSON: one file a dialect, and the formatter that chooses among them.
//!
//! A row is mostly text that rows before it had too: its package, its policy and its user. The formatter keeps these
//! pieces ready, so that a row costs little more than copying them.

mod adx;
mod beta;
pub(crate) mod indent;
pub(crate) mod json;
pub(crate) mod odd_case;
mod powershell;
mod powershell_beta;
pub(crate) mod v1;

use crate::assignment::AssignmentState;
use crate::row::{PackageFace, Row, StateFace, UserFace};
use crate::shape::Dialect;
use crate::user::GeneratedUser;
use crate::view::View;

/// The pieces of one row, ready to be put together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces<'p> {
    /// The `target`, a value.
    pub(crate) subject: &'p [u8],
    /// The `accessPackage`, a value.
    pub(crate) package: &'p [u8],
    /// The `assignmentPolicy`, a value.
    pub(crate) policy: &'p [u8],
    pub(crate) user: &'p GeneratedUser,
}

/// Formats rows of one dialect, mixed excepted.
#[derive(Clone, Debug)]
struct Single<'a> {
    view: &'a View<'a>,
    dialect: Dialect,
    user: Option<GeneratedUser>,
    face: UserFace,
    subject: Vec<u8>,
    /// By package; empty when not yet needed.
    packages: Vec<Vec<u8>>,
    /// By package times four plus policy; empty when not yet needed.
    policies: Vec<Vec<u8>>,
    special_package: Vec<u8>,
}

/// Formats rows.
#[derive(Clone, Debug)]
pub(crate) struct Formatter<'a> {
    dialects: Vec<Single<'a>>,
}

impl<'a> Formatter<'a> {
    pub(crate) fn new(view: &'a View<'a>) -> Self {
        let dialects = match view.options.shape.dialect() {
            Dialect::Mixed => vec![Dialect::V1, Dialect::Beta, Dialect::BetaBare, Dialect::Mixed],
            dialect => vec![dialect],
        };
        Self { dialects: dialects.into_iter().map(|dialect| Single::new(view, dialect)).collect() }
    }

    /// Appends one row as compact JSON.
    pub(crate) fn write(&mut self, row: &Row, out: &mut Vec<u8>) {
        let start = out.len();
        let count = self.dialects.len().max(1) as u128;
        // A row without `target` or `accessPackage` could not show what is special about it.
        let is_plain = matches!(row.user, UserFace::Full | UserFace::NullObject | UserFace::Missing)
            && row.package != PackageFace::NameOnly;
        let choice = if is_plain { (row.assignment.id.0 >> 8) % count } else { 0 };
        if let Some(single) = self.dialects.get_mut(choice as usize) {
            single.write(row, out);
        }
        if row.malformed && out.last() == Some(&b'}') {
            out.pop();
            json::raw(out, ",}");
        }
        if row.odd_case
            && let Some(record) = out.get_mut(start..)
        {
            odd_case::odd_json(record);
        }
    }
}

impl<'a> Single<'a> {
    fn new(view: &'a View<'a>, dialect: Dialect) -> Self {
        let packages = view.tenant.packages().len();
        Self {
            view,
            dialect,
            user: None,
            face: UserFace::Full,
            subject: Vec::new(),
            packages: vec![Vec::new(); packages],
            policies: vec![Vec::new(); packages * 4],
            special_package: Vec::new(),
        }
    }

    fn write(&mut self, row: &Row, out: &mut Vec<u8>) {
        self.prepare_user(row);
        self.prepare_package(row);
        let at = row.assignment.package as usize;
        let package = match row.package {
            PackageFace::Full => self.packages.get(at),
            _ => Some(&self.special_package),
        };
        let policy = self.policies.get(at * 4 + usize::from(row.assignment.policy));
        if let (Some(package), Some(policy), Some(user)) = (package, policy, &self.user) {
            let pieces = Pieces { subject: &self.subject, package, policy, user };
            match self.dialect {
                Dialect::V1 => v1::row(self.view, row, pieces, out),
                Dialect::Beta => beta::row(self.view, row, pieces, true, out),
                Dialect::BetaBare => beta::row(self.view, row, pieces, false, out),
                Dialect::Mixed => beta::mixed_row(self.view, row, pieces, out),
                Dialect::Powershell => powershell::row(self.view, row, pieces, out),
                Dialect::PowershellBeta => powershell_beta::row(self.view, row, pieces, out),
                Dialect::Adx => adx::row(self.view, row, pieces, out),
                // Tables are written by `write::table`.
                Dialect::Table => {}
            }
        }
    }

    fn prepare_user(&mut self, row: &Row) {
        let number = row.assignment.user;
        let is_new = self.user.as_ref().is_none_or(|user| user.index != number);
        if is_new {
            self.user = Some(self.view.tenant.user(number));
        }
        if let Some(user) = &self.user
            && (is_new || self.face != row.user)
        {
            self.face = row.user;
            self.subject.clear();
            let out = &mut self.subject;
            match self.dialect {
                Dialect::V1 | Dialect::Mixed => v1::subject(self.view, user, row.user, out),
                Dialect::Beta => beta::subject(self.view, user, row.user, out),
                Dialect::Powershell => powershell::subject(self.view, user, row.user, out),
                Dialect::PowershellBeta => powershell_beta::subject(self.view, user, row.user, out),
                Dialect::BetaBare | Dialect::Adx | Dialect::Table => {}
            }
        }
    }

    fn prepare_package(&mut self, row: &Row) {
        let (view, at) = (self.view, row.assignment.package);
        let write = match self.dialect {
            Dialect::V1 | Dialect::Mixed => v1::package,
            Dialect::Beta => beta::package,
            Dialect::Powershell => powershell::package,
            Dialect::PowershellBeta => powershell_beta::package,
            Dialect::BetaBare | Dialect::Adx | Dialect::Table => return,
        };
        match row.package {
            PackageFace::Full => {
                if let Some(piece) = self.packages.get_mut(at as usize).filter(|piece| piece.is_empty()) {
                    write(view, at, PackageFace::Full, piece);
                }
            }
            face => {
                self.special_package.clear();
                write(view, at, face, &mut self.special_package);
            }
        }
        let policy = usize::from(row.assignment.policy);
        if let Some(piece) = self.policies.get_mut(at as usize * 4 + policy).filter(|piece| piece.is_empty())
        {
            match self.dialect {
                Dialect::V1 => v1::policy(view, at, policy, piece),
                Dialect::Powershell => powershell::policy(view, at, policy, piece),
                _ => {}
            }
        }
    }
}

/// The state in camelCase; `None` when the row has none.
fn state_name(row: &Row) -> Option<&'static str> {
    match row.state {
        StateFace::Full => Some(row.assignment.state.name()),
        StateFace::Unknown => Some("underReview"),
        StateFace::Missing => None,
    }
}

/// The state in PascalCase; `None` when the row has none.
fn state_pascal(row: &Row) -> Option<&'static str> {
    match row.state {
        StateFace::Full => Some(row.assignment.state.pascal_name()),
        StateFace::Unknown => Some("UnderReview"),
        StateFace::Missing => None,
    }
}

/// The kind of the end: what `expiration.type` says.
fn expiration_type(row: &Row) -> &'static str {
    match (row.assignment.end, row.assignment.state) {
        (None, _) => "noExpiration",
        (Some(_), AssignmentState::Expired) => "afterDateTime",
        (Some(_), _) => "afterDuration",
    }
}
