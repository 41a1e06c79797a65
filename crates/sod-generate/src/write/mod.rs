//! Writing a tenant down.

mod container;
mod directory;
mod folder;
mod objects;
mod pascal;
mod sink;
mod table;
mod tree;

use crate::dirt::Dirt;
use crate::error::GenerateError;
use crate::format::Formatter;
use crate::options::ExportOptions;
use crate::row::{Row, Rows};
use crate::shape::{Dialect, ExportShape, Framing};
use crate::tenant::Tenant;
use crate::view::View;
use container::{Container, Kind};
use folder::Folder;
use sink::Sink;
use std::path::Path;
use table::{LastUser, Layout, PerPackage};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Assignment rows, dirty ones included.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Bytes before compression.
    pub bytes: u64,
}

/// How many rows pass between two calls of the progress callback.
const PROGRESS_ROWS: u64 = 4_096;

/// Writes a tenant as an export into a folder that does not exist or is empty. Memory does not grow with the number of
/// assignments. The folder appears when it is complete: on an error, or when `progress` (which is told the rows so far)
/// returns `false`, nothing is left behind.
///
/// ```
/// use sod_generate::{ExportOptions, ExportShape, Tenant, TenantSpec, write_export};
/// let tenant = Tenant::new(TenantSpec { users: 20, packages: 8, assignments: 100, seed: 1 })?;
/// let folder = std::env::temp_dir().join(format!("sod-generate-doc-{}", std::process::id()));
/// let written = write_export(&tenant, &ExportOptions::new(ExportShape::Csv), &folder, &mut |_rows| true)?;
/// assert_eq!((written.rows, written.files), (100, 1));
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Wrong options, a target that is not an empty folder, a failing file system, or a stop by `progress`.
pub fn write_export(
    tenant: &Tenant,
    options: &ExportOptions,
    dir: &Path,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Written, GenerateError> {
    options.check()?;
    let view = View::new(tenant, options);
    let mut folder = Folder::create(dir, options.compression)?;
    let mut progress = Progress { rows: 0, report: progress };
    match options.shape.framing() {
        Framing::Table => write_table(&mut folder, &view, &mut progress)?,
        Framing::Tree => write_tree(&mut folder, &view, &mut progress)?,
        _ => write_container(&mut folder, &view, &mut progress)?,
    }
    if options.shape.has_directory() {
        directory::write_directory(&mut folder, &view)?;
    }
    if options.has(Dirt::EmptyFile) {
        folder.write_nothing(if options.shape.is_json() { "nothing.json" } else { "nothing.csv" })?;
    }
    if !(progress.report)(progress.rows) {
        return Err(GenerateError::Stopped);
    }
    let (files, bytes) = folder.totals();
    let rows = progress.rows;
    folder.publish()?;
    Ok(Written { rows, files, bytes })
}

struct Progress<'p> {
    rows: u64,
    report: &'p mut dyn FnMut(u64) -> bool,
}

impl Progress<'_> {
    fn step(&mut self) -> Result<(), GenerateError> {
        self.rows += 1;
        let goes_on = !self.rows.is_multiple_of(PROGRESS_ROWS) || (self.report)(self.rows);
        if goes_on { Ok(()) } else { Err(GenerateError::Stopped) }
    }
}

/// The rows, each with whether the file is to end in its middle.
fn rows<'a>(view: &'a View<'a>) -> impl Iterator<Item = (Row, bool)> + 'a {
    let mut rows = Rows::new(view).peekable();
    let is_cut = view.options.has(Dirt::TruncatedFile);
    std::iter::from_fn(move || {
        let row = rows.next()?;
        Some((row, is_cut && rows.peek().is_none()))
    })
}

fn write_container(
    folder: &mut Folder,
    view: &View<'_>,
    progress: &mut Progress<'_>,
) -> Result<(), GenerateError> {
    let shape = view.options.shape;
    let name = if shape == ExportShape::Adx { "EntraAccessPackageAssignments" } else { "assignments" };
    let kind = Kind { name, path: assignments_path(shape), is_paged: true };
    let mut container = Container::new(folder, shape, kind, view.options.page_size);
    if let Some(text) = intruder(view.options) {
        container.intrude(text);
    }
    let mut formatter = Formatter::new(view);
    let mut text = Vec::new();
    for (row, is_cut) in rows(view) {
        progress.step()?;
        text.clear();
        formatter.write(&row, &mut text);
        if is_cut {
            return container.break_off(half(&text));
        }
        container.record(&text)?;
    }
    container.finish(view.options.has(Dirt::DanglingNextLink))
}

fn write_tree(
    folder: &mut Folder,
    view: &View<'_>,
    progress: &mut Progress<'_>,
) -> Result<(), GenerateError> {
    let mut formatter = Formatter::new(view);
    let mut text = Vec::new();
    if let Some(text) = intruder(view.options) {
        tree::write_intruder(folder, text)?;
    }
    for (row, is_cut) in rows(view) {
        progress.step()?;
        text.clear();
        formatter.write(&row, &mut text);
        tree::write_assignment(folder, view, &row, if is_cut { half(&text) } else { &text })?;
    }
    Ok(())
}

fn write_table(
    folder: &mut Folder,
    view: &View<'_>,
    progress: &mut Progress<'_>,
) -> Result<(), GenerateError> {
    let shape = view.options.shape;
    let layout = Layout::of(shape, view.options.has(Dirt::TypeNameCsv));
    if shape == ExportShape::OfficialCsv {
        let mut files = PerPackage::new(layout, view.tenant.packages().len());
        for (row, _) in rows(view) {
            progress.step()?;
            files.row(folder, view, &row)?;
        }
        return files.flush_all(folder, view);
    }
    let mut file: Sink = folder.open(match shape {
        ExportShape::CsvTab => "assignments.tsv",
        ExportShape::PlainList => "assignments.txt",
        _ => "assignments.csv",
    })?;
    layout.begin(view, &mut file)?;
    let mut users = LastUser::default();
    let mut text = Vec::new();
    for (row, _) in rows(view) {
        progress.step()?;
        text.clear();
        layout.row(view, &row, &mut users, &mut text);
        file.write(&text)?;
    }
    folder.close(file)
}

/// The first half of a record, cut between characters and not behind a brace.
fn half(record: &[u8]) -> &[u8] {
    let mut end = record.len() / 2;
    while record.get(end).is_some_and(|byte| byte & 0xc0 == 0x80)
        || end.checked_sub(1).and_then(|last| record.get(last)) == Some(&b'}')
    {
        end -= 1;
    }
    record.get(..end).unwrap_or(record)
}

/// The text that stands among the pages, if any.
fn intruder(options: &ExportOptions) -> Option<&'static str> {
    if options.has(Dirt::ErrorBody) {
        Some(concat!(
            "{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"Too many requests. Retry after 17 seconds.\",",
            "\"innerError\":{\"date\":\"2026-06-01T05:58:11\",\"request-id\":\"6f2c7e0e-21b3-4d6b-8a57-1b6f3f0a9c11\",",
            "\"client-request-id\":\"6f2c7e0e-21b3-4d6b-8a57-1b6f3f0a9c11\"}}}"
        ))
    } else if options.has(Dirt::HtmlPage) {
        Some(concat!(
            "<!DOCTYPE html>\r\n<html dir=\"ltr\" lang=\"en\">\r\n<head><title>Sign in to your account</title></head>\r\n",
            "<body><form method=\"post\"><input name=\"loginfmt\"></form></body>\r\n</html>\r\n"
        ))
    } else {
        None
    }
}

/// The version that contexts and links of a shape name.
fn version(shape: ExportShape) -> &'static str {
    match shape.dialect() {
        Dialect::Beta | Dialect::BetaBare | Dialect::PowershellBeta => "beta",
        _ => "v1.0",
    }
}

fn assignments_path(shape: ExportShape) -> &'static str {
    match version(shape) {
        "beta" => "identityGovernance/entitlementManagement/accessPackageAssignments",
        _ => "identityGovernance/entitlementManagement/assignments",
    }
}

/// `@odata.context` of a collection.
fn context(version: &str, path: &str) -> String {
    format!("https://graph.microsoft.com/{version}/$metadata#{path}")
}

/// `@odata.nextLink` behind so many pages.
fn next_link(version: &str, path: &str, page_size: u32, pages: u32) -> String {
    let skip = u64::from(page_size) * u64::from(pages);
    format!("https://graph.microsoft.com/{version}/{path}?$top={page_size}&$skip={skip}")
}
