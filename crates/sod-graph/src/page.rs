//! A page of assignments, as Graph answers.

use crate::shape::{ApiVersion, access_package, shape, target};
use serde_json::{Map, Value, json};
use sod_engine::{Assignment, OriginalRecord, Snapshot};
use std::fmt;
use std::str::FromStr;

/// Which navigations to expand: `$expand=target,accessPackage`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expand {
    /// The subject.
    pub target: bool,
    /// The package.
    pub access_package: bool,
}

/// A navigation that cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownExpand(String);

impl fmt::Display for UnknownExpand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' cannot be expanded; expected target, accessPackage or both with a comma", self.0)
    }
}

impl std::error::Error for UnknownExpand {}

impl FromStr for Expand {
    type Err = UnknownExpand;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut expand = Self::default();
        for name in text.split(',').map(str::trim) {
            match name.to_ascii_lowercase().as_str() {
                "target" => expand.target = true,
                "accesspackage" => expand.access_package = true,
                _ => return Err(UnknownExpand(name.to_owned())),
            }
        }
        Ok(expand)
    }
}

/// The assignments, each with its original record, as a page of `accessPackageAssignment` objects. Without a version
/// each record keeps the names it was exported with.
///
/// What the record itself has expanded stays, whether asked for or not: nothing of an export is lost.
///
/// ```
/// use sod_engine::{Input, LoadOptions, Question, Silent};
/// use sod_graph::{ApiVersion, Expand, assignment_page};
///
/// let rows = br#"[{"id":"a1","accessPackageId":"P1","targetId":"alice","assignmentState":"Delivered"},
///                 {"id":"a2","accessPackageId":"P2","targetId":"alice","assignmentState":"Delivered"}]"#;
/// let input = Input::Bytes { name: "rows.json".into(), bytes: rows.as_slice().into() };
/// let loaded = sod_engine::load(&[input], &LoadOptions::default(), &Silent)?;
/// let found = sod_engine::additional_access(&loaded.snapshot, &Question::delivered("P1", "P2"))?;
/// let originals = loaded.originals.read(&loaded.snapshot, &found)?;
/// let page = assignment_page(&loaded.snapshot, &found, originals, Some(ApiVersion::V1), Expand::default());
/// assert_eq!(page["value"][0]["state"], "delivered");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn assignment_page(
    snapshot: &Snapshot,
    assignments: &[Assignment],
    originals: Vec<OriginalRecord>,
    version: Option<ApiVersion>,
    expand: Expand,
) -> Value {
    let mut page_version = version.unwrap_or(ApiVersion::V1);
    let mut value = Vec::with_capacity(assignments.len());
    for (assignment, original) in assignments.iter().zip(originals) {
        let version = version.unwrap_or_else(|| ApiVersion::of_record(&original));
        page_version = version;
        let mut record = shape(snapshot, assignment, original, version);
        if expand.target
            && lacks(&record, "target")
            && let Some(user) = snapshot.directory.user(assignment.user)
        {
            record.insert("target".to_owned(), target(user, version));
        }
        if expand.access_package
            && lacks(&record, "accessPackage")
            && let Some(package) = access_package(snapshot, assignment)
        {
            record.insert("accessPackage".to_owned(), package);
        }
        value.push(Value::Object(record));
    }
    let context = format!(
        "https://graph.microsoft.com/{}/$metadata#Collection(microsoft.graph.accessPackageAssignment)",
        page_version.name()
    );
    json!({ "@odata.context": context, "value": value })
}

fn lacks(record: &Map<String, Value>, name: &str) -> bool {
    record.get(name).is_none_or(Value::is_null)
}
