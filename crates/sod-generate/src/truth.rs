//! What a correct reader finds in an export.

use crate::assignment::AssignmentState;
use crate::dirt::Dirt;
use crate::error::GenerateError;
use crate::options::ExportOptions;
use crate::row::{PackageFace, Row, RowRole, Rows, StateFace, UserFace};
use crate::shape::{Dialect, ExportShape};
use crate::tenant::Tenant;
use crate::view::View;
use std::collections::{BTreeMap, BTreeSet};

/// A row that must be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// The id of the assignment, lower case, where the shape has one.
    pub assignment_id: Option<String>,
    /// The canonical user: the object id where the export reveals it, else the subject id, else the e-mail address or
    /// principal name; the plain number in `plain-list`.
    pub user: String,
    /// The package: its id, but its display name in `csv-semicolon` and its plain number in `plain-list`.
    pub package: String,
    /// The state in camelCase, `delivered` where the shape has none. Compare without case.
    pub state: &'static str,
    /// The user's index in the tenant.
    pub user_index: u32,
    /// The package's index in the tenant.
    pub package_index: u32,
    /// Whether it counts beside the others with its id.
    pub role: RowRole,
    /// What was done to it.
    pub dirt: Option<Dirt>,
}

/// A row that must be rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthReject {
    /// The code of the rejection.
    pub code: &'static str,
    /// The assignment it would have been, where the shape has ids.
    pub assignment_id: Option<String>,
    /// What was done to it.
    pub dirt: Option<Dirt>,
}

/// What a correct reader finds. Grows with the number of rows: for tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Assignment records in the files, the rejected and repeated ones included.
    pub rows_expected: u64,
    /// The rows to accept, in the order in which the shape writes them (`official-csv` and `entra-exporter` sort them
    /// into files by package).
    pub accepted: Vec<TruthRow>,
    /// The rows to reject, in order.
    pub rejected: Vec<TruthReject>,
    /// Warnings that must appear.
    pub warnings: BTreeSet<&'static str>,
    /// Warnings that may appear besides and are not wrong.
    pub warnings_possible: BTreeSet<&'static str>,
    /// When not empty: the export must be refused, with one of these codes, and nothing else here matters.
    pub refusals: BTreeSet<&'static str>,
    /// How many rows each dirt of rows was laid on; repeats and second copies not counted.
    pub dirt_rows: BTreeMap<Dirt, u64>,
    /// Packages in the lists beside the assignments; 0 in tables.
    pub packages_listed: u64,
    /// Users in the lists beside the assignments; 0 in tables.
    pub users_listed: u64,
    /// Groups in the lists beside the assignments, the one of 100 included; 0 in tables.
    pub groups_listed: u64,
}

impl Truth {
    /// The distinct `(user, package)` whose state is one of the given ones (in camelCase), superseded rows left out.
    #[must_use]
    pub fn holdings(&self, states: &[&str]) -> BTreeSet<(&str, &str)> {
        self.accepted
            .iter()
            .filter(|row| row.role != RowRole::Superseded && states.contains(&row.state))
            .map(|row| (row.user.as_str(), row.package.as_str()))
            .collect()
    }

    /// How many rows must be rejected, by code.
    #[must_use]
    pub fn rejected_by_code(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for reject in &self.rejected {
            *counts.entry(reject.code).or_default() += 1;
        }
        counts
    }
}

/// What a correct reader finds in the export that [`write_export`](crate::write_export) makes of the same arguments.
///
/// ```
/// use sod_generate::{Dirt, ExportOptions, ExportShape, Tenant, TenantSpec, truth};
/// let tenant = Tenant::new(TenantSpec { users: 60, packages: 12, assignments: 400, seed: 1 }).unwrap();
/// let options = ExportOptions { dirt: vec![Dirt::MissingUser], ..ExportOptions::new(ExportShape::GraphBeta) };
/// let truth = truth(&tenant, &options).unwrap();
/// assert_eq!(truth.rows_expected, 400);
/// assert_eq!(truth.accepted.len() + truth.rejected.len(), 400);
/// assert_eq!(truth.rejected[0].code, "no-user");
/// ```
///
/// # Errors
/// When the options are wrong: see [`ExportOptions::check`].
pub fn truth(tenant: &Tenant, options: &ExportOptions) -> Result<Truth, GenerateError> {
    options.check()?;
    let view = View::new(tenant, options);
    let mut truth = Truth::default();
    for row in Rows::new(&view) {
        truth.rows_expected += 1;
        if let (Some(dirt), RowRole::Original) = (row.dirt, row.role) {
            *truth.dirt_rows.entry(dirt).or_default() += 1;
        }
        judge(&view, &row, &mut truth);
    }
    // The second of several live assignments is an original too.
    if let Some(count) = truth.dirt_rows.get_mut(&Dirt::SeveralLive) {
        *count /= 2;
    }
    if options.shape.has_directory() {
        truth.packages_listed = tenant.packages().len() as u64;
        truth.users_listed =
            (0..tenant.spec().users).filter(|&user| !view.is_null_object(user)).count() as u64;
        truth.groups_listed = tenant.groups().len() as u64 + u64::from(options.has(Dirt::GroupOf100));
    }
    refusals(&view, &mut truth);
    warnings(&view, &mut truth);
    Ok(truth)
}

fn judge(view: &View<'_>, row: &Row, truth: &mut Truth) {
    let shape = view.options.shape;
    let assignment_id = shape.has_assignment_id().then(|| row.assignment.id.to_string());
    match reject_code(view, row) {
        Some(code) => truth.rejected.push(TruthReject { code, assignment_id, dirt: row.dirt }),
        None => truth.accepted.push(TruthRow {
            assignment_id,
            user: user_key(view, row),
            package: package_key(view, row.assignment.package),
            state: match row.state {
                StateFace::Unknown => "underReview",
                _ => row.assignment.state.name(),
            },
            user_index: row.assignment.user,
            package_index: row.assignment.package,
            role: row.role,
            dirt: row.dirt,
        }),
    }
}

fn reject_code(view: &View<'_>, row: &Row) -> Option<&'static str> {
    let dialect = view.options.shape.dialect();
    if row.malformed {
        Some(if dialect == Dialect::Table { "malformed-row" } else { "malformed-json" })
    } else if row.user == UserFace::Missing {
        Some("no-user")
    } else if row.user == UserFace::Truncated && dialect != Dialect::PowershellBeta {
        Some("truncated-depth")
    } else if row.package == PackageFace::Missing {
        Some("no-package")
    } else if row.package == PackageFace::NameOnly && view.is_ambiguous(row.assignment.package) {
        Some("ambiguous-package-name")
    } else if row.state == StateFace::Missing {
        Some("state-missing")
    } else {
        None
    }
}

fn user_key(view: &View<'_>, row: &Row) -> String {
    let number = row.assignment.user;
    if view.options.shape == ExportShape::PlainList {
        return (u64::from(number) + 1).to_string();
    }
    let user = view.tenant.user(number);
    match row.user {
        UserFace::EmailOnly => user.mail,
        UserFace::NullObject if view.options.shape == ExportShape::CsvSemicolon => user.mail,
        UserFace::NullObject => user.subject_id.to_string(),
        _ => user.object_id.to_string(),
    }
}

fn package_key(view: &View<'_>, package: u32) -> String {
    match view.options.shape {
        ExportShape::PlainList => (u64::from(package) + 1).to_string(),
        ExportShape::CsvSemicolon => view.package_name(package).into_owned(),
        _ => view.tenant.package(package).map(|package| package.id.to_string()).unwrap_or_default(),
    }
}

fn refusals(view: &View<'_>, truth: &mut Truth) {
    truth.refusals.extend(view.options.dirt.iter().filter_map(|dirt| dirt.refusal()));
    if truth.rows_expected == 0 {
        // Nothing to cut, nothing to leave un-expanded: what is left is an export without assignments.
        truth.refusals.remove("truncated");
        truth.refusals.remove("not-expanded");
        truth.refusals.insert("no-assignments");
        truth.refusals.insert("nothing-recognised");
    }
    if truth.rows_expected > 0 && truth.accepted.is_empty() {
        truth.refusals.insert("everything-rejected");
    }
}

fn warnings(view: &View<'_>, truth: &mut Truth) {
    let shape = view.options.shape;
    let laid = |dirt: Dirt| truth.dirt_rows.contains_key(&dirt);
    let by_name = shape == ExportShape::CsvSemicolon;
    let null_objects = truth.accepted.iter().any(|row| view.is_null_object(row.user_index));
    let nothing_held = truth.accepted.iter().all(|row| row.state != AssignmentState::Delivered.name());
    let must = [
        // A plain list is read alone, by its name.
        ("empty-files", view.options.has(Dirt::EmptyFile) && shape != ExportShape::PlainList),
        ("dangling-next-link", view.options.has(Dirt::DanglingNextLink)),
        ("assignment-id-reused", laid(Dirt::IdReused)),
        ("repeated-rows", laid(Dirt::DuplicateRows)),
        ("rejected-rows", !truth.rejected.is_empty()),
        ("unknown-state", laid(Dirt::UnknownState)),
        ("nothing-in-states", nothing_held),
        ("state-assumed", !shape.has_state()),
        ("user-by-name-only", laid(Dirt::EmailOnly) || (null_objects && by_name)),
        ("user-without-object-id", null_objects && !by_name),
        ("several-live-assignments", laid(Dirt::SeveralLive)),
        ("package-by-name-only", by_name),
        ("duplicate-package-name", view.options.has(Dirt::DuplicatePackageName) && view.is_ambiguous(0)),
        ("delivered-past-end", laid(Dirt::PastEndDate)),
        ("group-probably-truncated", view.options.has(Dirt::GroupOf100)),
        ("truncated-parts", laid(Dirt::TruncatedDepth) && shape == ExportShape::PowershellBeta),
    ];
    let may = [
        ("partly-joined", laid(Dirt::EmailOnly) || null_objects),
        ("package-by-name-only", laid(Dirt::NameOnlyPackage)),
    ];
    let chosen = |(code, holds): (&'static str, bool)| holds.then_some(code);
    let (must, may): (Vec<_>, Vec<_>) =
        (must.into_iter().filter_map(chosen).collect(), may.into_iter().filter_map(chosen).collect());
    truth.warnings.extend(must);
    truth.warnings_possible.extend(may);
}
