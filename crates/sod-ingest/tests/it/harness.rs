//! An export as text in, the whole outcome as text out.

use sod_ingest::{Input, LoadError, LoadOptions, load};
use sod_model::{ExternalId, PackageIdKind, Silent, Snapshot, UserIdKind};
use std::fmt::Write as _;
use std::path::Path;

/// Files and how to read them.
#[derive(Clone, Default)]
pub(crate) struct Export {
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) options: LoadOptions,
    /// Met in a folder, not named one by one.
    pub(crate) in_folder: bool,
}

/// One file, named by the caller.
pub(crate) fn file(name: &str, text: impl AsRef<[u8]>) -> Export {
    Export::default().and(name, text)
}

/// Several files of one folder.
pub(crate) fn folder(files: &[(&str, &str)]) -> Export {
    let mut export = Export { in_folder: true, ..Export::default() };
    for (name, text) in files {
        export = export.and(name, text);
    }
    export
}

impl Export {
    pub(crate) fn and(mut self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.files.push((name.to_owned(), text.as_ref().to_vec()));
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut LoadOptions)) -> Self {
        change(&mut self.options);
        self
    }

    pub(crate) fn map(self, map: &str) -> Self {
        let map = map.parse().unwrap();
        self.with(|options| options.map = Some(map))
    }

    pub(crate) fn load(&self) -> Result<Snapshot, LoadError> {
        if !self.in_folder {
            let inputs: Vec<Input> =
                self.files.iter().map(|(name, bytes)| bytes_input(name, bytes)).collect();
            return load(&inputs, &self.options, &Silent).map(|loaded| loaded.snapshot);
        }
        let place = tempfile::tempdir().unwrap();
        self.write_to(place.path());
        let found = load(&[Input::from(place.path())], &self.options, &Silent);
        let prefix = format!("{}/", place.path().display());
        match found {
            Ok(mut loaded) => {
                for source in &mut loaded.snapshot.provenance.sources {
                    source.path = source.path.replace(&prefix, "").into();
                }
                for warning in &mut loaded.snapshot.provenance.warnings {
                    warning.message = warning.message.replace(&prefix, "").into();
                }
                Ok(loaded.snapshot)
            }
            Err(LoadError::Refused(mut refusals)) => {
                for refusal in &mut refusals {
                    refusal.path = refusal.path.replace(&prefix, "").into();
                    refusal.message = refusal.message.replace(&prefix, "").into();
                }
                Err(LoadError::Refused(refusals))
            }
            Err(other) => Err(other),
        }
    }

    pub(crate) fn write_to(&self, place: &Path) {
        for (name, bytes) in &self.files {
            let path = place.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// The outcome, as an auditor would want it told.
    pub(crate) fn outcome(&self) -> String {
        match self.load() {
            Ok(snapshot) => render(&snapshot),
            Err(error) => render_refusal(&error),
        }
    }
}

pub(crate) fn bytes_input(name: &str, bytes: &[u8]) -> Input {
    Input::Bytes { name: name.to_owned(), bytes: bytes.into() }
}

/// Compares the outcome with the reviewed one.
macro_rules! check {
    ($name:expr, $export:expr) => {
        insta::with_settings!({ prepend_module_to_snapshot => true, omit_expression => true }, {
            insta::assert_snapshot!($name, $export.outcome());
        })
    };
}
pub(crate) use check;

pub(crate) fn render_refusal(error: &LoadError) -> String {
    let mut text = String::new();
    for refusal in error.refusals() {
        writeln!(text, "refused {}: {}: {}", refusal.code, or_all(&refusal.path), refusal.message).unwrap();
    }
    assert!(!text.is_empty(), "{error:?}");
    text
}

fn or_all(path: &str) -> &str {
    if path.is_empty() { "(all inputs)" } else { path }
}

/// Everything but the sources, which tests of invariance leave out.
pub(crate) fn render_content(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    users(snapshot, &mut text);
    packages(snapshot, &mut text);
    others(snapshot, &mut text);
    assignments(snapshot, &mut text, false);
    text
}

pub(crate) fn render(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    sources(snapshot, &mut text);
    users(snapshot, &mut text);
    packages(snapshot, &mut text);
    others(snapshot, &mut text);
    assignments(snapshot, &mut text, true);
    for record in &snapshot.provenance.rejected {
        let path = &snapshot.provenance.sources[record.source.index()].path;
        writeln!(text, "rejected {path} {}: {}: {}", record.position, record.code, record.detail).unwrap();
    }
    for warning in &snapshot.provenance.warnings {
        writeln!(text, "warning {} x{}: {}", warning.code, warning.count, warning.message).unwrap();
    }
    check_accounting(snapshot);
    text
}

/// `read = accepted + rejected + repeated`, by source and in all, and in agreement with what is there.
pub(crate) fn check_accounting(snapshot: &Snapshot) {
    let provenance = &snapshot.provenance;
    for (at, source) in provenance.sources.iter().enumerate() {
        let rows = source.rows;
        assert_eq!(rows.read, rows.accepted + rows.rejected + rows.repeated, "{}", source.path);
        let own = |of: usize| of == at;
        let accepted = snapshot.assignments().filter(|row| own(row.location.unwrap().source.index())).count();
        let rejected = provenance.rejected.iter().filter(|record| own(record.source.index())).count();
        assert_eq!((rows.accepted, rows.rejected), (accepted as u64, rejected as u64), "{}", source.path);
        assert_eq!(source.states.iter().map(|(_, rows)| rows).sum::<u64>(), rows.accepted, "{}", source.path);
    }
    let rows = provenance.rows();
    assert_eq!(rows.read, rows.accepted + rows.rejected + rows.repeated);
    assert_eq!(rows.accepted, snapshot.assignments().len() as u64);
}

fn sources(snapshot: &Snapshot, text: &mut String) {
    for source in &snapshot.provenance.sources {
        let rows = source.rows;
        write!(text, "source {} {}", source.path, source.shape.name()).unwrap();
        if source.compression.name() != "none" || source.encoding.name() != "utf-8" {
            write!(text, " ({}, {})", source.compression.name(), source.encoding.name()).unwrap();
        }
        write!(
            text,
            ": read {} = accepted {} + rejected {} + repeated {}",
            rows.read, rows.accepted, rows.rejected, rows.repeated
        )
        .unwrap();
        for (kind, count) in &source.side {
            write!(text, ", {kind} {count}").unwrap();
        }
        if source.dangling_next_link {
            text.push_str(", next page missing");
        }
        if let Some((code, _)) = &source.refused {
            write!(text, ", set aside as {code}").unwrap();
        }
        text.push('\n');
    }
}

fn users(snapshot: &Snapshot, text: &mut String) {
    for user in snapshot.directory.users() {
        let kind = match user.id_kind {
            UserIdKind::Object => "object",
            UserIdKind::SubjectRecord => "subject-record",
            UserIdKind::TargetId => "target-id",
            UserIdKind::Name => "name",
            UserIdKind::Plain => "plain",
        };
        write!(text, "user {} {kind}", user.id).unwrap();
        for alias in &user.aliases {
            write!(text, " alias={alias}").unwrap();
        }
        said(text, "name", user.display_name.as_deref());
        said(text, "upn", user.principal_name.as_deref());
        said(text, "mail", user.email.as_deref());
        said(text, "type", user.subject_type.as_deref());
        said(text, "user-type", user.user_type.as_deref());
        said(text, "department", user.department.as_deref());
        text.push('\n');
    }
}

fn said(text: &mut String, what: &str, value: Option<&str>) {
    if let Some(value) = value {
        write!(text, " {what}='{value}'").unwrap();
    }
}

fn packages(snapshot: &Snapshot, text: &mut String) {
    let directory = &snapshot.directory;
    for package in directory.packages() {
        write!(text, "package {}", package.id).unwrap();
        if package.id_kind == PackageIdKind::NameOnly {
            text.push_str(" name-only");
        }
        said(text, "name", package.display_name.as_deref());
        if let Some(catalog) = package.catalog {
            write!(text, " catalog={}", directory.catalog(catalog).unwrap().id).unwrap();
        }
        let list = |ids: Vec<&ExternalId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let incompatible = package.incompatible_packages.iter();
        let incompatible: Vec<_> = incompatible.map(|id| &directory.package(*id).unwrap().id).collect();
        if !incompatible.is_empty() {
            write!(text, " incompatible={}", list(incompatible)).unwrap();
        }
        let groups = package.incompatible_groups.iter();
        let groups: Vec<_> = groups.map(|id| &directory.group(*id).unwrap().id).collect();
        if !groups.is_empty() {
            write!(text, " incompatible-groups={}", list(groups)).unwrap();
        }
        text.push('\n');
    }
}

fn others(snapshot: &Snapshot, text: &mut String) {
    let directory = &snapshot.directory;
    for group in directory.groups() {
        write!(text, "group {}", group.id).unwrap();
        said(text, "name", group.display_name.as_deref());
        match &group.members {
            None => text.push_str(" members unknown"),
            Some(members) => {
                let ids: Vec<String> =
                    members.iter().map(|id| directory.user(*id).unwrap().id.to_string()).collect();
                write!(text, " members {} of {}", ids.join(","), group.members_exported).unwrap();
            }
        }
        text.push_str(if group.probably_truncated { " probably truncated\n" } else { "\n" });
    }
    for policy in directory.policies() {
        write!(text, "policy {}", policy.id).unwrap();
        said(text, "name", policy.display_name.as_deref());
        if let Some(package) = policy.package {
            write!(text, " of {}", directory.package(package).unwrap().id).unwrap();
        }
        match policy.automatic {
            Some(true) => text.push_str(" automatic\n"),
            Some(false) => text.push_str(" on-request\n"),
            None => text.push('\n'),
        }
    }
    for catalog in directory.catalogs() {
        write!(text, "catalog {}", catalog.id).unwrap();
        said(text, "name", catalog.display_name.as_deref());
        text.push('\n');
    }
}

fn assignments(snapshot: &Snapshot, text: &mut String, places: bool) {
    let directory = &snapshot.directory;
    for row in snapshot.assignments() {
        let id = row.id.as_ref().map_or_else(|| "(no id)".to_owned(), ToString::to_string);
        let user = &directory.user(row.user).unwrap().id;
        let package = &directory.package(row.package).unwrap().id;
        write!(text, "assignment {id}: {user} -> {package} {}", snapshot.states.name(row.state)).unwrap();
        if let Some(since) = row.since {
            write!(text, " since {since}").unwrap();
        }
        if let Some(until) = row.until {
            write!(text, " until {until}").unwrap();
        }
        if let Some(policy) = row.policy {
            write!(text, " policy {}", directory.policy(policy).unwrap().id).unwrap();
        }
        if places {
            let path = &snapshot.provenance.sources[row.location.unwrap().source.index()].path;
            let location = row.location.unwrap();
            let (from, to) = (location.offset, location.offset + u64::from(location.length));
            write!(text, " ({path} line {}, bytes {from}..{to})", location.line).unwrap();
        }
        text.push('\n');
    }
}

/// How many users hold both, the plain way: the answer that must never be zero for want of data.
pub(crate) fn holders_of_both(snapshot: &Snapshot, a: &str, b: &str) -> u64 {
    let find = |id: &str| snapshot.directory.find_package(&ExternalId::new(id)).unwrap();
    let matrix = snapshot.matrix(&sod_model::Holding::default());
    matrix.column(find(a)).intersection_len(matrix.column(find(b)))
}
