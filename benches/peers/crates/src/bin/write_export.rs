//! An export of a tenant: `write_export FORM DIR OUT [--rows N] [--seed S]`.
//!
//! FORM is `page-lines` (a page a line), `pages` (a folder, a page a file), `pretty` (the same, indented), `rows` (an
//! assignment a line), `csv`, or `plain` (a CSV of user and package, all of them held). Pages hold 999 assignments, in no order. `--rows` stops after the user with whom that many
//! holdings are reached. Two in a hundred holdings come as two assignments.

use sod_peers::{
    arguments::Arguments,
    mix::{mix, uuid},
    record::{Package, Record, User},
    tenant::Tenant,
};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

const PAGE: usize = 999;
const CONTEXT: &str = "https://graph.microsoft.com/beta/$metadata#identityGovernance/entitlementManagement/\
                       accessPackageAssignments(target(),accessPackage())";
const NEXT: &str = "https://graph.microsoft.com/beta/identityGovernance/entitlementManagement/accessPackageAssignments?\
                    $expand=target,accessPackage&$skiptoken=";

/// User and package of every assignment, shuffled.
fn assignments(tenant: &Tenant, rows: u64, seed: u64) -> Vec<(u32, u32)> {
    let users = tenant.starts.iter().position(|&start| start >= rows).unwrap_or(tenant.users());
    let mut all = Vec::new();
    for user in 0..users {
        for &package in tenant.row(user) {
            let twice = mix(seed ^ 70, (user as u64) << 32 | u64::from(package)).is_multiple_of(50);
            all.extend(std::iter::repeat_n((user as u32, package), 1 + usize::from(twice)));
        }
    }
    for last in (1..all.len()).rev() {
        all.swap(last, (mix(seed ^ 71, last as u64) % (last as u64 + 1)) as usize);
    }
    all
}

/// Compact JSON with line ends and two blanks a level, as `jq .` writes it.
fn indented(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 3 / 2);
    let (mut depth, mut text, mut escape) = (0usize, false, false);
    let mut letters = compact.chars().peekable();
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(letter) = letters.next() {
        if text {
            out.push(letter);
            text = escape || letter != '"';
            escape = !escape && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' if letters.peek().is_some_and(|next| matches!(next, '}' | ']')) => {
                out.push(letter);
                out.extend(letters.next());
            }
            '{' | '[' => {
                depth += 1;
                out.push(letter);
                newline(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                newline(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                text = letter == '"';
                out.push(letter);
            }
        }
    }
    out
}

/// Where pages and rows go.
enum Sink {
    File(BufWriter<File>),
    Folder(PathBuf),
}

impl Sink {
    fn open(form: &str, out: &Path) -> io::Result<Self> {
        if matches!(form, "pages" | "pretty") {
            fs::create_dir_all(out)?;
            return Ok(Self::Folder(out.to_owned()));
        }
        Ok(Self::File(BufWriter::with_capacity(1 << 20, File::create(out)?)))
    }

    fn put(&mut self, number: usize, text: &str) -> io::Result<()> {
        match self {
            Self::File(file) => writeln!(file, "{text}"),
            Self::Folder(folder) => fs::write(folder.join(format!("assignments-{number:06}.json")), text),
        }
    }

    fn close(self) -> io::Result<()> {
        match self {
            Self::File(mut file) => file.flush(),
            Self::Folder(_) => Ok(()),
        }
    }
}

fn page(records: &[Record<'_>], next: Option<String>) -> String {
    let mut out = format!(r#"{{"@odata.context":"{CONTEXT}","#);
    if let Some(next) = next {
        out.push_str(&format!(r#""@odata.nextLink":"{NEXT}{next}","#));
    }
    out.push_str(r#""value":["#);
    for (at, record) in records.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        record.write_json(&mut out);
    }
    out.push_str("]}");
    out
}

const COLUMNS: [&str; 10] = [
    "assignmentId",
    "targetObjectId",
    "targetDisplayName",
    "targetEmail",
    "accessPackageId",
    "accessPackageName",
    "catalogId",
    "assignmentPolicyId",
    "assignmentState",
    "expiredDateTime",
];

fn write_csv<'n>(out: &Path, records: impl Iterator<Item = Record<'n>>) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_path(out)?;
    table.write_record(COLUMNS)?;
    for record in records {
        let (user, package) = (record.user, record.package);
        let expired = record.expired().unwrap_or_default();
        table.write_record([
            &record.id,
            &user.object,
            &user.name,
            &user.mail,
            &package.id,
            &package.name,
            &package.catalog,
            record.policy(),
            record.state,
            &expired,
        ])?;
    }
    table.flush().map_err(csv::Error::from)
}

fn write_plain(out: &Path, packages: &[Package], users: &[User], all: &[(u32, u32)]) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(out)?);
    writeln!(file, "user,package")?;
    for &(user, package) in all {
        writeln!(file, "{},{}", users[user as usize].object, packages[package as usize].id)?;
    }
    file.flush()
}

fn write(form: &str, out: &Path, tenant: &Tenant, rows: u64, seed: u64) -> Result<usize, String> {
    let failed = |error: &dyn std::error::Error| format!("{}: {error}", out.display());
    let users: Vec<User> = (0..tenant.users() as u64).map(User::new).collect();
    let packages: Vec<Package> = (0..tenant.packages as u64).map(Package::new).collect();
    let all = assignments(tenant, rows, seed);
    if form == "plain" {
        let written = write_plain(out, &packages, &users, &all);
        return written.map(|()| all.len()).map_err(|error| failed(&error));
    }
    let record = |(serial, &(user, package)): (usize, &(u32, u32))| {
        Record::new(&users[user as usize], &packages[package as usize], serial as u64)
    };
    if form == "csv" {
        return write_csv(out, all.iter().enumerate().map(record))
            .map(|()| all.len())
            .map_err(|error| failed(&error));
    }
    let mut sink = Sink::open(form, out).map_err(|error| failed(&error))?;
    for (number, chunk) in all.chunks(PAGE).enumerate() {
        let records: Vec<_> =
            chunk.iter().enumerate().map(|(at, pair)| record((number * PAGE + at, pair))).collect();
        let put = if form == "rows" {
            records.iter().try_for_each(|record| {
                let mut line = String::new();
                record.write_json(&mut line);
                sink.put(number, &line)
            })
        } else {
            let next = ((number + 1) * PAGE < all.len()).then(|| uuid(72, number as u64));
            let compact = page(&records, next);
            sink.put(number, if form == "pretty" { indented(&compact) } else { compact }.as_str())
        };
        put.map_err(|error| failed(&error))?;
    }
    sink.close().map_err(|error| failed(&error))?;
    Ok(all.len())
}

fn run() -> Result<(), String> {
    let arguments = Arguments::read()?;
    let form = arguments.place(0, "FORM")?;
    if !["page-lines", "pages", "pretty", "rows", "csv", "plain"].contains(&form) {
        return Err(format!("`{form}`: page-lines, pages, pretty, rows, csv or plain"));
    }
    let (rows, seed) = (arguments.option("rows", u64::MAX)?, arguments.option("seed", 42)?);
    let tenant = Tenant::read(Path::new(arguments.place(1, "DIR")?))?;
    let count = write(form, Path::new(arguments.place(2, "OUT")?), &tenant, rows, seed)?;
    println!(r#"{{"assignments":{count}}}"#);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("write_export: {message}");
            ExitCode::FAILURE
        }
    }
}
