//! The co-holding table as Parquet, read back with the crate's own reader.

use crate::fixture::{Tenant, package, plain, tenant, user};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use sod_report::pairs::{COLUMNS, PairFormat, write_pairs};

fn open(tenant: &Tenant) -> impl FileReader {
    let mut file = tempfile::tempfile().unwrap();
    write_pairs(PairFormat::Parquet, &tenant.view().pair_context(), &tenant.pairs, &mut file).unwrap();
    SerializedFileReader::new(file).unwrap()
}

/// Reads everything back and compares it with the rows.
fn check(tenant: &Tenant) {
    let context = tenant.view().pair_context();
    let file = open(tenant);
    let columns = file.metadata().file_metadata().schema_descr().columns().iter();
    assert!(columns.map(|column| column.name().to_owned()).eq(COLUMNS.map(str::to_owned)));
    let mut rows = file.get_row_iter(None).unwrap().map(Result::unwrap);
    for count in &tenant.pairs {
        let (written, row) = (rows.next().unwrap(), context.row(count));
        assert_eq!(
            (written.get_string(0).unwrap().as_str(), written.get_string(1).unwrap().as_str()),
            (row.package_a, row.package_b)
        );
        for (at, name) in [(2, row.package_a_name), (3, row.package_b_name)] {
            let cell = written.get_column_iter().nth(at).unwrap().1;
            assert_eq!(*cell, name.map_or(Field::Null, |name| Field::Str(name.to_owned())));
        }
        for (at, number) in [(4, row.holders_a), (5, row.holders_b), (6, row.holders_both)] {
            assert_eq!(written.get_long(at).unwrap() as u64, number);
        }
        for (at, share) in [(7, row.shares.share_a), (8, row.shares.share_b), (9, row.shares.lift)] {
            assert_eq!(written.get_double(at).unwrap(), share);
        }
    }
    assert!(rows.next().is_none());
}

#[test]
fn the_tenant_reads_back() {
    check(&tenant());
}

#[test]
fn nothing_reads_back() {
    check(&plain(vec![], vec![], &[]));
    assert_eq!(open(&plain(vec![], vec![], &[])).metadata().num_row_groups(), 0);
}

/// More rows than one batch of the writer, some names missing.
#[test]
fn many_batches_read_back() {
    let packages =
        (1000..1120).map(|at| package(&format!("p{at}"), (at % 3 > 0).then_some("Näme"))).collect();
    let holdings: Vec<(u32, u32)> =
        (0..120).map(|at| (at % 2, at)).chain((0..120).map(|at| (2, at))).collect();
    let tenant = plain((0..3).map(|at| user(&format!("u{at}"), None)).collect(), packages, &holdings);
    assert!(tenant.pairs.len() > 4096);
    check(&tenant);
}
