//! Who is who: what one record ties together is one person, across files; what nothing ties together is said aloud.

use crate::harness::{Export, check, file, holders_of_both};

const ALICE: &str = "cdbdf152-82ce-479c-b5b8-df90f561d5c7";
const ALICE_RECORD: &str = "ebaf071e-c647-42c6-b86f-fbe3625b4b63";
const BOB: &str = "79a8f0b6-61dc-41db-b49e-470c278e05b6";

/// A beta row by `targetId` alone.
fn beta(id: &str, package: &str, target: &str) -> String {
    format!(
        r#"{{"id":"{id}","accessPackageId":"{package}","targetId":"{target}","assignmentState":"Delivered"}}"#
    )
}

/// A v1.0 row with an expanded target; no object id when empty.
fn v1(id: &str, package: &str, record: &str, object: &str) -> String {
    let object = if object.is_empty() { "null".to_owned() } else { format!("\"{object}\"") };
    format!(
        r#"{{"id":"{id}","accessPackage":{{"id":"{package}"}},"target":{{"id":"{record}","objectId":{object}}},"state":"delivered"}}"#
    )
}

fn rows(rows: &[String]) -> String {
    format!("[{}]", rows.join(","))
}

/// The documentation's own confusion: `targetId` is the object id in one export and the record id in another.
#[test]
fn target_id_is_the_object_id_here_and_the_record_id_there() {
    let export = file("1.json", rows(&[beta("a1", "PAY", ALICE)]))
        .and("2.json", rows(&[beta("a2", "VEN", ALICE_RECORD)]))
        .and("3.json", rows(&[v1("a3", "HR", ALICE_RECORD, &ALICE.to_uppercase())]));
    let snapshot = export.load().unwrap();
    for (a, b) in [("PAY", "VEN"), ("PAY", "HR"), ("VEN", "HR")] {
        assert_eq!(holders_of_both(&snapshot, a, b), 1, "{a} {b}");
    }
    check!("target_id_here_and_there", export);
}

#[test]
fn a_guest_whose_object_id_is_known_later() {
    let export = file("1.json", rows(&[v1("a1", "PAY", "rec-guest", "")]))
        .and("2.json", rows(&[v1("a2", "VEN", "rec-guest", ALICE)]));
    assert_eq!(holders_of_both(&export.load().unwrap(), "PAY", "VEN"), 1);
    check!("a_guest_whose_object_id_is_known_later", export);
    check!(
        "a_guest_without_object_id",
        file("1.json", rows(&[v1("a1", "PAY", "rec-guest", ""), v1("a2", "VEN", "rec-b", BOB)]))
    );
}

#[test]
fn two_subject_records_of_one_person() {
    let export = file(
        "1.json",
        rows(&[
            v1("a1", "PAY", "rec-1", ALICE),
            v1("a2", "VEN", "rec-2", ALICE),
            beta("a3", "HR", "rec-2"),
            beta("a4", "ERP", "rec-1"),
        ]),
    );
    let snapshot = export.load().unwrap();
    assert_eq!((holders_of_both(&snapshot, "PAY", "VEN"), holders_of_both(&snapshot, "HR", "ERP")), (1, 1));
    check!("two_subject_records_of_one_person", export);
}

/// One record id of two people: they stay apart, and rows by that id alone are nobody's.
#[test]
fn an_alias_of_two_people() {
    let export = file(
        "1.json",
        rows(&[
            v1("a1", "PAY", "rec-1", ALICE),
            v1("a2", "VEN", "rec-1", BOB),
            beta("a3", "HR", "rec-1"),
            v1("a4", "VEN", "rec-3", ALICE),
        ]),
    );
    let snapshot = export.load().unwrap();
    assert_eq!(holders_of_both(&snapshot, "PAY", "VEN"), 1, "Alice by a1 and a4");
    check!("an_alias_of_two_people", export);
}

/// When nothing is left but rows of nobody, the answer is not "no conflicts".
#[test]
fn everybody_ambiguous() {
    let users = format!(
        r#"[{{"id":"rec-1","objectId":"{ALICE}","displayName":"A"}},{{"id":"rec-1","objectId":"{BOB}","displayName":"B"}}]"#
    );
    check!(
        "everybody_ambiguous",
        file("1.json", rows(&[beta("a1", "PAY", "rec-1"), beta("a2", "VEN", "rec-1")]))
            .and("users.json", users)
    );
}

#[test]
fn every_package_name_ambiguous() {
    let packages = r#"[{"id":"P1","displayName":"Same","isHidden":false},{"id":"P2","displayName":"Same","isHidden":false}]"#;
    check!(
        "every_package_name_ambiguous",
        file("x.csv", "user,AccessPackageName\nalice,Same\nbob,Same\n").and("p.json", packages)
    );
}

#[test]
fn upper_and_lower_case() {
    let export = file(
        "1.json",
        rows(&[beta("a1", "PAY", &ALICE.to_uppercase()), v1("a2", "VEN", ALICE_RECORD, ALICE)]),
    );
    assert_eq!(holders_of_both(&export.load().unwrap(), "PAY", "VEN"), 1);
}

fn strangers() -> Export {
    file("objects.json", rows(&[v1("a1", "PAY", "rec-1", ALICE)]))
        .and("targets.json", rows(&[beta("a2", "VEN", "rec-9")]))
}

#[test]
fn no_shared_identifier() {
    check!("no_shared_identifier", strangers());
    check!("no_shared_identifier_allowed", strangers().with(|options| options.allow_unjoined = true));
    // An export of the users ties the two together.
    let users = format!(r#"[{{"id":"rec-9","objectId":"{ALICE}","displayName":"Alice"}}]"#);
    assert_eq!(holders_of_both(&strangers().and("users.json", users).load().unwrap(), "PAY", "VEN"), 1);
}

#[test]
fn partly_joined() {
    let export = strangers().and("more.json", rows(&[beta("a3", "VEN", "rec-1")]));
    assert_eq!(holders_of_both(&export.load().unwrap(), "PAY", "VEN"), 1);
    check!("partly_joined", export);
}

/// An export whose `$select` dropped `objectId`, beside one that has it: joined only where somebody appears expanded.
#[test]
fn record_ids_beside_object_ids() {
    let records = rows(&[v1("b1", "VEN", "rec-1", ""), v1("b2", "VEN", "rec-2", "")]);
    let objects = format!("TargetObjectId,AccessPackageId\n{ALICE},PAY\n{BOB},PAY\n");
    check!("record_ids_beside_object_ids", file("objects.csv", &objects).and("records.json", &records));
    let one = rows(&[v1("c1", "HR", "rec-1", ALICE)]);
    check!(
        "record_ids_partly_tied",
        file("objects.csv", &objects).and("records.json", &records).and("one.json", one)
    );
}

#[test]
fn plain_table_of_object_ids() {
    let table = format!("user,package\n{},VEN\n", ALICE.to_uppercase());
    let export = file("1.json", rows(&[v1("a1", "PAY", "rec-1", ALICE)])).and("x.csv", table);
    assert_eq!(holders_of_both(&export.load().unwrap(), "PAY", "VEN"), 1);
    check!("plain_table_of_object_ids", export);
    check!(
        "plain_table_of_other_ids",
        file("1.json", rows(&[v1("a1", "PAY", "rec-1", ALICE)])).and("x.csv", "user,package\nE1001,VEN\n")
    );
}

#[test]
fn e_mail_addresses_alone() {
    let table = "Email,AccessPackageId\nAlice@X.example,PAY\nalice@x.EXAMPLE,VEN\n";
    assert_eq!(holders_of_both(&file("x.csv", table).load().unwrap(), "PAY", "VEN"), 1);
    check!("e_mail_addresses_alone", file("x.csv", table));
    // Names suggest, they never join: beside object ids this is refused.
    let row =
        v1("a1", "HR", "rec-1", ALICE).replace("\"objectId\"", "\"email\":\"alice@x.example\",\"objectId\"");
    check!("e_mail_addresses_beside_object_ids", file("x.csv", table).and("1.json", rows(&[row])));
    // A subject without any id among subjects with ids is warned about, not refused.
    let nameless = r#"{"id":"a2","accessPackage":{"id":"PAY"},"target":{"id":null,"objectId":null,"email":"guest@y.example"},"state":"delivered"}"#;
    check!(
        "e_mail_address_among_ids",
        file("1.json", rows(&[v1("a1", "HR", "rec-1", ALICE), nameless.to_owned()]))
    );
}

/// Two lists whose user columns are of different kinds share nothing.
#[test]
fn plain_tables_of_different_kinds() {
    let guids = format!("user,package\n{ALICE},PAY\n");
    check!("plain_guids_and_numbers", file("1.csv", &guids).and("2.csv", "user,package\nE1001,VEN\n"));
    check!(
        "plain_addresses_and_numbers",
        file("1.csv", "user,package\nalice@x.example,PAY\n").and("2.csv", "user,package\nE1001,VEN\n")
    );
    // Disjoint users of one kind are what departments have.
    assert!(file("1.csv", "user,package\nE1,PAY\n").and("2.csv", "user,package\nE2,VEN\n").load().is_ok());
    // One list may have both kinds: people by number, service principals by id.
    assert!(file("1.csv", format!("user,package\nE1,PAY\n{ALICE},PAY\n")).load().is_ok());
}

/// `userType` is a word of the directory: an assignment says `user` of members and guests alike.
#[test]
fn member_and_guest_are_no_types_of_subjects() {
    for (word, files) in [("Member", ["1.json", "2.json"]), ("Guest", ["2.json", "1.json"])] {
        let row = format!(
            r#"[{{"id":"a1","accessPackage":{{"id":"PAY"}},"target":{{"id":"rec-a","objectId":"{ALICE}","subjectType":"user"}},"state":"delivered"}}]"#
        );
        let users = format!(
            r#"[{{"id":"{ALICE}","displayName":"Alice","userType":"{word}"}},{{"id":"{BOB}","displayName":"Bob","userType":"{word}"}}]"#
        );
        let snapshot = file(files[0], row).and(files[1], users).load().unwrap();
        let types = |id: &str| {
            let user = snapshot.directory.users().iter().find(|user| user.id.to_string() == id).unwrap();
            (user.subject_type.as_deref(), user.user_type.as_deref())
        };
        assert_eq!(types(ALICE), (Some("user"), Some(word)));
        assert_eq!(types(BOB), (None, Some(word)));
    }
}
