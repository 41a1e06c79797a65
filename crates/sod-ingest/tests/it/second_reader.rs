//! A second reader of JSON assignments, in a page of typed `serde_json`: sod must find the same users, packages and states.
//!
//! It shares no code with the crate, knows only what Microsoft documents of v1.0 and of beta, and gives up on everything else.
//! The twins (`twin_ways`) hold sod equal to itself; this holds it equal to somebody who never saw its source.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// User, package, state, and how often.
pub(crate) type Found = BTreeMap<[String; 3], usize>;

/// Whom `targetId` names where no target is expanded: beta's own record of a subject, or the object of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetId {
    Record,
    Object,
}

/// One JSON text: a page, an assignment, or a list of any of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Page { value: Vec<Document> },
    List(Vec<Document>),
    V1(V1),
    Beta(Beta),
    Bare(Bare),
}

#[derive(Deserialize)]
struct V1 {
    #[serde(alias = "Id")]
    id: String,
    #[serde(alias = "State", alias = "assignmentState")]
    state: String,
    #[serde(alias = "Target")]
    target: Subject,
    #[serde(rename = "accessPackage", alias = "AccessPackage")]
    package: Thing,
}

#[derive(Deserialize)]
struct Beta {
    id: String,
    #[serde(rename = "assignmentState", alias = "state")]
    state: String,
    target: Subject,
    #[serde(rename = "accessPackageId")]
    package: String,
}

/// Beta without its target, or with one in which nothing is said.
#[derive(Deserialize)]
struct Bare {
    #[serde(alias = "Id")]
    id: String,
    #[serde(rename = "assignmentState", alias = "AssignmentState")]
    state: String,
    #[serde(rename = "targetId", alias = "TargetId")]
    target: String,
    #[serde(rename = "accessPackageId", alias = "AccessPackageId")]
    package: String,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(rename = "objectId", alias = "ObjectId")]
    object: String,
}

#[derive(Deserialize)]
struct Thing {
    #[serde(alias = "Id")]
    id: String,
}

/// Assignment id, user, package, state. The set of them is what an export says: the same row twice says it once.
type Rows = std::collections::BTreeSet<[String; 4]>;

impl Document {
    /// Whether all of it was understood.
    fn rows(self, target_id: TargetId, rows: &mut Rows) -> bool {
        let row = match self {
            Self::Page { value: documents } | Self::List(documents) => {
                return documents.into_iter().all(|document| document.rows(target_id, rows));
            }
            Self::V1(row) => [row.id, row.target.object, row.package.id, row.state],
            Self::Beta(row) => [row.id, row.target.object, row.package, row.state],
            Self::Bare(row) if target_id == TargetId::Object => [row.id, row.target, row.package, row.state],
            Self::Bare(_) => return false,
        };
        let understood = row.iter().all(|text| !text.trim().is_empty());
        let [id, user, package, state] = row.map(canonical);
        rows.insert([id, user, package, state.to_lowercase()]);
        understood
    }
}

/// GUIDs are the same in upper and lower case.
fn canonical(id: String) -> String {
    let is_guid = id.len() == 36 && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if is_guid { id.to_lowercase() } else { id }
}

/// UTF-8 with or without a mark, or UTF-16 with one.
fn text(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        let units = rest.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
        return char::decode_utf16(units).collect::<Result<String, _>>().ok();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    String::from_utf8(bytes.to_vec()).ok()
}

/// What JSON texts say, which come one after another; `None` if some of it is not understood.
fn read(bytes: &[u8], target_id: TargetId, rows: &mut Rows) -> Option<()> {
    let text = text(bytes)?;
    for document in serde_json::Deserializer::from_str(&text).into_iter::<Document>() {
        document.ok()?.rows(target_id, rows).then_some(())?;
    }
    Some(())
}

fn found(rows: Rows) -> Found {
    let mut found = Found::new();
    for [_, user, package, state] in rows {
        *found.entry([user, package, state]).or_default() += 1;
    }
    found
}

/// What a file says, if all of it is understood.
pub(crate) fn read_file(bytes: &[u8], target_id: TargetId) -> Option<Found> {
    let mut rows = Rows::new();
    read(bytes, target_id, &mut rows)?;
    Some(found(rows))
}

/// What the files of assignments in a folder say, if all of them are understood.
pub(crate) fn read_folder(folder: &Path, target_id: TargetId) -> Option<Found> {
    let (mut rows, mut folders) = (Rows::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // The exporter's tree has a folder of them, and a folder for each in it; every other shape says so in the name of the file.
            let is_of_assignments = path
                .components()
                .rev()
                .take(3)
                .any(|part| part.as_os_str().to_string_lossy().to_lowercase().contains("assignments"));
            if path.is_dir() {
                folders.push(path);
            } else if is_of_assignments {
                read(&std::fs::read(path).unwrap(), target_id, &mut rows)?;
            }
        }
    }
    Some(found(rows))
}
