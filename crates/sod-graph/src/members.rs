//! Which members of an exported record are shown.
//!
//! Records may carry what no question about access needs: callouts to custom extensions with their details, requests with
//! answers and justifications, columns with remarks of people. So a record keeps the members that Graph documents for an
//! assignment and what it expands to, and of others those alone that say what is shown anyway (a column of one's own with
//! the user in it). A list of what is shown, and not of what is hidden: what nobody thought of stays hidden, too.

use serde_json::{Map, Value};
use sod_engine::{Assignment, OriginalRecord, Snapshot, Timestamp};
use std::collections::BTreeSet;

/// Members of assignments, subjects, packages, catalogs, policies and schedules in v1.0, beta and flat spellings, in lower
/// case.
const SHOWN: [&str; 63] = [
    "@odata.etag",
    "@odata.type",
    "accesspackage",
    "accesspackageassignmentpolicy",
    "accesspackagecatalog",
    "accesspackagedisplayname",
    "accesspackageid",
    "accesspackagename",
    "allowedtargetscope",
    "assignmentid",
    "assignmentpolicy",
    "assignmentpolicyid",
    "assignmentstate",
    "assignmentstatus",
    "canextend",
    "catalog",
    "catalogid",
    "catalogtype",
    "cleanupscheduleddatetime",
    "connectedorganization",
    "connectedorganizationid",
    "createddatetime",
    "customextensioncalloutinstances",
    "customextensionid",
    "dayofmonth",
    "daysofweek",
    "description",
    "displayname",
    "duration",
    "durationindays",
    "email",
    "enddatetime",
    "expiration",
    "expirationdatetime",
    "expireddatetime",
    "id",
    "interval",
    "isextended",
    "isexternallyvisible",
    "ishidden",
    "isrolescopesvisible",
    "modifieddatetime",
    "objectid",
    "onpremisessecurityidentifier",
    "pattern",
    "policyid",
    "principalname",
    "range",
    "recurrence",
    "schedule",
    "schedulestartdatetime",
    "startdatetime",
    "state",
    "status",
    "subjectlifecycle",
    "subjecttype",
    "target",
    "targetdisplayname",
    "targetemail",
    "targetid",
    "targetobjectid",
    "targetprincipalname",
    "type",
];

/// Takes out of each record what an assignment does not need, and returns the names of what was taken out, with dots between
/// a member and the member it stands in.
///
/// ```
/// use sod_engine::{Input, LoadOptions, Question, Silent};
///
/// let rows = br#"[{"id":"a1","accessPackageId":"P1","targetId":"alice","assignmentState":"Delivered",
///                  "customExtensionCalloutInstances":[{"id":"c1","detail":"https://example/run?sig=S3CRET"}]},
///                 {"id":"a2","accessPackageId":"P2","targetId":"alice","assignmentState":"Delivered"}]"#;
/// let input = Input::Bytes { name: "rows.json".into(), bytes: rows.as_slice().into() };
/// let loaded = sod_engine::load(&[input], &LoadOptions::default(), &Silent)?;
/// let found = sod_engine::additional_access(&loaded.snapshot, &Question::delivered("P1", "P2"))?;
/// let mut originals = loaded.originals.read(&loaded.snapshot, &found)?;
/// let withheld = sod_graph::withhold_members(&loaded.snapshot, &found, &mut originals);
/// assert_eq!(withheld.into_iter().collect::<Vec<_>>(), ["customExtensionCalloutInstances.detail"]);
/// assert_eq!(originals[0]["customExtensionCalloutInstances"][0]["id"], "c1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn withhold_members(
    snapshot: &Snapshot,
    assignments: &[Assignment],
    originals: &mut [OriginalRecord],
) -> BTreeSet<String> {
    let mut withheld = BTreeSet::new();
    for (assignment, record) in assignments.iter().zip(originals) {
        let known = Known::of(snapshot, assignment);
        record.retain(|name, value| {
            is_shown(name) || known.says(value) || {
                withheld.insert(name.clone());
                false
            }
        });
        for (name, value) in record.iter_mut() {
            inside(name, value, &mut withheld);
        }
    }
    withheld
}

fn is_shown(name: &str) -> bool {
    SHOWN.binary_search(&&*name.to_ascii_lowercase()).is_ok()
}

/// Members of members, by their names alone.
fn inside(path: &str, value: &mut Value, withheld: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => withhold(path, members, withheld),
        Value::Array(items) => items.iter_mut().for_each(|item| inside(path, item, withheld)),
        _ => {}
    }
}

fn withhold(path: &str, members: &mut Map<String, Value>, withheld: &mut BTreeSet<String>) {
    members.retain(|name, value| {
        is_shown(name) || value.is_null() || {
            withheld.insert(format!("{path}.{name}"));
            false
        }
    });
    for (name, value) in members.iter_mut() {
        inside(&format!("{path}.{name}"), value, withheld);
    }
}

/// What the answer tells of a row in any case.
struct Known {
    texts: Vec<String>,
    moments: [Option<Timestamp>; 2],
}

impl Known {
    fn of(snapshot: &Snapshot, assignment: &Assignment) -> Self {
        let directory = &snapshot.directory;
        let mut texts: Vec<String> = Vec::new();
        let mut add = |text: Option<String>| texts.extend(text);
        add(assignment.id.as_ref().map(ToString::to_string));
        add(Some(snapshot.states.name(assignment.state).to_owned()));
        if let Some(user) = directory.user(assignment.user) {
            add(Some(user.id.to_string()));
            user.aliases.iter().for_each(|alias| add(Some(alias.to_string())));
            let names = [&user.display_name, &user.principal_name, &user.email, &user.department];
            names.into_iter().for_each(|name| add(name.as_deref().map(str::to_owned)));
        }
        if let Some(package) = directory.package(assignment.package) {
            add(Some(package.id.to_string()));
            add(package.display_name.as_deref().map(str::to_owned));
        }
        if let Some(policy) = assignment.policy.and_then(|policy| directory.policy(policy)) {
            add(Some(policy.id.to_string()));
            add(policy.display_name.as_deref().map(str::to_owned));
        }
        Self { texts, moments: [assignment.since, assignment.until] }
    }

    fn says(&self, value: &Value) -> bool {
        let text = match value {
            Value::Null => return true,
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return false,
        };
        let moment = Timestamp::parse(&text);
        text.is_empty()
            || self.texts.iter().any(|known| known.eq_ignore_ascii_case(&text))
            || moment.is_some() && self.moments.contains(&moment)
    }
}

#[cfg(test)]
mod tests {
    use super::SHOWN;

    #[test]
    fn the_list_is_sorted() {
        assert!(SHOWN.is_sorted());
    }
}
