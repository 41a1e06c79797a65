//! Damaged inputs: never a panic, and either a refusal or rows that add up.

use crate::harness::{check_accounting, file};
use crate::shapes_graph::{BETA, V1, page};
use proptest::prelude::*;

fn bases() -> Vec<Vec<u8>> {
    let text = page(&V1);
    vec![
        text.clone().into_bytes(),
        format!("[{},{}]", BETA[0], BETA[1]).into_bytes(),
        format!("{}\n{}\n{}\n", BETA[0], BETA[1], V1[0].replace('\n', " ")).into_bytes(),
        format!(r#"{{"meta":{{"a":[1]}},"rows":[{},{}],"responses":[{{"id":"1","body":{}}}]}}"#, BETA[0], BETA[1], page(&V1)).into_bytes(),
        b"user,package,state,note\nalice,PAY,delivered,\"a \"\"b\"\"\nc\"\nbob,VEN,expired,\nalice,VEN,delivered,x\n".to_vec(),
        b"\xef\xbb\xbf\"Id\";\"$_.Target.id\";\"$_.Target.ObjectId\";\"AccessPackageId\"\r\n\"1\";\"r1\";\"o1\";\"PAY\"\r\n\"2\";\"r1\";\"\";\"VEN\"\r\n".to_vec(),
        b"alice PAY 1\nbob VEN 1\nalice VEN 1\n".to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        crate::shapes_folder::gzip(text.as_bytes()),
        crate::shapes_folder::zstd(text.as_bytes()),
    ]
}

#[derive(Clone, Debug)]
pub(crate) enum Damage {
    Flip(prop::sample::Index, u8),
    Truncate(prop::sample::Index),
    Duplicate(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, u8),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let telling = prop::sample::select(b"{}[]\",:;\n\r\t\\\0 \xef\xff01nae".to_vec());
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        at().prop_map(Damage::Truncate),
        (at(), at()).prop_map(|(a, b)| Damage::Duplicate(a, b)),
        (at(), at()).prop_map(|(a, b)| Damage::Remove(a, b)),
        (at(), telling).prop_map(|(at, byte)| Damage::Insert(at, byte)),
    ]
}

pub(crate) fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let range = |a: &prop::sample::Index, b: &prop::sample::Index, length: usize| {
        let (a, b) = (a.index(length), b.index(length));
        a.min(b)..a.max(b)
    };
    match damage {
        Damage::Flip(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] ^= byte;
        }
        Damage::Truncate(at) => bytes.truncate(at.index(bytes.len())),
        Damage::Duplicate(a, b) => {
            let range = range(a, b, bytes.len());
            let (end, slice) = (range.end, bytes[range].to_vec());
            bytes.splice(end..end, slice);
        }
        Damage::Remove(a, b) => {
            bytes.drain(range(a, b, bytes.len()));
        }
        Damage::Insert(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn damaged_inputs_are_refused_or_add_up(base in prop::sample::select(bases()), damages in prop::collection::vec(damage(), 1..4)) {
        let mut bytes = base;
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        match file("x", &bytes).with(|options| options.threads = 1).load() {
            Ok(snapshot) => check_accounting(&snapshot),
            Err(error) => prop_assert!(!error.refusals().is_empty()),
        }
    }

    /// Cut anywhere, an export is refused: a part of an export is not an export. (Lines can end between two rows.)
    #[test]
    fn a_cut_page_is_refused(at in any::<prop::sample::Index>()) {
        let text = page(&V1);
        let keep = 1 + at.index(text.len() - 1);
        let found = file("x.json", &text.as_bytes()[..keep]).load();
        prop_assert!(found.is_err(), "{found:?}");
    }
}
