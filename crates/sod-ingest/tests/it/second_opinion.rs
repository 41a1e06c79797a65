//! sod and a second, independent reader find the same users, packages and states in the same JSON.

use crate::second_reader::{Found, TargetId, read_file, read_folder};
use crate::twin_corpus::{BETA_CONTEXT, V1_CONTEXT, beta_expanded, page, powershell, v1};
use crate::twin_ways::OnDisk;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};
use sod_generate::{Dirt, ExportOptions, ExportShape, Tenant, TenantSpec, write_export};
use sod_ingest::{Input, LoadOptions, load};
use sod_model::{Silent, Snapshot};

fn found_by_sod(snapshot: &Snapshot) -> Found {
    let mut found = Found::new();
    for row in snapshot.assignments() {
        let user = snapshot.directory.user(row.user).unwrap().id.to_string();
        let package = snapshot.directory.package(row.package).unwrap().id.to_string();
        let state = snapshot.states.name(row.state).to_lowercase();
        *found.entry([user, package, state]).or_default() += 1;
    }
    found
}

fn load_small(inputs: &[Input]) -> Result<Snapshot, sod_ingest::LoadError> {
    let options = LoadOptions { threads: 2, segment_bytes: 300, ..LoadOptions::default() };
    load(inputs, &options, &Silent).map(|loaded| loaded.snapshot)
}

/// The shapes whose every assignment the second reader understands, and whom `targetId` names in them.
const SHAPES: [(ExportShape, TargetId); 13] = [
    (ExportShape::GraphV1, TargetId::Record),
    (ExportShape::GraphBeta, TargetId::Record),
    (ExportShape::GraphBetaUnexpanded, TargetId::Object),
    (ExportShape::GraphMixed, TargetId::Object),
    (ExportShape::GraphArrayOfPages, TargetId::Record),
    (ExportShape::GraphConcatenated, TargetId::Record),
    (ExportShape::JsonlPages, TargetId::Record),
    (ExportShape::Jsonl, TargetId::Record),
    (ExportShape::Array, TargetId::Record),
    (ExportShape::Powershell, TargetId::Record),
    (ExportShape::PowershellBeta, TargetId::Object),
    (ExportShape::PowershellUtf16, TargetId::Record),
    (ExportShape::EntraExporter, TargetId::Object),
];

/// Dirt of which the second reader would make something else, and why.
fn is_beyond_it(dirt: Dirt) -> bool {
    match dirt {
        // One row of two states, of which the better counts.
        Dirt::IdReused => true,
        // Users without an object id have another name.
        Dirt::NullObjectId | Dirt::EmailOnly => true,
        _ => false,
    }
}

#[test]
fn generated_exports_say_the_same_to_both() {
    let (mut compared, mut differing) = (0, Vec::new());
    for (seed, shape, target_id) in
        SHAPES.iter().flat_map(|(shape, id)| [3, 11].map(|seed| (seed, *shape, *id)))
    {
        // A tree has a file for each object.
        let (users, assignments) = if shape == ExportShape::EntraExporter { (40, 150) } else { (120, 500) };
        let tenant = Tenant::new(TenantSpec { users, packages: 14, assignments, seed }).unwrap();
        let dirts = Dirt::ALL.into_iter().filter(|dirt| shape.supports(*dirt) && !is_beyond_it(*dirt));
        let dirts = dirts.map(|dirt| vec![dirt]);
        for dirt in std::iter::once(Vec::new()).chain(dirts) {
            let is_clean = dirt.is_empty();
            let case = format!("{} {dirt:?} {seed}", shape.name());
            let export = ExportOptions { dirt, page_size: 60, ..ExportOptions::new(shape) };
            let place = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
            let folder = place.path().join("export");
            write_export(&tenant, &export, &folder, &mut |_| true).unwrap();
            let second = read_folder(&folder, target_id);
            let first = load_small(&[Input::from(folder.as_path())]);
            assert!(!is_clean || second.is_some() && first.is_ok(), "{case}: must be understood by both");
            // What is refused or not understood is for other tests.
            let (Some(second), Ok(first)) = (second, first) else { continue };
            compared += 1;
            let first = found_by_sod(&first);
            assert!(second.len() > 50, "{case}: found too little");
            if first != second {
                differing.push(format!("{case}: {}", difference(&first, &second)));
            }
        }
    }
    assert!(differing.is_empty(), "{} of {compared} differ:\n{}", differing.len(), differing.join("\n"));
    assert!(compared >= 250, "only {compared} exports were understood by both");
}

/// Some of what one found and not the other.
fn difference(first: &Found, second: &Found) -> String {
    let only = |a: &Found, b: &Found| -> Vec<_> {
        let lost = a.iter().filter(|(row, count)| b.get(*row) != Some(*count));
        lost.map(|(row, count)| format!("{count} x {}", row.join(" "))).take(2).collect()
    };
    format!("sod alone: {:?}, the second reader alone: {:?}", only(first, second), only(second, first))
}

/// A change after which a record is valid and understood, made to every `step`-th record from `first` on.
#[derive(Clone, Debug)]
struct Change {
    first: Index,
    step: usize,
    kind: u8,
    what: Index,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (any::<Index>(), 1usize..30, 0u8..9, any::<Index>());
    let change = change.prop_map(|(first, step, kind, what)| Change { first, step, kind, what });
    prop::collection::vec(change, 0..8)
}

/// What may stand in a member that nobody looks at.
fn anything(what: &Index) -> Value {
    let values = [
        json!(null),
        json!(7),
        json!(-1.5e9),
        json!("},{\"id\":\"x\",\"state\":\"delivered\""),
        json!(["]}", {"id": "y", "target": {"objectId": "z"}}]),
        json!({"state": "expired", "value": []}),
        json!("Zoë \u{1f600} \\ \" \n"),
        json!([[[]]]),
    ];
    values[what.index(values.len())].clone()
}

fn change_record(record: &mut Map<String, Value>, change: &Change) {
    let names: Vec<String> = record.keys().cloned().collect();
    let place = change.what.index(names.len());
    match change.kind {
        // In another order.
        0 => {
            let mut members: Vec<_> = std::mem::take(record).into_iter().collect();
            members.rotate_left(place);
            record.extend(members);
        }
        1 => {
            let mut members: Vec<_> = std::mem::take(record).into_iter().collect();
            members.reverse();
            record.extend(members);
        }
        // A member that nobody knows, at the end and within the subject.
        2 => _ = record.insert("notes".into(), anything(&change.what)),
        3 => {
            for name in ["target", "Target", "accessPackage", "AccessPackage"] {
                if let Some(Value::Object(inner)) = record.get_mut(name) {
                    inner.insert("customMark".into(), anything(&change.what));
                }
            }
        }
        // Without what is of no consequence.
        4 => {
            let idle = ["schedule", "Schedule", "status", "expiredDateTime", "assignmentPolicy", "catalogId"];
            record.retain(|name, _| !idle[..=change.what.index(idle.len())].contains(&name.as_str()));
        }
        // States and ids in upper case.
        5 | 6 => {
            let upper = |value: &mut Value| {
                if let Value::String(text) = value {
                    *text = text.to_uppercase();
                }
            };
            let inner = [("target", "objectId"), ("Target", "ObjectId"), ("accessPackage", "id")];
            if change.kind == 5 {
                for name in ["state", "State", "assignmentState", "accessPackageId"] {
                    record.get_mut(name).map(upper);
                }
            } else if let Some(Value::Object(object)) = record.get_mut(inner[change.what.index(3)].0) {
                object.get_mut(inner[change.what.index(3)].1).map(upper);
            }
        }
        // Another state, known or not.
        7 => {
            let states = ["expired", "delivering", "Delivered", "partiallyDelivered", "frozenOver"];
            for name in ["state", "State", "assignmentState"] {
                if let Some(state) = record.get_mut(name) {
                    *state = states[change.what.index(states.len())].into();
                }
            }
        }
        // A name from the world.
        _ => {
            for name in ["target", "Target"] {
                if let Some(Value::Object(inner)) = record.get_mut(name) {
                    inner.insert("displayName".into(), json!("O'Neil \"R\" },{ \u{e9}\u{2028}"));
                }
            }
        }
    }
}

fn strung_together(framing: u8, context: &str, rows: &[String]) -> String {
    let pages = || rows.chunks(30).map(|rows| page(context, rows, None));
    match framing {
        0 => page(context, rows, None),
        1 => pages().collect::<Vec<_>>().join("\n"),
        2 => format!("[{}]", pages().collect::<Vec<_>>().join(",\n")),
        3 => pages().collect(),
        4 => format!("[\r\n{}\r\n]", rows.join(",\r\n")),
        5 => rows.join("\n") + "\n",
        _ => rows.concat(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Orders, spellings, escapes, blanks and members that mean nothing: valid changes, after which both still agree.
    #[test]
    fn changed_records_say_the_same_to_both(
        count in 20usize..140,
        style in 0u8..3,
        changes in changes(),
        (framing, escaped, pretty, repeated) in (0u8..7, 1usize..20, 1usize..20, 2usize..20),
    ) {
        let (context, write) = match style {
            0 => (V1_CONTEXT, v1 as fn(usize) -> String),
            1 => (BETA_CONTEXT, beta_expanded as fn(usize) -> String),
            _ => (V1_CONTEXT, powershell as fn(usize) -> String),
        };
        let mut records: Vec<Map<String, Value>> =
            (0..count).map(|at| serde_json::from_str(&write(at)).unwrap()).collect();
        for change in &changes {
            let first = change.first.index(count);
            records.iter_mut().skip(first).step_by(change.step).for_each(|record| change_record(record, change));
        }
        let rows = records.iter().enumerate().flat_map(|(at, record)| {
            let pretty = at % pretty == 1;
            let mut row = if pretty { serde_json::to_string_pretty(record) } else { serde_json::to_string(record) }.unwrap();
            if at % escaped == 1 {
                // The same text, written another way.
                row = row.replace("delivered", "d\\u0065livered").replace("User", "\\u0055ser");
            }
            std::iter::repeat_n(row, if at % repeated == 1 { 2 } else { 1 })
        });
        let rows: Vec<String> = rows.collect();
        let text = strung_together(framing, context, &rows);
        let second = read_file(text.as_bytes(), TargetId::Record).expect("valid records are understood");
        let disk = OnDisk::new(&[("export.json", text.as_bytes())]);
        let first = load_small(&disk.inputs);
        prop_assert!(first.is_ok(), "{:?}\n{}", first.err(), text);
        let first = found_by_sod(&first.unwrap());
        prop_assert!(first == second, "{}\nin {}", difference(&first, &second), text);
    }
}
