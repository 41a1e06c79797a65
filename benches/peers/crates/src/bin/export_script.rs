//! What somebody who knows Rust would write in an afternoon: parse with a good crate, intern, count into a triangle.
//!
//! `export_script PARSER FORM INPUT OUT [--threads N]`: PARSER is `serde` or `sonic` for JSON, `csv` or `simd-csv` for CSV;
//! FORM as for `write_export`. It knows this export and no other, checks nothing and explains nothing.

use memmap2::Mmap;
use rayon::prelude::*;
use serde::Deserialize;
use sod_peers::arguments::Arguments;
use std::{
    borrow::Cow,
    collections::HashMap,
    fs::{self, File},
    io,
    path::Path,
    process::ExitCode,
};

const TOP: usize = 1000;

#[derive(Deserialize)]
struct Page<'t> {
    #[serde(borrow)]
    value: Vec<Row<'t>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'t> {
    #[serde(borrow)]
    access_package_id: Cow<'t, str>,
    #[serde(borrow)]
    assignment_state: Cow<'t, str>,
    #[serde(borrow)]
    target: Target<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target<'t> {
    #[serde(borrow)]
    object_id: Cow<'t, str>,
}

/// A UUID's 128 bits.
type Id = u128;
type Holdings = Vec<(Id, Id)>;

fn id(text: &str) -> Result<Id, String> {
    let digits: String = text.chars().filter(|&letter| letter != '-').collect();
    Id::from_str_radix(&digits, 16).map_err(|error| format!("`{text}`: {error}"))
}

fn delivered(rows: &[Row<'_>]) -> Result<Holdings, String> {
    let rows = rows.iter().filter(|row| row.assignment_state == "Delivered");
    rows.map(|row| Ok((id(&row.target.object_id)?, id(&row.access_package_id)?))).collect()
}

/// One JSON text: a page, or a row.
fn parse(parser: &str, form: &str, text: &[u8]) -> Result<Holdings, String> {
    match (parser, form) {
        ("serde", "rows") => delivered(&[serde_json::from_slice(text).map_err(|error| error.to_string())?]),
        ("serde", _) => {
            delivered(&serde_json::from_slice::<Page<'_>>(text).map_err(|error| error.to_string())?.value)
        }
        ("sonic", "rows") => delivered(&[sonic_rs::from_slice(text).map_err(|error| error.to_string())?]),
        ("sonic", _) => {
            delivered(&sonic_rs::from_slice::<Page<'_>>(text).map_err(|error| error.to_string())?.value)
        }
        _ => Err(format!("`{parser}` does not read {form}")),
    }
}

fn gather(parts: impl ParallelIterator<Item = Result<Holdings, String>>) -> Result<Holdings, String> {
    let joined = |mut one: Holdings, other: Holdings| {
        one.extend(other);
        Ok(one)
    };
    parts.try_fold(Holdings::new, |one, other| joined(one, other?)).try_reduce(Holdings::new, joined)
}

fn read_lines(parser: &str, form: &str, input: &Path) -> Result<Holdings, String> {
    let text = map(input).map_err(|error| error.to_string())?;
    let lines = text.par_split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    gather(lines.map(|line| parse(parser, form, line)))
}

fn read_folder(parser: &str, form: &str, input: &Path) -> Result<Holdings, String> {
    let files: io::Result<Vec<_>> = fs::read_dir(input).and_then(Iterator::collect);
    let files = files.map_err(|error| error.to_string())?;
    gather(files.par_iter().map(|file| {
        let text = fs::read(file.path()).map_err(|error| error.to_string())?;
        parse(parser, form, &text)
    }))
}

fn read_csv(input: &Path) -> Result<Holdings, String> {
    let mut table = csv::Reader::from_path(input).map_err(|error| error.to_string())?;
    let (mut row, mut held) = (csv::StringRecord::new(), Holdings::new());
    while table.read_record(&mut row).map_err(|error| error.to_string())? {
        if &row[8] == "Delivered" {
            held.push((id(&row[1])?, id(&row[4])?));
        }
    }
    Ok(held)
}

fn read_simd_csv(input: &Path) -> Result<Holdings, String> {
    let file = File::open(input).map_err(|error| error.to_string())?;
    let mut table = simd_csv::ZeroCopyReader::from_reader(file);
    let mut held = Holdings::new();
    while let Some(row) = table.read_byte_record().map_err(|error| error.to_string())? {
        if &row[8] == b"Delivered" {
            let (user, package) = (String::from_utf8_lossy(&row[1]), String::from_utf8_lossy(&row[4]));
            held.push((id(&user)?, id(&package)?));
        }
    }
    Ok(held)
}

#[expect(unsafe_code, reason = "memory maps are")]
fn map(input: &Path) -> io::Result<Mmap> {
    // SAFETY: a bench; nobody writes the file meanwhile.
    unsafe { Mmap::map(&File::open(input)?) }
}

/// Every pair with a count, best first, as (count, package, package).
fn top(mut held: Holdings) -> Vec<(u32, Id, Id)> {
    held.par_sort_unstable();
    held.dedup();
    let mut names: Vec<Id> = held.iter().map(|&(_, package)| package).collect();
    names.par_sort_unstable();
    names.dedup();
    let number: HashMap<Id, usize, foldhash::fast::RandomState> = names.iter().copied().zip(0..).collect();
    let mut triangle = vec![0u32; names.len() * names.len().saturating_sub(1) / 2];
    for user in held.chunk_by(|one, other| one.0 == other.0) {
        let row: Vec<usize> = user.iter().map(|(_, package)| number[package]).collect();
        for (at, &high) in row.iter().enumerate() {
            for &low in &row[..at] {
                triangle[high * (high - 1) / 2 + low] += 1;
            }
        }
    }
    let cells = (1..names.len()).flat_map(|high| (0..high).map(move |low| (high, low))).zip(triangle);
    let mut pairs: Vec<_> =
        cells.filter(|(_, count)| *count > 0).map(|((h, l), count)| (count, names[l], names[h])).collect();
    let order = |pair: &(u32, Id, Id)| (std::cmp::Reverse(pair.0), pair.1, pair.2);
    if pairs.len() > TOP {
        pairs.select_nth_unstable_by_key(TOP, order);
        pairs.truncate(TOP);
    }
    pairs.sort_unstable_by_key(order);
    pairs
}

fn hyphened(id: Id) -> String {
    let digits = format!("{id:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

fn run() -> Result<(), String> {
    let arguments = Arguments::read()?;
    arguments.start_threads()?;
    let (parser, form) = (arguments.place(0, "PARSER")?, arguments.place(1, "FORM")?);
    let (input, out) = (Path::new(arguments.place(2, "INPUT")?), arguments.place(3, "OUT")?);
    let held = match (parser, form) {
        ("csv", _) => read_csv(input),
        ("simd-csv", _) => read_simd_csv(input),
        (_, "pages" | "pretty") => read_folder(parser, form, input),
        _ => read_lines(parser, form, input),
    }?;
    let mut text = "package_a,package_b,users\n".to_owned();
    for (count, low, high) in top(held) {
        text += &format!("{},{},{count}\n", hyphened(low), hyphened(high));
    }
    fs::write(out, text).map_err(|error| format!("{out}: {error}"))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("export_script: {message}");
            ExitCode::FAILURE
        }
    }
}
