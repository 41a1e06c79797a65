//! Exports as text, of any number of records: what is decoded by the benches, by `examples/guard.rs`, and by their peers.
//!
//! All are regular, as exports are: one order of fields, one spelling. One state in sixteen is `Expired`.

use std::fmt::Write;

/// The state of the record at a position.
fn state(at: usize) -> &'static str {
    if at % 16 == 3 { "Expired" } else { "Delivered" }
}

/// A page of what `record` writes, in whose context records are assignments of Graph beta.
fn page(records: usize, record: impl Fn(&mut String, usize)) -> String {
    let mut text =
        r#"{"@odata.context":"https://graph.microsoft.com/beta/$metadata#guard","value":["#.to_owned();
    for at in 0..records {
        if at > 0 {
            text.push(',');
        }
        record(&mut text, at);
    }
    text.push_str("]}");
    text
}

/// Assignments in the shape of Graph beta, with target and accessPackage expanded: some 700 bytes each.
///
/// ```
/// assert!(sod_benches::records::expanded_page(2).ends_with(r#""displayName":"Package 7","isHidden":false}}]}"#));
/// ```
#[must_use]
pub fn expanded_page(records: usize) -> String {
    page(records, |text, at| {
        let (user, package, state) = (at / 5, at * 7 % 83, state(at));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            concat!(
                r#"{{"id":"a0000000-0000-4000-8000-{:012x}","accessPackageId":"b0000000-0000-4000-8000-{:012x}","#,
                r#""targetId":"c0000000-0000-4000-8000-{:012x}","assignmentState":"{}","isExtended":false,"#,
                r#""expiredDateTime":null,"schedule":{{"startDateTime":"2025-05-06T07:08:09.1234567Z","recurrence":null,"#,
                r#""expiration":{{"endDateTime":null,"duration":null,"type":"noExpiration"}}}},"#,
                r#""target":{{"id":"c0000000-0000-4000-8000-{:012x}","objectId":"d0000000-0000-4000-8000-{:012x}","#,
                r#""displayName":"Ren\u00e9e \"R\" Özil {}","principalName":"user{}@contoso.example","type":"User"}},"#,
                r#""accessPackage":{{"id":"b0000000-0000-4000-8000-{:012x}","displayName":"Package {}","isHidden":false}}}}"#
            ),
            at, package, user, state, user, user, user, user, package, package
        );
    })
}

/// Assignments of Graph beta with nothing expanded and few fields: some 190 bytes each, mostly GUIDs, which are as random
/// as real ones. There are `users` users, and a seventh of that many packages.
///
/// ```
/// assert_eq!(sod_benches::records::brief_page(3, 2).matches("targetId").count(), 3);
/// ```
#[must_use]
pub fn brief_page(records: usize, users: usize) -> String {
    page(records, |text, at| {
        let [id, package, user] = names(at, users);
        let _ = write!(
            text,
            r#"{{"id":"{id}","accessPackageId":"{package}","targetId":"{user}","assignmentState":"{}"}}"#,
            state(at)
        );
    })
}

/// The same as [`brief_page`], as a table.
///
/// ```
/// assert!(sod_benches::records::table(3, 2).starts_with("id,user,package,state\n"));
/// ```
#[must_use]
pub fn table(records: usize, users: usize) -> String {
    let mut text = "id,user,package,state\n".to_owned();
    for at in 0..records {
        let [id, package, user] = names(at, users);
        let _ = writeln!(text, "{id},{user},{package},{}", state(at));
    }
    text
}

/// The GUIDs of assignment, package and user of a record.
fn names(at: usize, users: usize) -> [String; 3] {
    let users = users.max(1);
    let packages = users.div_ceil(7);
    // Each user is met once before the second time: with as many users as records all are new.
    [guid(1, at), guid(2, at * 31 % packages), guid(3, at % users)]
}

/// A GUID of a kind that looks like chance and is the same every time.
///
/// ```
/// use sod_benches::records::guid;
/// assert_eq!((guid(1, 7).len(), guid(1, 7) == guid(1, 7), guid(1, 7) == guid(2, 7)), (36, true, false));
/// ```
#[must_use]
pub fn guid(kind: u64, at: usize) -> String {
    let mut random = crate::SplitMix(kind << 48 | at as u64);
    let (high, low) = (random.draw(), random.draw());
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
