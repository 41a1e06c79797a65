//! The co-holding table in its text formats.

use crate::fixture::{Tenant, package, plain, tenant, text, user};
use proptest::prelude::*;
use sod_report::formula::defuse;
use sod_report::pairs::{COLUMNS, PairFormat, write_pairs};

fn write(tenant: &Tenant, format: PairFormat) -> Vec<u8> {
    let mut out = Vec::new();
    write_pairs(format, &tenant.view().pair_context(), &tenant.pairs, &mut out).unwrap();
    out
}

#[test]
fn csv() {
    insta::assert_snapshot!(text(&write(&tenant(), PairFormat::Csv)));
}

#[test]
fn json_lines() {
    insta::assert_snapshot!(text(&write(&tenant(), PairFormat::Jsonl)));
}

#[test]
fn json() {
    insta::assert_snapshot!(text(&write(&tenant(), PairFormat::Json)));
}

#[test]
fn nothing_is_still_a_document() {
    let nobody = plain(vec![], vec![], &[]);
    assert_eq!(text(&write(&nobody, PairFormat::Csv)), format!("{}\n", COLUMNS.join(",")));
    assert_eq!(text(&write(&nobody, PairFormat::Jsonl)), "");
    assert_eq!(text(&write(&nobody, PairFormat::Json)), "[]\n");
}

/// A hundred users, each pair of three packages held by some, names of any kind.
fn named(names: &[Option<String>; 3]) -> Tenant {
    let users = (100..200).map(|at| user(&format!("u{at}"), None)).collect();
    let packages = ["a", "b", "c"].iter().zip(names).map(|(id, name)| package(id, name.as_deref())).collect();
    let holdings: Vec<(u32, u32)> = (0..100u32)
        .flat_map(|user| {
            [(user % 3 != 0, 0), (user % 7 != 1, 1), (user > 93, 2)].map(|(held, p)| (held, user, p))
        })
        .filter_map(|(held, user, package)| held.then_some((user, package)))
        .collect();
    plain(users, packages, &holdings)
}

fn name() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[=+@,;\"'\r\n\t \\-a-cü\u{0}\u{7f}\u{2028}]{0,10}|\\PC{0,10}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn csv_reads_back(names in [name(), name(), name()]) {
        let tenant = named(&names);
        let context = tenant.view().pair_context();
        let bytes = write(&tenant, PairFormat::Csv);
        let mut table = csv::Reader::from_reader(bytes.as_slice());
        prop_assert_eq!(table.headers().unwrap(), COLUMNS.as_slice());
        let records: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), tenant.pairs.len());
        for (record, count) in records.iter().zip(&tenant.pairs) {
            let row = context.row(count);
            prop_assert_eq!(&record[0], row.package_a);
            prop_assert_eq!(&record[1], row.package_b);
            prop_assert_eq!(&record[2], &*defuse(row.package_a_name.unwrap_or_default()));
            prop_assert_eq!(&record[3], &*defuse(row.package_b_name.unwrap_or_default()));
            let counts = [row.holders_a, row.holders_b, row.holders_both].map(|count| count.to_string());
            prop_assert_eq!([&record[4], &record[5], &record[6]], counts.each_ref().map(String::as_str));
            let shares = [&record[7], &record[8], &record[9]].map(|share| share.parse::<f64>().unwrap());
            prop_assert_eq!(shares, [row.shares.share_a, row.shares.share_b, row.shares.lift]);
        }
    }

    /// Compared as text: that is stricter, and serde_json reads floats back only almost exactly.
    #[test]
    fn both_json_forms_are_what_serde_writes(names in [name(), name(), name()]) {
        let tenant = named(&names);
        let context = tenant.view().pair_context();
        let rows: Vec<String> = tenant.pairs.iter().map(|count| {
            let row = context.row(count);
            serde_json::json!({
                "package_a": row.package_a, "package_b": row.package_b,
                "package_a_name": row.package_a_name, "package_b_name": row.package_b_name,
                "holders_a": row.holders_a, "holders_b": row.holders_b, "holders_both": row.holders_both,
                "share_a": row.shares.share_a, "share_b": row.shares.share_b, "lift": row.shares.lift,
            }).to_string()
        }).collect();
        let (lines, document) = (write(&tenant, PairFormat::Jsonl), write(&tenant, PairFormat::Json));
        prop_assert_eq!(text(&lines), format!("{}\n", rows.join("\n")));
        prop_assert_eq!(text(&document), format!("[\n{}\n]\n", rows.join(",\n")));
    }
}

#[test]
fn columns_of_the_json_objects_are_in_order() {
    let bytes = write(&tenant(), PairFormat::Jsonl);
    for line in text(&bytes).lines() {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert!(object.keys().eq(COLUMNS), "{line}");
    }
}

#[test]
fn a_closed_pipe_is_a_closed_pipe_in_every_format() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let tenant = tenant();
    for format in PairFormat::ALL {
        let error =
            write_pairs(format, &tenant.view().pair_context(), &tenant.pairs, &mut Closed).unwrap_err();
        assert!(error.is_broken_pipe(), "{format}: {error}");
    }
}
