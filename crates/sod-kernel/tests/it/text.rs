//! The matcher at every level against its oracle.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use crate::{one_in, text_oracle};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sod_kernel::Level;
use sod_kernel::text::{NULL, Skeleton, Step};

type Spec = (Vec<Step>, Vec<u8>, u16);

fn literal(text: &str) -> Step {
    Step::Literal(text.into())
}

fn gap(container: bool, slot: Option<u16>, trusted: bool) -> Step {
    if container { Step::Container { slot, trusted } } else { Step::Value { slot, trusted } }
}

/// A skeleton at each level. They are kept from text to text, so that some know what to foresee and some do not.
fn skeletons((steps, separator, slots): &Spec) -> Vec<(Level, Skeleton)> {
    let new = |&level: &Level| (level, Skeleton::new(steps, separator, *slots).unwrap().at_level(level));
    Level::ALL.iter().filter(|level| level.is_available()).map(new).collect()
}

/// All levels give what the oracle gives.
fn check(
    (steps, separator, slots): &Spec,
    skeletons: &mut [(Level, Skeleton)],
    text: &[u8],
    at: usize,
    max: usize,
) {
    let expected = text_oracle::scan((steps, separator, *slots), text, at, max);
    for (level, skeleton) in skeletons {
        // An own allocation of exact size, so that reading beyond it is found by tools that look for that.
        let (text, mut places) = (Box::<[u8]>::from(text), vec![[7; 2]]);
        let scan = skeleton.scan(&text, at, max, &mut places);
        let shown = || format!("{level}, {steps:?}, from {at} of {}", String::from_utf8_lossy(&text));
        assert_eq!((scan, &places[1..]), (expected.0, &expected.1[..]), "{}", shown());
        assert_eq!(places[0], [7; 2]);
    }
}

/// One of each: `null`s, words, strings of constant and changing length, trusted or not, containers, marks.
fn sample() -> Spec {
    let steps = vec![
        Step::Mark { slot: 4, end: false },
        literal(r#"{"id":"#),
        gap(false, Some(0), false),
        literal(r#","on":"#),
        gap(false, None, false),
        literal(r#", "none":[],"list":"#),
        gap(true, Some(1), true),
        literal(r#","empty":"#),
        gap(true, None, false),
        literal(r#","user":"#),
        Step::Mark { slot: 2, end: false },
        literal(r#"{"name":"#),
        gap(false, Some(3), true),
        literal(r#","mail":"#),
        gap(false, None, true),
        literal("}"),
        Step::Mark { slot: 2, end: true },
        literal("}"),
        Step::Mark { slot: 4, end: true },
    ];
    (steps, b",\n  ".to_vec(), 6)
}

fn of_sample(id: &str, on: &str, list: &str, empty: &str, name: &str, mail: &str) -> String {
    format!(
        r#"{{"id":{id},"on":{on}, "none":[],"list":{list},"empty":{empty},"user":{{"name":{name},"mail":{mail}}}}}"#
    )
}

const ID: &str = r#""2506aef1-3929-4d24-a61e-7c8b83d95e6f""#;

/// `count` records of the sample, alike but for the name.
fn alike(count: usize) -> String {
    let name = |index: usize| format!(r#""{}""#, "n".repeat(index * 7 % 90));
    let record = |index| of_sample(ID, "true", r#"[{"a]":["}"]},1]"#, "{}", &name(index), r#""a@b.example""#);
    (0..count).map(record).collect::<Vec<_>>().join(",\n  ")
}

#[test]
fn text_truncated_at_every_length() {
    let (spec, text) = (sample(), alike(14));
    let mut skeletons = skeletons(&spec);
    check(&spec, &mut skeletons, text.as_bytes(), 0, usize::MAX);
    for len in (0..text.len()).step_by(one_in(997)) {
        check(&spec, &mut skeletons, &text.as_bytes()[..len], 0, usize::MAX);
    }
    for at in [text.len(), text.len() + 1, usize::MAX] {
        check(&spec, &mut skeletons, text.as_bytes(), at, 5);
    }
}

#[test]
fn text_with_every_byte_changed() {
    let (spec, text) = (sample(), alike(12));
    let mut skeletons = skeletons(&spec);
    check(&spec, &mut skeletons, text.as_bytes(), 0, usize::MAX);
    let third = text.match_indices("{\"id\"").nth(2).unwrap().0;
    for place in (third..third + 260).step_by(one_in(131)) {
        let bytes = [b'"', b'\\', 0, 0x1f, 0x20, 0x7f, 0x80, 0xff, b'}', b']', b'{', b'0', b'n', b',', b'Z'];
        for byte in bytes.into_iter().step_by(one_in(8)) {
            let mut text = text.clone().into_bytes();
            text[place] = byte;
            check(&spec, &mut skeletons, &text, 0, usize::MAX);
        }
    }
}

#[test]
fn values_of_every_length_with_anything_anywhere() {
    let spec = sample();
    let mut skeletons = skeletons(&spec);
    check(&spec, &mut skeletons, alike(12).as_bytes(), 0, usize::MAX);
    for len in (0..70).chain(120..135).step_by(one_in(63)) {
        let odds = ["", "\\\"", "\\\\", "\\\\\\\"", "\\u00e9", "é", "\u{1}", "\u{7f}", "]}", "\\", "\""];
        for odd in odds.into_iter().step_by(one_in(6)) {
            for place in (0..=len).filter(|place| *place < 3 || place + 3 > len || place % 64 > 60) {
                let string = format!("\"{}{odd}{}\"", "x".repeat(place), "x".repeat(len - place));
                let list = format!("[{string},{{\"k\":{string}}}]");
                let mut text = of_sample(ID, "1", "[]", "[]", &string, "null") + ",\n  ";
                text += &(of_sample("\"a\"", "0", &list, "{}", "\"b\"", &string) + ",\n  ");
                text += &of_sample(&string, "false", "{}", "[]", "\"b\"", "null");
                check(&spec, &mut skeletons, text.as_bytes(), 0, usize::MAX);
            }
        }
    }
}

#[test]
fn values_of_every_kind() {
    let spec = sample();
    let mut skeletons = skeletons(&spec);
    let deep = |open: &str, close: &str, depth| open.repeat(depth) + &close.repeat(depth);
    let nested =
        [deep("[", "]", 64), deep("{", "}", 65), deep("[", "]", 65), format!("[{}]", " ".repeat(300))];
    let kinds = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-",
        "-12",
        "12345678901234567890123",
        "01",
        "1.5",
        "1e3",
        "1E3",
        "0-",
        "-01",
        "",
        "\"\"",
        "\"a\"",
        "nul",
        "nulll",
        "truefalse",
        "[]",
        "{}",
        "[ ]",
        "[1]",
        "{\"a\":{}}",
        "[}",
        "[{]}",
        "]",
        "[\"]",
        "\"[\"",
        "Null",
        "NaN",
        " 1",
    ];
    let kinds = kinds.into_iter().chain(nested.iter().map(String::as_str));
    for kind in kinds.step_by(one_in(19)) {
        for place in (0..6).step_by(one_in(4)) {
            let mut values = [ID, "true", "[]", "{}", "\"n\"", "null"];
            values[place] = kind;
            let [id, on, list, empty, name, mail] = values;
            let record = of_sample(id, on, list, empty, name, mail);
            // First unforeseen, then foreseen.
            let text = vec![record; 12].join(",\n  ");
            check(&spec, &mut skeletons, text.as_bytes(), 0, usize::MAX);
            check(&spec, &mut self::skeletons(&spec), text.as_bytes(), 0, usize::MAX);
        }
    }
    // The start of another number is no integer, even if the text goes on as it should.
    for odd in ["-", ".", "e", "E", "+", "0"] {
        let spec = (vec![gap(false, None, false), literal(odd)], b" ".to_vec(), 0);
        let text = format!("true{odd} null{odd} 12{odd}");
        check(&spec, &mut self::skeletons(&spec), text.as_bytes(), 0, usize::MAX);
        check(&spec, &mut self::skeletons(&spec), format!("7{odd} ").as_bytes(), 0, usize::MAX);
    }
    // An integer may go on behind the end of the text.
    let spec = (vec![gap(false, None, false)], b" ".to_vec(), 0);
    for text in ["12", "12 ", "12 13", "true", "null null", "12 1.5", "0 \"\" "] {
        check(&spec, &mut self::skeletons(&spec), text.as_bytes(), 0, usize::MAX);
    }
}

#[test]
fn habits_change_and_answers_do_not() {
    let spec = sample();
    let mut skeletons = skeletons(&spec);
    for round in (0..40).step_by(one_in(39)) {
        let id = format!("\"{}\"", "i".repeat(round / 4 * 11));
        let name = if round % 3 == 0 { "null".into() } else { format!("\"{}\\\"\"", "é".repeat(round)) };
        let record = |index: usize| {
            of_sample(&id, ["1", "true"][index % 2], "[]", ["{}", "[]"][index / 40 % 2], &name, &id)
        };
        let text = (0..200_usize).step_by(one_in(9)).map(record).collect::<Vec<_>>().join(",\n  ");
        check(&spec, &mut skeletons, text.as_bytes(), 0, usize::MAX);
        check(&spec, &mut skeletons, text.as_bytes(), 0, 64);
    }
}

#[test]
fn steps_that_make_no_sense() {
    let new = |steps: &[Step], slots| Skeleton::new(steps, b",", slots).is_some();
    let mark = |slot, end| Step::Mark { slot, end };
    assert!(new(&[literal("a")], 0) && new(&[gap(true, None, false)], 0));
    assert!(!new(&[], 0) && !new(&[literal("")], 3) && !new(&[mark(0, false), mark(0, true)], 1));
    assert!(!new(&[gap(false, Some(2), true)], 2) && !new(&[gap(false, Some(u16::MAX), true)], u16::MAX));
    assert!(!new(&[gap(false, Some(0), true), literal(","), gap(true, Some(0), true)], 2));
    assert!(!new(&[mark(0, false), literal("a")], 1) && !new(&[literal("a"), mark(0, true)], 1));
    assert!(!new(&[mark(0, true), literal("a"), mark(0, false)], 1));
    assert!(!new(&[mark(0, false), literal("a"), mark(0, true), mark(0, false), mark(0, true)], 1));
    assert!(new(&[mark(0, false), literal("a"), mark(0, true), gap(false, Some(1), true)], 3));
    assert!(!new(&[literal(&"a".repeat(40_000)), gap(true, None, true), literal(&"a".repeat(40_000))], 0));
    let mut places = Vec::new();
    let scan = Skeleton::new(&[literal("a")], b"", 1).unwrap().scan(b"aaab", 0, 9, &mut places);
    assert_eq!((scan.records, scan.end, scan.separated, places), (3, 3, true, vec![[NULL; 2]; 3]));
}

fn any_value() -> impl Strategy<Value = Vec<u8>> {
    let odd = select(vec!["\"", "\\", "\\\"", "\\\\", "é", "\u{0}", "\u{1f}", "[", "}", "a"]);
    let string =
        (vec((select(vec![0, 1, 5, 61, 62, 63, 64, 65]), odd), 0..3), 0..70usize).prop_map(|(odds, len)| {
            let odd: String = odds.iter().map(|(len, odd)| "s".repeat(*len) + odd).collect();
            format!("\"{odd}{}\"", "t".repeat(len))
        });
    let plain = (0..140usize).prop_map(|len| format!("\"{}\"", "p".repeat(len)));
    let other = select(vec![
        "null",
        "true",
        "false",
        "0",
        "-7",
        "01",
        "1.5",
        "[]",
        "{}",
        "[[1],{\"]\":2}]",
        "[",
        "x",
    ]);
    prop_oneof![4 => plain, 3 => other.prop_map(str::to_owned), 2 => string].prop_map(String::into_bytes)
}

fn any_spec() -> impl Strategy<Value = Spec> {
    let text = prop_oneof!["[a-z:, {}\"]{1,9}", "[a-z]{60,70}", "[a-z]{120,130}", Just(String::new())];
    let part = (text, any::<(bool, bool, bool)>());
    (vec(part, 1..7), select(vec![",", ",\n    ", "\n", ""])).prop_map(|(parts, separator)| {
        let slots = parts.len() as u16 + 1;
        let mut steps = vec![literal("{"), Step::Mark { slot: slots - 1, end: false }];
        for (slot, (text, (is_container, trusted, has_slot))) in (0..).zip(parts) {
            let slot = has_slot.then_some(slot);
            steps.extend([literal(&text), gap(is_container && slot != Some(0), slot, trusted)]);
        }
        steps.extend([Step::Mark { slot: slots - 1, end: true }, literal("}")]);
        (steps, separator.into(), slots)
    })
}

proptest! {
    #![proptest_config(crate::cases(600))]

    #[test]
    fn records_of_any_kind(
        spec in any_spec(),
        values in vec(any_value(), 7),
        others in vec((any::<Index>(), any_value()), 0..crate::most(6)),
        count in 1usize..crate::most(30),
        changes in vec((any::<Index>(), any::<u8>()), 0..2),
        cut in prop_oneof![3 => Just(None), 1 => any::<Index>().prop_map(Some)],
        max in prop_oneof![Just(usize::MAX), 0usize..5],
    ) {
        let gaps = spec.0.iter().filter(|step| matches!(step, Step::Value { .. } | Step::Container { .. })).count();
        let mut all: Vec<_> = values.iter().cycle().take(gaps).cycle().take(gaps * count).cloned().collect();
        let usual = all.clone();
        for (place, other) in others {
            *place.get_mut(&mut all) = other;
        }
        let mut skeletons = skeletons(&spec);
        for values in [&usual, &all] {
            let (mut text, mut values) = (b"[".to_vec(), values.iter());
            for _ in 0..count {
                for step in &spec.0 {
                    match step {
                        Step::Literal(bytes) => text.extend(bytes),
                        Step::Mark { .. } => {}
                        _ => text.extend(values.next().unwrap()),
                    }
                }
                text.extend(&spec.1);
            }
            check(&spec, &mut skeletons, &text, 1, max);
            for (place, byte) in &changes {
                *place.get_mut(&mut text) = *byte;
            }
            text.truncate(cut.map_or(text.len(), |cut| cut.index(text.len())));
            check(&spec, &mut skeletons, &text, 1, max);
            check(&spec, &mut skeletons, &text, 0, max);
        }
    }
}
