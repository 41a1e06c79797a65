//! Odd exports: valid records, some members of which are changed to what may stand there in practice, and to what may not.

use crate::twin_corpus::{BETA_CONTEXT, V1_CONTEXT, beta, beta_expanded, brief, guid, powershell, v1};
use proptest::prelude::*;
use std::ops::Range;

/// A member of an object, at whatever depth: its name with quotes, and its value.
#[derive(Clone, Debug)]
struct Member {
    name: Range<usize>,
    value: Range<usize>,
}

/// Every member of every object in a text that was valid before it was made odd.
fn members(text: &[u8]) -> Vec<Member> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'"' {
            at += 1;
            continue;
        }
        let end = string_end(text, at);
        let colon = end + text[end..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if text.get(colon) == Some(&b':') {
            let from =
                colon + 1 + text[colon + 1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let to = value_end(text, from);
            found.push(Member { name: at..end, value: from..to });
        }
        at = end;
    }
    found
}

fn string_end(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < text.len() {
        match text[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn value_end(text: &[u8], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < text.len() {
        match text[at] {
            b'"' => at = string_end(text, at) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(text[at - 1], b'}' | b']' | b'"') {
            return at;
        }
    }
    text.len()
}

/// What is put in place of a value.
fn odd_values() -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = [
        "null",
        "\"\"",
        "\"null\"",
        "\" \"",
        "0",
        "1",
        "2",
        "-7",
        "-0",
        "01",
        "1.5",
        "1e5",
        "1E400",
        "18446744073709551616",
        "true",
        "false",
        "{}",
        "[]",
        "[1]",
        "[{}]",
        "[\"x\"]",
        "{\"id\":null}",
        "{\"Id\":\"x\",\"displayName\":\"y\"}",
        "{\"value\":[]}",
        "\"\\u0041\"",
        "\"a\\\\\"",
        "\"a\\\"b\"",
        "\"\\\\\\\"\"",
        "\"bad \\q\"",
        "\"\\ud800\"",
        "\"\u{1}\"",
        "\"two\nlines\"",
        "\"two\\nlines\"",
        "\"\u{7f}\"",
        "\"Zo\u{eb}\"",
        "\"\u{1f600}\"",
        "\"00000000-0000-0000-0000-000000000000\"",
        "\"Delivered\"",
        "\"delivered\"",
        "\"DELIVERED\"",
        "\"Delivered \"",
        "\"Expired\"",
        "\"PartiallyDelivered\"",
        "\"Frozen\"",
        "\"2024-13-01T00:00:00Z\"",
        "\"2024-02-30\"",
        "\"2024-05-06\"",
        "\"2024-05-06T07:08:09+02:00\"",
        "\"9999-12-31T23:59:59Z\"",
        "\"0001-01-01T00:00:00Z\"",
        "\"\\/Date(1700000000000)\\/\"",
        "\"@{id=1}\"",
        "\"System.Object[]\"",
        "\"Microsoft.Graph.PowerShell.Models.MicrosoftGraphX\"",
        "\"},{\\\"id\\\":\\\"\"",
        "\",{\"",
        "\"]}\"",
        "\"#microsoft.graph.accessPackageAssignment\"",
        "\"#microsoft.graph.user\"",
        "404",
        "\"404\"",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    values.push(b"\"M\xfcller\"".to_vec());
    values.push(format!("\"{}\"", "x".repeat(70)).into_bytes());
    values.push(format!("\"{}\"", "long ".repeat(140)).into_bytes());
    values.push(format!("1{}", "0".repeat(310)).into_bytes());
    for (of, number) in [(2, 3), (3, 4), (4, 5), (5, 1), (6, 0)] {
        values.push(format!("\"{}\"", guid(of, number)).into_bytes());
    }
    values.push(format!("\"{}\"", guid(0xabcdef, 7).to_uppercase()).into_bytes());
    values.push(format!("\"{{{}}}\"", guid(3, 4)).into_bytes());
    values.push(format!("\" {} \"", guid(3, 4)).into_bytes());
    values
}

/// Names of members that the readers know; one may take another's place.
const NAMES: [&str; 31] = [
    "id",
    "Id",
    "ID",
    "i\\u0064",
    "state",
    "status",
    "error",
    "value",
    "body",
    "responses",
    "@odata.type",
    "@odata.context",
    "@odata.nextLink",
    "targetId",
    "targetObjectId",
    "target",
    "objectId",
    "displayName",
    "accessPackage",
    "accessPackageId",
    "assignments",
    "user",
    "package",
    "email",
    "createdDateTime",
    "snapshotDate",
    "catalogId",
    "assignmentState",
    "isValidationOnly",
    "policyId",
    "\u{e9}",
];

/// One change, made to every `step`-th record from `first` on.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    first: prop::sample::Index,
    step: usize,
    member: prop::sample::Index,
    kind: u8,
    value: prop::sample::Index,
}

fn change_one(text: &mut Vec<u8>, change: &Change, values: &[Vec<u8>]) {
    let members = members(text);
    if members.is_empty() {
        return;
    }
    let member = members[change.member.index(members.len())].clone();
    let other = members[change.value.index(members.len())].clone();
    let whole = member.name.start..member.value.end;
    match change.kind {
        // Left out, with the comma.
        0 => {
            let end = whole.end + usize::from(text.get(whole.end) == Some(&b','));
            text.drain(whole.start..end);
        }
        // Twice.
        1 => {
            let mut copy = text[whole.clone()].to_vec();
            copy.push(b',');
            text.splice(whole.start..whole.start, copy);
        }
        // Another name.
        2 => {
            let name = NAMES[change.value.index(NAMES.len())];
            text.splice(member.name, format!("\"{name}\"").into_bytes());
        }
        // Two members trade places.
        3 => {
            let (a, b) =
                if member.name.start < other.name.start { (&member, &other) } else { (&other, &member) };
            if a.value.end <= b.name.start {
                let first = text[a.name.start..a.value.end].to_vec();
                let second = text[b.name.start..b.value.end].to_vec();
                text.splice(b.name.start..b.value.end, first);
                text.splice(a.name.start..a.value.end, second);
            }
        }
        // Blanks.
        4 => {
            text.splice(
                member.value.start..member.value.start,
                [b" ", b"\n", b"\t", b"\r"][change.value.index(4)].to_vec(),
            );
        }
        // Another of the same kind of value, from elsewhere in the record.
        5 => {
            let value = text[other.value.clone()].to_vec();
            text.splice(member.value, value);
        }
        // A member more.
        6 => {
            let name = NAMES[change.member.index(NAMES.len())];
            let value = &values[change.value.index(values.len())];
            let more = [b"\"", name.as_bytes(), b"\":", value, b","].concat();
            text.splice(member.name.start..member.name.start, more);
        }
        _ => {
            text.splice(member.value, values[change.value.index(values.len())].clone());
        }
    }
}

/// Records and how they are strung together.
#[derive(Clone, Debug)]
pub(crate) struct Odd {
    count: usize,
    style: u8,
    other: u8,
    every: usize,
    changes: Vec<Change>,
    framing: u8,
    page: usize,
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    (index(), 1usize..40, index(), 0u8..14, index()).prop_map(|(first, step, member, kind, value)| Change {
        first,
        step,
        member,
        kind,
        value,
    })
}

pub(crate) fn odd() -> impl Strategy<Value = Odd> {
    (20usize..160, 0u8..5, 0u8..5, 2usize..30, prop::collection::vec(change(), 0..7), 0u8..18, 1usize..90)
        .prop_map(|(count, style, other, every, changes, framing, page)| Odd {
            count,
            style,
            other,
            every,
            changes,
            framing,
            page,
        })
}

pub(crate) const FRAMINGS: u8 = 18;

impl Odd {
    pub(crate) fn rows(&self) -> Vec<Vec<u8>> {
        let style = |style: u8, n: usize| match style {
            0 => v1(n),
            1 => beta(n),
            2 => beta_expanded(n),
            3 => powershell(n),
            _ => brief(n),
        };
        let row = |n: usize| style(if n % self.every == 1 { self.other } else { self.style }, n).into_bytes();
        let mut rows: Vec<Vec<u8>> = (0..self.count).map(row).collect();
        let values = odd_values();
        for change in &self.changes {
            let first = change.first.index(rows.len());
            for row in rows.iter_mut().skip(first).step_by(change.step) {
                change_one(row, change, &values);
            }
        }
        rows
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let context = if self.style == 0 || self.style == 3 { V1_CONTEXT } else { BETA_CONTEXT };
        string_together(self.framing, &self.rows(), context, self.page)
    }
}

fn joined(parts: &[Vec<u8>], between: &str) -> Vec<u8> {
    parts.join(between.as_bytes())
}

/// Bytes that need not be text, in one of [`FRAMINGS`] ways.
pub(crate) fn string_together(framing: u8, rows: &[Vec<u8>], context: &str, page: usize) -> Vec<u8> {
    let wrap = |before: &str, rows: &[Vec<u8>], between: &str, after: &str| {
        [before.as_bytes(), &joined(rows, between), after.as_bytes()].concat()
    };
    let named = format!(r#"{{"@odata.context":"{context}","value":["#);
    let link =
        |at: usize| format!(r#""@odata.nextLink":"https://graph.microsoft.com/beta/x?$skiptoken={at}""#);
    let pages = |between: &str| -> Vec<Vec<u8>> {
        let of = |(at, rows): (usize, &[Vec<u8>])| wrap(&named, rows, between, &format!("],{}}}", link(at)));
        rows.chunks(page).enumerate().map(of).collect()
    };
    match framing {
        0 => wrap(&named, rows, ",", "]}"),
        1 => wrap(&named, rows, ",\r\n  ", "\n]}\n"),
        2 => joined(&pages(","), "\n"),
        3 => joined(&pages(","), ""),
        4 => wrap("[", &pages(","), ",", "]"),
        5 => wrap("[", rows, ",", "]"),
        6 => wrap("[\n", rows, ",\n", "\n]"),
        7 => joined(rows, "\n"),
        8 => joined(rows, ""),
        9 => wrap(r#"{"value":["#, rows, ",", "]}"),
        10 => {
            let of = |(at, rows): (usize, &[Vec<u8>])| {
                wrap(&format!(r#"{{"@odata.context":"{context}",{},"value":["#, link(at)), rows, ", ", "]}")
            };
            joined(&rows.chunks(page).enumerate().map(of).collect::<Vec<_>>(), "\n")
        }
        11 => {
            let contexts =
                [V1_CONTEXT, BETA_CONTEXT, "https://graph.microsoft.com/v1.0/$metadata#groups", ""];
            let of = |(at, rows): (usize, &[Vec<u8>])| {
                let context = contexts[at * at % 4];
                if context.is_empty() {
                    return wrap(r#"{"value":["#, rows, ",", "]}");
                }
                wrap(&format!(r#"{{"@odata.context":"{context}","value":["#), rows, ",", "]}")
            };
            joined(&rows.chunks(page).enumerate().map(of).collect::<Vec<_>>(), "\n")
        }
        12 => {
            let bodies: Vec<Vec<u8>> = pages(",")
                .iter()
                .map(|page| wrap(r#"{"id":"1","status":200,"body":"#, std::slice::from_ref(page), "", "}"))
                .collect();
            wrap(r#"{"responses":["#, &bodies, ",", "]}")
        }
        13 => wrap(r#"{"tool":1,"assignments":["#, rows, ",", "]}"),
        14 => {
            let lists: Vec<Vec<u8>> = rows.chunks(page).map(|rows| wrap("[", rows, ",", "]")).collect();
            wrap("[", &lists, ",", "]")
        }
        15 => wrap("\u{feff}[", rows, " , ", "]"),
        16 => joined(&pages(",\n"), "\r\n\u{feff}"),
        _ => {
            // Records that are pages, lists and words among the others.
            let mut rows = rows.to_vec();
            for at in (page..rows.len()).step_by(page + 1) {
                let row = rows[at].clone();
                rows[at] = match at % 3 {
                    0 => wrap("[", &[row], "", "]"),
                    1 => wrap(r#"[{"@odata.context":"x","value":["#, &[row], "", "]}]"),
                    _ => b"null".to_vec(),
                };
            }
            wrap(&named, &rows, ",", "],\"@odata.count\":1}")
        }
    }
}
