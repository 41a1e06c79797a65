//! What is not there because it was left out, cannot be seen or is called otherwise, is never called resolved.

use crate::written::{data, hex};
use sod_engine::formats::manifest::{Build, Seal};
use sod_engine::formats::past::{PastError, PastReport, read_report};
use sod_engine::formats::sha256;
use sod_engine::{
    Analysis, AnalyzeOptions, CauseCode, ChangeClass, ConflictChange, DiffOptions, DiffWarning, Documents,
    Ending, Error, Input, Ledger, LoadOptions, PSEUDONYMS, PseudonymKey, ReportOptions, RunOptions, Seen,
    Side, Silent, Snapshot, SnapshotDiff, Timestamp, add_to_ledger, compare, parse_rules, pseudonymise,
    read_exceptions, read_rules, write_report,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// An export, read and judged.
struct Read {
    label: &'static str,
    snapshot: Snapshot,
    analysis: Analysis,
    documents: Documents,
}

impl Read {
    fn new(label: &'static str, inputs: &[Input], documents: Documents, key: Option<&PseudonymKey>) -> Self {
        let load = LoadOptions { hash: true, ..LoadOptions::default() };
        let mut snapshot = sod_engine::load(inputs, &load, &Silent).unwrap().snapshot;
        let mut documents = documents;
        if let Some(key) = key {
            let changed = pseudonymise(key, snapshot, documents, Vec::new()).unwrap();
            (snapshot, documents) = (changed.snapshot, changed.documents);
        }
        let options = AnalyzeOptions { documents: documents.clone(), ..AnalyzeOptions::default() };
        let analysis = sod_engine::analyze(&snapshot, &options, &Silent).unwrap();
        Self { label, snapshot, analysis, documents }
    }

    fn side(&self) -> Side<'_> {
        Side::of_export(self.label, &self.snapshot, &self.analysis, &self.documents)
    }

    /// Writes a report, and reads it back after `edit`, by whoever knows how to seal it again.
    fn report(&self, edit: impl Fn(&Path)) -> Result<PastReport, PastError> {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("report");
        let mut options = RunOptions::default().to_words();
        let key = self.snapshot.provenance.pseudonyms.as_deref();
        options.extend(key.map(|key| (PSEUDONYMS.to_owned(), key.to_owned())));
        let report = ReportOptions {
            pairs: Default::default(),
            without: &"html,xlsx".parse().unwrap(),
            command_line: &[],
            options: &options,
            build: &Build::default(),
            started: Timestamp(0),
            now: &|| Timestamp(0),
        };
        write_report(&self.snapshot, &self.analysis, &folder, &report, &Silent).unwrap();
        edit(&folder);
        read_report(&folder)
    }

    fn past(&self) -> PastReport {
        self.report(|_| {}).unwrap()
    }
}

/// Changes a file of a report, its hash in the manifest and the seal.
fn forge(folder: &Path, name: &str, change: impl Fn(String) -> String) {
    let before = fs::read(folder.join(name)).unwrap();
    let after = change(String::from_utf8(before.clone()).unwrap());
    fs::write(folder.join(name), &after).unwrap();
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let hashes = [&before, after.as_bytes()].map(|bytes: &[u8]| hex(&sha256(bytes)));
    seal(folder, &manifest.replace(&hashes[0], &hashes[1]));
}

fn seal(folder: &Path, manifest: &str) {
    let (before, rest) = manifest.split_once("\"manifest_sha256\": \"").unwrap();
    let text = |seal: &str| format!("{before}\"manifest_sha256\": \"{seal}{}", &rest[64..]);
    let sealed = text(&hex(&sha256(text(&"0".repeat(64)).as_bytes())));
    assert_eq!(Seal::of(sealed.as_bytes()), Seal::Intact);
    fs::write(folder.join("manifest.json"), sealed).unwrap();
}

fn diff(old: &Side<'_>, new: &Side<'_>) -> SnapshotDiff {
    compare(old, new, DiffOptions::default(), &Silent).unwrap()
}

fn codes(change: &ConflictChange) -> Vec<CauseCode> {
    change.causes.iter().map(|cause| cause.code).collect()
}

/// The two months in `data/`.
fn months() -> [Read; 2] {
    ["october", "november"].map(|month| {
        let documents = Documents {
            rules: vec![read_rules(&data("two-months/rules.toml")).unwrap()],
            exceptions: vec![read_exceptions(&data("two-months/exceptions.toml")).unwrap()],
            strict: false,
        };
        Read::new(month, &[Input::Path(data("two-months").join(month))], documents, None)
    })
}

fn of_grace(found: &SnapshotDiff) -> &ConflictChange {
    let called =
        |one: &&ConflictChange| one.user.name.as_deref().is_some_and(|name| name.starts_with("Grace"));
    found.conflicts.iter().find(called).unwrap()
}

#[test]
fn a_catalog_that_the_account_cannot_read_is_out_of_sight_of_a_report_too() {
    let [old, new] = months();
    let known = diff(&old.side(), &new.side());
    let grace = of_grace(&known);
    assert_eq!((grace.class, grace.ending()), (ChangeClass::Gone, Some(Ending::OutOfSight)), "{grace:?}");
    assert!(
        grace
            .causes
            .iter()
            .any(|cause| cause.detail.as_deref().is_some_and(|why| why.contains("of its catalog")))
    );

    let past = old.past();
    let mixed = diff(&Side::of_report("october", &past), &new.side());
    assert_eq!(of_grace(&mixed), grace, "a report tells the same of it");
    // Whatever the report resolves, the export does.
    for (told, known) in mixed.conflicts.iter().zip(&known.conflicts) {
        assert!(told.ending() != Some(Ending::Resolved) || known.ending() == told.ending(), "{told:?}");
    }
    // Whom a list of all users does not have any more has left, and a report tells as much.
    let left = |found: &SnapshotDiff| {
        found.conflicts.iter().filter(|one| codes(one) == [CauseCode::UserRemoved]).count()
    };
    assert_eq!((left(&mixed), left(&known)), (1, 1));

    // A report that does not tell catalogs, or kinds of ids, tells nothing of this kind.
    let older = old.report(|folder| {
        forge(folder, "rules.json", |text| text.replace("\"catalog_id\"", "\"catalog\""));
        forge(folder, "conflicts.jsonl", |text| text.replace("\"user_id_kind\"", "\"kind\""));
    });
    let older = older.unwrap();
    let mixed = diff(&Side::of_report("october", &older), &new.side());
    let grace = of_grace(&mixed);
    assert_eq!((grace.ending(), codes(grace)), (Some(Ending::OutOfSight), vec![CauseCode::InputScope]));
    assert_eq!(left(&mixed), 0);
}

#[test]
fn a_name_that_is_not_known_any_more_is_no_change_of_the_rule() {
    let [old, new] = months();
    let (before, after) = (old.past(), new.past());
    let sides = [Side::of_report("october", &before), Side::of_report("november", &after)];
    for (one, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        let found = diff(one, other);
        let grace = of_grace(&found);
        assert!(!codes(grace).contains(&CauseCode::RuleChanged), "{grace:?}");
        assert!(
            codes(grace).contains(&CauseCode::InputScope) || codes(grace).contains(&CauseCode::NotEvaluable),
            "{grace:?}"
        );
        assert!(
            found.documents.iter().all(|cause| cause.code != CauseCode::RuleChanged),
            "{:?}",
            found.documents
        );
    }
}

#[test]
fn sides_that_name_people_otherwise_are_no_sides() {
    let keys = [b"0123456789abcdef", b"fedcba9876543210"].map(|key| PseudonymKey::new(key).unwrap());
    let read = |key| {
        let rules = vec![read_rules(&data("two-months/rules.toml")).unwrap()];
        let documents = Documents { rules, ..Documents::default() };
        Read::new("october", &[Input::Path(data("two-months/october"))], documents, key)
    };
    let plain = read(None);
    let hidden = keys.each_ref().map(|key| read(Some(key)));
    let (of_plain, of_one, of_two) = (plain.past(), hidden[0].past(), hidden[1].past());
    let [of_plain, of_one, of_two] =
        [&of_plain, &of_one, &of_two].map(|past| Side::of_report("report", past));
    let refused = |one: &Side<'_>, other: &Side<'_>| {
        let error = compare(one, other, DiffOptions { allow_unjoined: true }, &Silent).unwrap_err();
        assert!(matches!(error, Error::OtherNames(_)), "{error}");
        let mut ledger = Ledger::default();
        add_to_ledger(&mut ledger, one).unwrap();
        let again = add_to_ledger(&mut ledger, other).unwrap_err();
        assert!(matches!(again, Error::OtherNames(_)), "{again}");
        format!(
            "{error}\n  help: {}\nin a ledger: {again}\n  help: {}",
            error.help().unwrap(),
            again.help().unwrap()
        )
    };
    let told = [
        refused(&of_one, &of_two),
        refused(&of_plain, &of_one),
        refused(&of_one, &plain.side()),
        refused(&of_plain, &hidden[0].side()),
    ];
    insta::assert_snapshot!(told.join("\n\n"));
    // With the key of the report the export is the same.
    let found = diff(&of_one, &hidden[0].side());
    assert!(!found.conflicts.is_empty());
    assert!(found.conflicts.iter().all(|one| one.class == ChangeClass::Unchanged));
}

#[test]
fn sides_that_are_swapped_or_the_same_are_noticed() {
    let [old, new] = months();
    let (before, after) = (old.past(), new.past());
    let reports = [Side::of_report("october", &before), Side::of_report("november", &after)];
    for [old, new] in [[old.side(), new.side()], reports] {
        assert_eq!(diff(&old, &new).warnings, []);
        assert_eq!(diff(&new, &old).warnings, [DiffWarning::SidesSwapped]);
        assert_eq!(diff(&old, &old).warnings, [DiffWarning::SidesSame]);
    }
}

#[test]
fn a_report_that_contradicts_itself_is_refused() {
    let [old, _] = months();
    let tried = |name: &'static str, field: &'static str| {
        let error = old.report(|folder| {
            forge(folder, name, |text| {
                let (before, rest) = text.split_once(field).unwrap();
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let more: u64 = rest[..digits].parse::<u64>().unwrap() + 1;
                format!("{before}{field}{more}{}", &rest[digits..])
            });
        });
        error.unwrap_err()
    };
    for field in ["\"conflicts_open\": ", "\"conflicts_excepted\": ", "\"pairs_nonzero\": "] {
        let error = tried("summary.json", field);
        assert!(matches!(error, PastError::Contradiction { .. }), "{field}: {error}");
    }
    let unsealed = old.report(|folder| {
        let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
        fs::write(folder.join("manifest.json"), manifest.replace("\"delivered\"", "\"all\"")).unwrap();
    });
    assert!(matches!(unsealed.unwrap_err(), PastError::Unsealed { .. }));
}

const PEOPLE: u32 = 6;

fn guid(kind: u32, number: u32) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012}")
}

/// Assignments, by user and package, each by itself.
type Row = (u32, u32);

/// What there is in all: six people hold three packages each.
fn rows() -> Vec<Row> {
    (0..PEOPLE).flat_map(|user| (0..3).map(move |package| (user, package))).collect()
}

/// An export of some files of assignments beside whole lists of packages and users.
fn export(label: &'static str, files: &[(String, Vec<Row>)]) -> Read {
    export_with(label, files, "2026-02-01", "")
}

fn export_with(label: &'static str, files: &[(String, Vec<Row>)], expired: &str, more: &str) -> Read {
    let mut inputs = Vec::new();
    let mut add = |name: &str, kind: &str, rows: Vec<String>| {
        let text = format!(
            r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#{kind}","value":[{}]}}"#,
            rows.join(",")
        );
        inputs.push(Input::Bytes { name: format!("{label}/{name}"), bytes: text.into_bytes().into() });
    };
    let em = "identityGovernance/entitlementManagement/";
    for (name, rows) in files {
        let row = |&(user, package): &Row| {
            format!(
                r#"{{"id":"{}","state":"delivered","schedule":{{"expiration":{{"endDateTime":"{expired}T00:00:00Z"}}}},"target":{{"objectId":"{}"}},"accessPackage":{{"id":"{}","displayName":"P{package}"}}}}"#,
                guid(user + 1, package),
                guid(0, user),
                guid(99, package)
            )
        };
        let mut rows: Vec<String> = rows.iter().map(row).collect();
        rows.extend((!more.is_empty()).then(|| more.to_owned()));
        add(name, &format!("{em}assignments"), rows);
    }
    let package = |number: u32| {
        format!(
            r#"{{"id":"{}","displayName":"P{number}","incompatibleAccessPackages":[]}}"#,
            guid(99, number)
        )
    };
    add("packages.json", &format!("{em}accessPackages"), (0..4).map(package).collect());
    let user = |number: u32| format!(r#"{{"id":"{}","userPrincipalName":"u{number}@x"}}"#, guid(0, number));
    add("users.json", "users", (0..PEOPLE).map(user).collect());
    let rule = format!(
        "[[rule]]\nid = 'R'\nterms = [{{ packages = ['{}'] }}, {{ packages = ['{}'] }}]\n",
        guid(99, 0),
        guid(99, 1)
    );
    let documents = Documents { rules: vec![parse_rules("r.toml", &rule).unwrap()], ..Documents::default() };
    Read::new(label, &inputs, documents, None)
}

fn file(name: &str, rows: impl IntoIterator<Item = Row>) -> (String, Vec<Row>) {
    (name.to_owned(), rows.into_iter().collect())
}

/// Files of so many rows each.
fn pages(name: &str, size: usize, rows: &[Row]) -> Vec<(String, Vec<Row>)> {
    let pages = rows.chunks(size).enumerate();
    pages.map(|(at, rows)| (format!("{name}{at:03}.json"), rows.to_vec())).collect()
}

fn by_package(names: impl Fn(u32) -> String, packages: &[u32]) -> Vec<(String, Vec<Row>)> {
    packages
        .iter()
        .map(|&own| file(&names(own), rows().into_iter().filter(|(_, package)| *package == own)))
        .collect()
}

/// Both exports in one ledger, a month apart.
fn ledger(old: &Read, new: &Read) -> Ledger {
    let mut ledger = Ledger::default();
    for (read, day) in [(old, "2026-03-01"), (new, "2026-04-01")] {
        let mut analysis = read.analysis.clone();
        analysis.moment = Timestamp::parse(day);
        add_to_ledger(&mut ledger, &Side::of_export("x", &read.snapshot, &analysis, &read.documents))
            .unwrap();
    }
    ledger
}

/// How the conflicts of each person end, from one export to another, and from the report of the one; in a ledger, too.
fn endings(old: &[(String, Vec<Row>)], new: &[(String, Vec<Row>)]) -> [BTreeMap<&'static str, u32>; 3] {
    let (old, new) = (export("o", old), export("n", new));
    let past = old.past();
    let count = |found: SnapshotDiff| {
        let mut counts = BTreeMap::new();
        for one in &found.conflicts {
            assert_ne!(one.class, ChangeClass::New);
            *counts.entry(one.ending().map_or("there", Ending::name)).or_default() += 1;
        }
        counts
    };
    let mut seen = BTreeMap::new();
    for one in ledger(&old, &new).conflicts() {
        *seen.entry(one.now().name()).or_default() += 1;
    }
    [count(diff(&old.side(), &new.side())), count(diff(&Side::of_report("o", &past), &new.side())), seen]
}

#[test]
fn rows_of_a_file_that_was_left_out_are_out_of_sight() {
    let all = BTreeMap::from([("out-of-sight", 6)]);
    let everywhere = [all.clone(), all.clone(), all];
    let id = |package: u32| format!("assignments/{}.json", guid(98, package));
    let named = |package: u32| format!("assignments-{}.json", ["A", "B", "C"][package as usize]);
    // One file for each package, by id or by name, and one of them is not there.
    assert_eq!(endings(&by_package(id, &[0, 1, 2]), &by_package(id, &[0, 2])), everywhere);
    assert_eq!(endings(&by_package(named, &[0, 1, 2]), &by_package(named, &[0, 2])), everywhere);
    // Pages of which only the first are there, and nothing says that there were more.
    let whole = pages("page-", 3, &rows());
    for left in [1u32, 3, 5] {
        let [exports, report, ledger] = endings(&whole, &whole[..left as usize]);
        let counts = |open| BTreeMap::from([(open, left), ("out-of-sight", 6 - left)]);
        assert_eq!([exports, report, ledger], [counts("there"), counts("there"), counts("open")], "{left}");
    }
    // A gap in the middle.
    let gap: Vec<_> = whole.iter().filter(|(name, _)| name != "page-002.json").cloned().collect();
    let counts = |open| BTreeMap::from([(open, 5), ("out-of-sight", 1)]);
    assert_eq!(endings(&whole, &gap), [counts("there"), counts("there"), counts("open")]);
}

/// Files of unequal sizes are no pages: one of them that is not there tells nothing of the others.
#[test]
fn a_file_of_a_numbered_row_that_is_no_row_of_pages_is_missing() {
    let team = |number: usize, package: u32, people: u32| {
        file(&format!("team-{number}.json"), (0..people).map(|user| (user, package)))
    };
    let whole = [team(1, 2, 2), team(2, 0, 4), team(3, 1, 6)];
    let all = BTreeMap::from([("out-of-sight", 4)]);
    assert_eq!(endings(&whole, &whole[..2]), [all.clone(), all.clone(), all.clone()], "the last");
    assert_eq!(endings(&whole, &whole[..1]), [all.clone(), all.clone(), all], "both");
}

/// A page that neither side has: what is not seen any more may stand there now.
#[test]
fn a_page_that_both_sides_lack_may_have_anything() {
    let old: Vec<_> =
        pages("page-", 3, &rows()).into_iter().filter(|(name, _)| name != "page-002.json").collect();
    // Somebody lost one, and all behind it moved on by a row.
    let lost: Vec<Row> = rows().into_iter().filter(|row| *row != (0, 1)).collect();
    let new: Vec<_> =
        pages("page-", 3, &lost).into_iter().filter(|(name, _)| name != "page-002.json").collect();
    for found in endings(&old, &new) {
        assert!(!found.contains_key("resolved") && !found.contains_key("absent"), "{found:?}");
        assert!(found.contains_key("out-of-sight"), "{found:?}");
    }
}

/// Where nothing tells the catalogs, an account that lost sight of one looks like a package that was removed.
#[test]
fn a_package_of_an_unknown_catalog_is_out_of_sight_when_it_is_gone() {
    let read = |packages: u32| {
        let rows: Vec<String> = (0..packages)
            .map(|package| format!(r#"{{"id":"a{package}","state":"delivered","targetId":"u","accessPackageId":"P{package}"}}"#))
            .collect();
        let packages: Vec<String> =
            (0..packages).map(|package| format!(r#"{{"id":"P{package}","isHidden":false}}"#)).collect();
        let inputs = [
            ("rows.json", rows),
            ("packages.json", packages),
            ("users.json", vec![r#"{"id":"u","userPrincipalName":"u@x"}"#.to_owned()]),
        ]
        .map(|(name, list)| Input::Bytes {
            name: name.into(),
            bytes: format!("[{}]", list.join(",")).into_bytes().into(),
        });
        let rule = "[[rule]]\nid = 'R'\nterms = [{ packages = ['P0', 'P1', 'P2'], at_least = 2 }]\n";
        let documents =
            Documents { rules: vec![parse_rules("r.toml", rule).unwrap()], ..Documents::default() };
        Read::new("x", &inputs, documents, None)
    };
    let (old, new) = (read(2), read(1));
    let (past, found) = (old.past(), diff(&old.side(), &new.side()));
    for found in [found, diff(&Side::of_report("o", &past), &new.side())] {
        let [gone] = &*found.conflicts else { panic!("{:?}", found.conflicts) };
        assert_eq!(gone.ending(), Some(Ending::OutOfSight), "{gone:?}");
        assert!(codes(gone).contains(&CauseCode::InputScope), "{gone:?}");
    }
}

/// Two tenants have nothing to do with each other, whether as exports, as reports, or in a ledger.
#[test]
fn another_tenant_is_no_other_side() {
    let [one, _] = months();
    let mut other = export("other", &pages("page-", 9, &rows()));
    other.analysis.moment = Timestamp::parse("2026-12-01");
    let (of_one, of_other) = (one.past(), other.past());
    let (ones, others) =
        ([one.side(), Side::of_report("one", &of_one)], [other.side(), Side::of_report("other", &of_other)]);
    for one in &ones {
        for other in &others {
            let error = compare(one, other, DiffOptions::default(), &Silent).unwrap_err();
            assert!(matches!(error, Error::NothingShared { .. }), "{error}");
            assert!(compare(one, other, DiffOptions { allow_unjoined: true }, &Silent).is_ok());
            let mut ledger = Ledger::default();
            add_to_ledger(&mut ledger, one).unwrap();
            let error = add_to_ledger(&mut ledger, other).unwrap_err();
            assert!(matches!(error, Error::LedgerTenant { .. }) && error.help().is_some(), "{error}");
            assert_eq!(ledger.snapshots().len(), 1);
        }
    }
}

/// Pages that were cut anew: who stood where says nothing, and nobody knows what stood in the one that is not there.
#[test]
fn a_gap_in_the_middle_may_have_had_anything() {
    let whole = pages("page-", 3, &rows());
    let recut: Vec<_> =
        pages("page-", 4, &rows()).into_iter().filter(|(name, _)| name != "page-002.json").collect();
    let [exports, ..] = endings(&whole, &recut);
    assert_eq!(exports.get("resolved"), None, "{exports:?}");
    assert_eq!(exports.get("out-of-sight"), Some(&1), "{exports:?}");
}

#[test]
fn files_with_other_names_or_other_borders_are_not_missing() {
    let lost: Vec<Row> = rows().into_iter().filter(|row| *row != (2, 1)).collect();
    let counts = |open| BTreeMap::from([(open, 5), ("resolved", 1)]);
    let resolved = [counts("there"), counts("there"), BTreeMap::from([("open", 5), ("absent", 1)])];
    let one = [file("assignments.json", rows())];
    for (what, old, new) in [
        ("the same name", one.to_vec(), vec![file("assignments.json", lost.clone())]),
        ("another name", one.to_vec(), vec![file("export_2026_03.json", lost.clone())]),
        ("other pages", pages("page-", 4, &rows()), pages("part-", 5, &lost)),
        ("fewer pages", pages("page-", 2, &rows()), pages("page-", 10, &lost)),
        ("pages now", one.to_vec(), pages("page-", 5, &lost)),
    ] {
        assert_eq!(endings(&old, &new), resolved, "{what}");
    }
    // A row of theirs in a file that was there before does not speak for the others.
    let states = [file("delivered.json", rows()), file("expired.json", [(0, 3)])];
    let moved = [file("expired.json", [(0, 3), (5, 2)])];
    assert_eq!(endings(&states, &moved)[0], BTreeMap::from([("out-of-sight", 6)]));
}

#[test]
fn more_rejected_rows_may_have_been_anybodys() {
    let files = |rows: Vec<Row>| [file("assignments.json", rows)];
    let lost = files(rows().into_iter().filter(|row| *row != (2, 1)).collect());
    let (old, new) = (
        export("o", &files(rows())),
        export_with("n", &lost, "2026-02-01", r#"{"id":"nobody's","state":"delivered"}"#),
    );
    let found = diff(&old.side(), &new.side());
    let gone = found.conflicts.iter().find(|one| one.class == ChangeClass::Gone).unwrap();
    assert_eq!((gone.ending(), codes(gone)), (Some(Ending::OutOfSight), vec![CauseCode::InputScope]));
    assert!(ledger(&old, &new).conflicts().any(|one| one.now() == Seen::OutOfSight));
}

#[test]
fn a_row_that_is_gone_had_expired_only_if_its_end_is_over() {
    let files = |rows: Vec<Row>| [file("assignments.json", rows)];
    let lost = files(rows().into_iter().filter(|row| *row != (2, 1)).collect());
    let gone = |end: &str| {
        let (old, new) = (export_with("o", &files(rows()), end, ""), export_with("n", &lost, end, ""));
        let mut analysis = new.analysis.clone();
        analysis.moment = Timestamp::parse("2026-03-01");
        let side = Side::of_export("n", &new.snapshot, &analysis, &new.documents);
        let found = diff(&old.side(), &side);
        let gone = found.conflicts.iter().find(|one| one.class == ChangeClass::Gone).unwrap();
        assert_eq!(gone.ending(), Some(Ending::Resolved));
        codes(gone)
    };
    assert_eq!(gone("2026-02-01"), [CauseCode::AssignmentExpired]);
    assert_eq!(gone("2026-03-01"), [CauseCode::AssignmentExpired]);
    assert_eq!(gone("2026-04-01"), [CauseCode::AssignmentRemoved]);
}

const GROUP: &str = "66666666-0000-4000-8000-000000000001";

/// An export in the layout of the README's script: everybody holds the first package, which declares the second and a group
/// incompatible; everybody holds the second, too. `pages` are those of the group's members, and of the list of packages.
fn declared(month: &'static str, members: &[(&str, &[u32])], packages: &[(&str, &str)]) -> Read {
    let mut inputs = Vec::new();
    let mut add = |name: String, text: String| {
        inputs.push(Input::Bytes { name: format!("x/{name}"), bytes: text.into_bytes().into() });
    };
    let page = |context: &str, rows: Vec<String>| {
        format!(
            r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#{context}","value":[{}]}}"#,
            rows.join(",")
        )
    };
    let em = "identityGovernance/entitlementManagement/";
    let all = || (0..PEOPLE).flat_map(|user| (0..2).map(move |package| (user, package)));
    let row = |(user, package): Row| {
        format!(
            r#"{{"id":"{}","state":"delivered","target":{{"objectId":"{}"}},"accessPackage":{{"id":"{}"}}}}"#,
            guid(user + 1, package),
            guid(0, user),
            guid(99, package)
        )
    };
    add("assignments-00000.json".to_owned(), page(&format!("{em}assignments"), all().map(row).collect()));
    let package = |number: u32| {
        format!(r#"{{"id":"{}","displayName":"P{number}","catalog":{{"id":"C"}}}}"#, guid(99, number))
    };
    add("packages.json".to_owned(), page(&format!("{em}accessPackages"), (0..3).map(package).collect()));
    let user = |number: u32| format!(r#"{{"id":"{}","userPrincipalName":"u{number}@x"}}"#, guid(0, number));
    add("users.json".to_owned(), page("users", (0..PEOPLE).map(user).collect()));
    for (name, people) in members {
        let people = people
            .iter()
            .map(|user| format!(r##"{{"@odata.type":"#microsoft.graph.user","id":"{}"}}"##, guid(0, *user)));
        add(format!("groups/{GROUP}/{name}"), page("directoryObjects", people.collect()));
    }
    for of in 0..3 {
        let group = if of == 0 { vec![format!(r#"{{"id":"{GROUP}"}}"#)] } else { Vec::new() };
        add(format!("packages/{}/incompatibleGroups-00000.json", guid(99, of)), page("groups", group));
        let rest = if of == 0 { packages } else { &[("incompatibleAccessPackages-00000.json", "[]")] };
        for (name, list) in rest {
            let text = if list.is_empty() { String::new() } else { format!(r#"{{"value":{list}}}"#) };
            add(format!("packages/{}/{name}", guid(99, of)), text);
        }
    }
    Read::new(month, &inputs, Documents::default(), None)
}

/// How many conflicts end how, between exports, from the report of the old one, and in a ledger.
fn ended(old: &Read, new: &Read) -> [BTreeMap<&'static str, u32>; 3] {
    let past = old.past();
    let count = |found: SnapshotDiff| {
        let mut counts = BTreeMap::new();
        for one in &found.conflicts {
            *counts.entry(one.ending().map_or("there", Ending::name)).or_default() += 1;
        }
        counts
    };
    let mut seen = BTreeMap::new();
    for one in ledger(old, new).conflicts() {
        *seen.entry(one.now().name()).or_default() += 1;
    }
    [count(diff(&old.side(), &new.side())), count(diff(&Side::of_report("o", &past), &new.side())), seen]
}

#[test]
fn members_and_declarations_that_are_not_shown_close_nothing() {
    let list = format!(r#"[{{"id":"{}"}}]"#, guid(99, 1));
    let packages: &[(&str, &str)] = &[("incompatibleAccessPackages-00000.json", &list)];
    let (first, second) = ("transitiveMembers-00000.json", "transitiveMembers-00001.json");
    let (early, late): (&[u32], &[u32]) = (&[0, 1, 2], &[3, 4, 5]);
    let whole = declared("o", &[(first, early), (second, late)], packages);
    let counts = |there: u32, how: &'static str, gone: u32, open: &'static str, now: &'static str| {
        let both = BTreeMap::from([("there", there), (how, gone)]);
        [both.clone(), both, BTreeMap::from([(open, there), (now, gone)])]
    };
    // Three have left, and both pages are there.
    let left = declared("n", &[(first, early), (second, &[])], packages);
    assert_eq!(ended(&whole, &left), counts(9, "resolved", 3, "open", "absent"));
    let found = diff(&whole.side(), &left.side());
    let gone = found.conflicts.iter().find(|one| one.class == ChangeClass::Gone).unwrap();
    assert_eq!(codes(gone), [CauseCode::MembershipRemoved]);
    let back = diff(&left.side(), &whole.side());
    let new = back.conflicts.iter().find(|one| one.class == ChangeClass::New).unwrap();
    assert_eq!(codes(new), [CauseCode::MembershipAdded]);
    // A page of theirs is not there.
    for rest in [[(first, early)], [(second, late)]] {
        let lost = declared("n", &rest, packages);
        assert_eq!(ended(&whole, &lost), counts(9, "out-of-sight", 3, "open", "out-of-sight"), "{rest:?}");
    }
    // The list of packages is empty now: nobody declares it any more.
    let removed =
        declared("n", &[(first, early), (second, late)], &[("incompatibleAccessPackages-00000.json", "[]")]);
    let [exports, report, _] = ended(&whole, &removed);
    assert_eq!([exports.get("judged-otherwise"), report.get("judged-otherwise")], [Some(&6), Some(&6)]);
    // The file has nothing in it, or goes on in one that is not there.
    let more: &[(&str, &str)] =
        &[("incompatibleAccessPackages-00000.json", "[]"), ("incompatibleAccessPackages-00001.json", &list)];
    let paged = declared("o", &[(first, early), (second, late)], more);
    let blank: &[(&str, &str)] = &[("incompatibleAccessPackages-00000.json", "")];
    for (old, new) in [(&whole, blank), (&paged, &more[..1])] {
        let new = declared("n", &[(first, early), (second, late)], new);
        assert_eq!(ended(old, &new), counts(6, "out-of-sight", 6, "open", "out-of-sight"));
    }
}
