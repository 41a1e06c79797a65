//! The tables: one row an assignment, nothing beside them.

use super::folder::Folder;
use super::sink::{Encoding, Sink};
use crate::error::GenerateError;
use crate::format::odd_case::{alternate, odd_table};
use crate::moment::{text, write_invariant};
use crate::row::{PackageFace, Row, StateFace, UserFace};
use crate::shape::ExportShape;
use crate::user::GeneratedUser;
use crate::view::View;

/// What separates, quotes and ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    separator: char,
    quotes_all: bool,
    line_end: &'static str,
    encoding: Encoding,
    header: &'static [&'static str],
}

/// The columns of `Export-Csv` when it is given whole objects.
const TYPE_NAME_HEADER: [&str; 8] =
    ["AccessPackage", "AssignmentPolicy", "ExpiredDateTime", "Id", "Schedule", "State", "Status", "Target"];

impl Layout {
    /// The layout of a shape.
    pub(crate) const fn of(shape: ExportShape, has_type_names: bool) -> Self {
        let windows = Self {
            separator: ',',
            quotes_all: true,
            line_end: "\r\n",
            encoding: Encoding::Utf8Bom,
            header: &[
                "Id",
                "$_.Target.id",
                "$_.Target.ObjectId",
                "$_.Target.DisplayName",
                "$_.Target.PrincipalName",
            ],
        };
        let plain = Self {
            separator: ',',
            quotes_all: false,
            line_end: "\n",
            encoding: Encoding::Utf8,
            header: &["user_id", "package_id", "state"],
        };
        if has_type_names {
            return Self { header: &TYPE_NAME_HEADER, ..windows };
        }
        match shape {
            ExportShape::OfficialCsv => windows,
            ExportShape::CsvSemicolon => Self {
                separator: ';',
                header: &[
                    "AssignmentID",
                    "ActualAssignmentEndDate",
                    "TargetObjectID",
                    "TargetEmail",
                    "AccessPackageName",
                ],
                ..windows
            },
            ExportShape::CsvTab => Self {
                separator: '\t',
                header: &["TargetObjectId", "AccessPackageId", "AssignmentState", "AssignmentId"],
                ..plain
            },
            ExportShape::PlainList => Self { separator: ' ', header: &[], ..plain },
            _ => plain,
        }
    }

    /// Begins a table in a file that has nothing yet.
    pub(crate) fn begin(self, view: &View<'_>, file: &mut Sink) -> Result<(), GenerateError> {
        file.begin(self.encoding)?;
        if self.header.is_empty() {
            return Ok(());
        }
        let cells: Vec<String> = self.header.iter().map(|&name| name.to_owned()).collect();
        let mut line = Vec::new();
        self.line(&cells, &mut line);
        if view.mixed_case {
            alternate(&mut line);
        }
        file.write(&line)
    }

    /// Appends a line.
    fn line(self, cells: &[String], out: &mut Vec<u8>) {
        let mut is_first = true;
        for cell in cells {
            if !is_first {
                out.extend_from_slice(self.separator.encode_utf8(&mut [0; 4]).as_bytes());
            }
            is_first = false;
            if self.quotes_all || cell.contains([self.separator, '"', '\n', '\r']) {
                out.push(b'"');
                out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                out.push(b'"');
            } else {
                out.extend_from_slice(cell.as_bytes());
            }
        }
        out.extend_from_slice(self.line_end.as_bytes());
    }

    /// Appends one assignment.
    pub(crate) fn row(self, view: &View<'_>, row: &Row, users: &mut LastUser, out: &mut Vec<u8>) {
        let start = out.len();
        let mut cells = if self.header.first() == TYPE_NAME_HEADER.first() {
            type_names(row)
        } else {
            cells(view, row, users.get(view, row.assignment.user))
        };
        if row.malformed {
            cells.pop();
        }
        self.line(&cells, out);
        if row.odd_case
            && let Some(line) = out.get_mut(start..)
        {
            odd_table(line);
        }
    }
}

/// The user of the row before: rows come user by user.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastUser(Option<GeneratedUser>);

impl LastUser {
    fn get(&mut self, view: &View<'_>, number: u32) -> &GeneratedUser {
        let last = self.0.take().filter(|user| user.index == number);
        self.0.insert(last.unwrap_or_else(|| view.tenant.user(number)))
    }
}

fn cells(view: &View<'_>, row: &Row, user: &GeneratedUser) -> Vec<String> {
    let number = row.assignment.user;
    if view.options.shape == ExportShape::PlainList {
        return vec![
            (u64::from(number) + 1).to_string(),
            (u64::from(row.assignment.package) + 1).to_string(),
        ];
    }
    let package = match row.package {
        PackageFace::Missing => None,
        _ => view.tenant.package(row.assignment.package),
    };
    let package_id = package.map(|package| package.id.to_string()).unwrap_or_default();
    let state = match row.state {
        StateFace::Full => row.assignment.state.name(),
        StateFace::Unknown => "UnderReview",
        StateFace::Missing => "",
    };
    let user_id = match row.user {
        UserFace::Full => user.object_id.to_string(),
        UserFace::EmailOnly => user.mail.clone(),
        _ => String::new(),
    };
    let id = row.assignment.id.to_string();
    match view.options.shape {
        ExportShape::OfficialCsv => official_cells(view, row, user),
        ExportShape::CsvTab => vec![user_id, package_id, state.to_owned(), id],
        ExportShape::CsvSemicolon => {
            let object = if row.user == UserFace::Full { user_id } else { String::new() };
            let mail = if row.user == UserFace::Missing { String::new() } else { user.mail.clone() };
            let name = package.map(|_| view.package_name(row.assignment.package).into_owned());
            vec![id, end_date(row), object, mail, name.unwrap_or_default()]
        }
        _ => vec![user_id, package_id, state.to_owned()],
    }
}

fn official_cells(view: &View<'_>, row: &Row, user: &GeneratedUser) -> Vec<String> {
    let known = |holds: bool, text: String| if holds { text } else { String::new() };
    let has_id = matches!(row.user, UserFace::Full | UserFace::NullObject);
    let has_principal = matches!(row.user, UserFace::Full | UserFace::EmailOnly);
    vec![
        row.assignment.id.to_string(),
        known(has_id, user.subject_id.to_string()),
        known(row.user == UserFace::Full, user.object_id.to_string()),
        known(row.user != UserFace::Missing, view.user_name(user).into_owned()),
        known(has_principal, user.principal_name.clone()),
    ]
}

fn end_date(row: &Row) -> String {
    if row.null_text {
        return "null".to_owned();
    }
    row.assignment.end.map(|end| text(write_invariant, end)).unwrap_or_default()
}

fn type_names(row: &Row) -> Vec<String> {
    let model = |name: &str| format!("Microsoft.Graph.PowerShell.Models.MicrosoftGraph{name}");
    vec![
        model("AccessPackage"),
        model("AccessPackageAssignmentPolicy"),
        String::new(),
        row.assignment.id.to_string(),
        model("EntitlementManagementSchedule"),
        row.assignment.state.name().to_owned(),
        row.assignment.status.to_owned(),
        model("AccessPackageSubject"),
    ]
}

/// The official recipe's files, one a package. Rows come user by user and files are many, so that each file's rows
/// wait in memory until they are worth opening it.
pub(crate) struct PerPackage {
    layout: Layout,
    users: LastUser,
    waiting: Vec<Vec<u8>>,
    /// Whether the file of the package has been begun.
    begun: Vec<bool>,
    bytes_waiting: usize,
}

/// Rows of one package worth a write.
const ROWS_BYTES: usize = 1 << 16;
/// All rows together that may wait.
const WAITING_BYTES: usize = 1 << 26;

impl PerPackage {
    pub(crate) fn new(layout: Layout, packages: usize) -> Self {
        Self {
            layout,
            users: LastUser::default(),
            waiting: vec![Vec::new(); packages],
            begun: vec![false; packages],
            bytes_waiting: 0,
        }
    }

    /// Adds one assignment.
    pub(crate) fn row(
        &mut self,
        folder: &mut Folder,
        view: &View<'_>,
        row: &Row,
    ) -> Result<(), GenerateError> {
        let at = row.assignment.package as usize;
        let Some(rows) = self.waiting.get_mut(at) else { return Ok(()) };
        let before = rows.len();
        self.layout.row(view, row, &mut self.users, rows);
        self.bytes_waiting += rows.len() - before;
        if rows.len() >= ROWS_BYTES {
            self.flush(folder, view, at)?;
        }
        if self.bytes_waiting >= WAITING_BYTES { self.flush_all(folder, view) } else { Ok(()) }
    }

    /// Writes what waits.
    pub(crate) fn flush_all(&mut self, folder: &mut Folder, view: &View<'_>) -> Result<(), GenerateError> {
        (0..self.waiting.len()).try_for_each(|at| self.flush(folder, view, at))
    }

    fn flush(&mut self, folder: &mut Folder, view: &View<'_>, at: usize) -> Result<(), GenerateError> {
        let rows = self.waiting.get_mut(at).map(std::mem::take).unwrap_or_default();
        let (Some(begun), Some(package)) = (self.begun.get_mut(at), view.tenant.package(at as u32)) else {
            return Ok(());
        };
        if rows.is_empty() {
            return Ok(());
        }
        self.bytes_waiting -= rows.len();
        let path = folder.path(&format!("{}.csv", package.id))?;
        let mut file = Sink::append(path, folder.compression())?;
        let is_first = !std::mem::replace(begun, true);
        if is_first {
            self.layout.begin(view, &mut file)?;
        }
        file.write(&rows)?;
        folder.close_part(file, is_first)
    }
}
