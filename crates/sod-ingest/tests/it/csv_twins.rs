//! Tables read by several threads, by recognition, say what the slow way says, whatever is odd in them.

use crate::harness::bytes_input;
use crate::twin_ways::{KEEP_ALL, KEEP_EVERY, OnDisk, all_ways, compare, few_ways, hashed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sod_ingest::LoadOptions;

/// Headers that decide in different ways who and what is meant.
const HEADERS: [&[&str]; 8] = [
    &[
        "id",
        "userObjectId",
        "userDisplayName",
        "userEmail",
        "accessPackageId",
        "accessPackageName",
        "catalogId",
        "assignmentPolicyId",
        "assignmentState",
        "assignmentStatus",
        "expiredDateTime",
    ],
    &[
        "Id",
        "$_.Target.id",
        "$_.Target.ObjectId",
        "$_.Target.DisplayName",
        "$_.Target.PrincipalName",
        "AccessPackageId",
    ],
    &["user", "package", "state"],
    &["userPrincipalName", "accessPackageName", "state", "startDateTime", "endDateTime", "department"],
    &["targetId", "accessPackageId", "state"],
    &["targetObjectId", "targetId", "targetEmail", "accessPackageId", "state", "note", "expiredDateTime"],
    &["displayName", "email", "package", "policyId", "since", "until"],
    &["GroupId", "MemberId", "user", "accessPackage"],
];

/// Values of a column; the further down, the less it happens.
fn pool(column: &str, many: usize) -> String {
    let number = many % 7;
    let guid = |kind: usize| format!("{kind:08x}-0000-4000-8000-{number:012x}");
    let odd = |usual: String| match many % 97 {
        89 => format!("{usual} \"so\""),
        90 => String::new(),
        91 => "null".to_owned(),
        92 => "00000000-0000-0000-0000-000000000000".to_owned(),
        93 => format!(" {usual} "),
        94 => format!("{{{}}}", usual.to_uppercase()),
        95 => "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackageSubject".to_owned(),
        96 => format!("two\n{usual}"),
        _ => usual,
    };
    match column.to_lowercase().as_str() {
        "id" => odd(format!("{:08x}-1111-4000-8000-{many:012x}", many / 3)),
        "userobjectid" | "targetobjectid" | "$_.target.objectid" | "memberid" => match many % 31 {
            30 => format!("user{number}@X.example"),
            29 => format!("employee {number}"),
            _ => odd(guid(1)),
        },
        "targetid" | "$_.target.id" => odd(guid(1 + many % 11 / 10)),
        "user" => odd(["ann", "BOB", "Carol@x.example", "7"][many % 4].to_owned()),
        "accesspackageid" | "package" | "accesspackage" | "groupid" => {
            odd(if many.is_multiple_of(5) { "PAY".into() } else { guid(3) })
        }
        // One package a name: of several the message about them has the order in which they came.
        "accesspackagename" if many.is_multiple_of(17) => format!("The \"{}\"; one", many % 35),
        "accesspackagename" => format!("Package {}, access", many % 35),
        "catalogid" => odd(guid(4)),
        "assignmentpolicyid" | "policyid" => odd(guid(5)),
        "assignmentstate" | "state" => {
            odd(["Delivered", "delivered", "EXPIRED", "frozen", "Delivering"][many % 5].to_owned())
        }
        "expireddatetime" | "enddatetime" | "startdatetime" | "since" | "until" => match many % 9 {
            0 => "2026-11-30T10:00:00Z".to_owned(),
            1 => "2025-01-02T03:04:05.678Z".to_owned(),
            2 => "12/31/2026 10:00:00".to_owned(),
            3 => "soon".to_owned(),
            4 => " 2027-01-01T00:00:00Z".to_owned(),
            _ => String::new(),
        },
        "useremail" | "email" | "targetemail" | "userprincipalname" | "$_.target.principalname" => {
            odd(format!("User{number}@x.example"))
        }
        _ => match many % 40 {
            39 => "a \"named\" one".to_owned(),
            38 => "Bj\u{f6}rn, \u{c9}mile; x\ty".to_owned(),
            37 => "a\rb,c,d,e,f,g,h,i,j,k,l,m".to_owned(),
            36 => "\"".to_owned(),
            35 => "x,\ny,z\n\n".to_owned(),
            34 => "5\" pipe".to_owned(),
            _ => format!("Name {number}, the one"),
        },
    }
}

#[derive(Clone, Debug)]
struct Table {
    header: usize,
    separator: u8,
    crlf: bool,
    /// 0 where it must be, 1 always, 2 by the row, 3 even where it must be: not.
    quoting: u8,
    mark: bool,
    type_line: u8,
    last_line_end: bool,
    rows: Vec<(usize, u16)>,
}

fn tables() -> impl Strategy<Value = Table> {
    let rows = vec((0usize..100_000, any::<u16>()), 8..90);
    let form = (select(b",,,;\t|".to_vec()), any::<bool>(), 0u8..4, any::<bool>(), 0u8..6, any::<bool>());
    (0..HEADERS.len(), form, rows).prop_map(|(header, form, rows)| {
        let (separator, crlf, quoting, mark, type_line, last_line_end) = form;
        Table { header, separator, crlf, quoting, mark, type_line, last_line_end, rows }
    })
}

impl Table {
    fn cell(&self, text: &str, row: usize) -> String {
        let must = text.contains([self.separator as char, '"', '\n', '\r']);
        let quoted = match self.quoting {
            0 => must,
            1 => true,
            2 => must || row.is_multiple_of(3),
            _ => must && !row.is_multiple_of(4),
        };
        if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    }

    fn bytes(&self) -> Vec<u8> {
        let line_end = if self.crlf { "\r\n" } else { "\n" };
        let separator = (self.separator as char).to_string();
        let mut text = if self.mark { "\u{feff}".to_owned() } else { String::new() };
        match self.type_line {
            0 => text += &format!("#TYPE Selected.System{line_end}"),
            1 => text += &format!("sep={separator}{line_end}"),
            _ => {}
        }
        let header = HEADERS[self.header];
        let names: Vec<String> = header.iter().map(|name| self.cell(name, 0)).collect();
        text += &(names.join(&separator) + line_end);
        for (number, (seed, oddity)) in self.rows.iter().enumerate() {
            let value = |(at, column): (usize, &&str)| {
                let beside = usize::from(column.contains("PackageName"));
                self.cell(&pool(column, seed / (at + 1 - beside)), number)
            };
            let mut cells: Vec<String> = header.iter().enumerate().map(value).collect();
            match oddity % 61 {
                0 => cells.push("more".to_owned()),
                1 => _ = cells.pop(),
                2 => text += line_end,
                3 => text += "  \r\n",
                4 => cells[0] = format!("\"{}\"stray", cells[0]),
                5 => cells[1] = "\"\"".to_owned(),
                6 => text += "\n\n",
                7 if self.rows.len() > 60 => cells[2] = "\"never closed".to_owned(),
                _ => {}
            }
            text += &(cells.join(&separator) + line_end);
        }
        if !self.last_line_end {
            text.truncate(text.trim_end().len());
        }
        text.into_bytes()
    }
}

/// From disk, where several threads may read it, and as a stream, which one reads.
fn check(turn: usize, bytes: &[u8], options: &LoadOptions) -> Result<(), String> {
    let disk = OnDisk::new(&[("export.csv", bytes)]);
    let ways = few_ways(turn);
    compare(&disk.inputs, options, &ways, &KEEP_ALL)?;
    compare(&[bytes_input("export.csv", bytes)], options, &ways[..2], &KEEP_ALL).map(|_| ())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn tables_say_the_same(table in tables(), turn in 0usize..12) {
        let bytes = table.bytes();
        if let Err(found) = check(turn, &bytes, &hashed()) {
            prop_assert!(false, "{}\n{}", found, String::from_utf8_lossy(&bytes));
        }
    }

    /// Bytes that mean something, anywhere, and bytes that are no text.
    #[test]
    fn damaged_tables_say_the_same(
        table in tables(),
        damages in vec((any::<Index>(), select(b"\"\"\"\",;\t\n\n\r\r\0 x\xe9\xff".to_vec()), 0u8..3), 1..6),
        turn in 0usize..12,
    ) {
        let mut bytes = table.bytes();
        for (at, byte, how) in &damages {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = *byte,
                1 => bytes.insert(at, *byte),
                _ => _ = bytes.remove(at),
            }
        }
        if let Err(found) = check(turn, &bytes, &hashed()) {
            prop_assert!(false, "{}\n{}", found, String::from_utf8_lossy(&bytes));
        }
    }
}

/// What the header says is no more than one way to know columns.
#[test]
fn maps_say_the_same() {
    let rows = |make: &dyn Fn(usize) -> String| (0..120).map(make).collect::<String>();
    let words = |at: usize| format!("u{},\"p, {}\",{},{at}\n", at % 9, at % 4, ["delivered", "gone"][at % 2]);
    let text = format!("Employee,Role,Stand,Nr\n{}", rows(&words));
    let one =
        format!("user\n{}", rows(&|at| format!("employee number {}\n{}", at % 50, ["", "\r\n"][at % 2])));
    let cases = [
        (text.clone(), "user=Employee,package=Role,state=Stand,id=Nr", false),
        (text.clone(), "user=#1,package=@file,state==delivered", false),
        (text.clone(), "user=#4,package==2506aef1-3929-4d24-a61e-7c8b83d95e6f,id==7", false),
        (text.clone(), "user=#1,package=#1", false),
        (text.clone(), "user=#1,package=#9", false),
        (text.replace('"', "").replace("p, ", "p "), "user=#1,package=#2", true),
        (one, "user=user,package=@file", false),
        (text, "user=#2,package=#1", true),
    ];
    for (text, map, no_header) in cases {
        let disk = OnDisk::new(&[("R7.csv", text.as_bytes())]);
        let options = LoadOptions { map: Some(map.parse().unwrap()), no_header, ..hashed() };
        compare(&disk.inputs, &options, &all_ways(), &KEEP_EVERY)
            .unwrap_or_else(|found| panic!("{map}: {found}"));
    }
}

/// Rows longer than segments, quotes that swallow the rest of the file, line ends that change on the way.
#[test]
fn long_rows_and_open_quotes_say_the_same() {
    let row = |at: usize| format!("user{},package{},delivered,\"a note\"\n", at % 5, at % 3);
    let rows: String = (0..90).map(row).collect();
    let head = "user,package,state,note\n";
    let long = "line\n".repeat(700);
    let full = "a,b,c,d\n".repeat(300);
    // Longer than what is looked at to find out what a text is.
    let many = rows.repeat(30);
    let cases = [
        format!("{head}{rows}x,y,delivered,\"{long}\"\n{rows}"),
        format!("{head}{rows}x,y,delivered,\"{full}\"\n{rows}"),
        format!("{head}{rows}x,y,delivered,\"{long}"),
        format!("{head}{rows}x,y,delivered,\"{long}\"\n\n \n"),
        format!("{head}{many}x,y,delivered,\"{long}"),
        format!("{head}{many}x,y,delivered,\"{long}\"\n"),
        format!("{}{rows}x,y,delivered,\"{long}\"\n", head.replace("note", "5\" note")),
        format!("{head}{rows}x,\"y,delivered,z\n{rows}"),
        format!("{head}{}", rows.replace("a note", "a\nnote")),
        format!("{head}{}", rows.replace("a note", "a\rnote")),
        format!("{head}{}", rows.replace('\n', "\n\n\n")),
        format!("{head}{}", rows.replace('\n', "\r\n\r\n")),
        format!("{head}{rows}{}", rows.replace('\n', "\r")),
        format!("{}{rows}", head.replace('\n', "\r")),
        rows.replace('\n', "\r"),
        format!("{head}{}", "\n".repeat(5000)),
        format!("{head}{}", "x".repeat(9000)),
        format!("{head}{rows}{}", ",".repeat(9000)),
        format!("user,package,state,\"no\nte\"\n{rows}"),
        format!("{}\n{rows}", "\u{feff}\u{feff}user,package,state,note"),
    ];
    for (number, text) in cases.iter().enumerate() {
        let disk = OnDisk::new(&[("x.csv", text.as_bytes())]);
        for inputs in [disk.inputs.as_slice(), &[bytes_input("x.csv", text.as_bytes())]] {
            let found = compare(inputs, &hashed(), &all_ways(), &KEEP_EVERY);
            found.unwrap_or_else(|found| panic!("case {number}, {inputs:?}: {found}"));
        }
    }
}

/// Cut anywhere near its end, a table is refused by every reader or by none; within an id by all, as nothing shows later that it
/// is a part.
#[test]
fn tables_that_were_cut_off_say_the_same() {
    let id = |n: usize| format!("{:08x}-3929-4d24-a61e-7c8b83d95e6f", n % 7);
    for (head, separator, line_end) in [("state,user,package", ",", "\n"), ("", " ", "\r\n")] {
        let state = |n: usize| {
            if head.is_empty() { String::new() } else { format!("{},", ["delivered", "gone"][n % 2]) }
        };
        let row = |n: usize| format!("{}u{}{separator}{}{line_end}", state(n), n % 50, id(n));
        let text = format!("{head}{line_end}{}", (0..400).map(row).collect::<String>());
        let mut refused = 0;
        for length in text.len() - 40 - line_end.len()..=text.len() {
            let bytes = &text.as_bytes()[..length];
            check(length, bytes, &hashed()).unwrap_or_else(|found| panic!("{length}: {found}"));
            let loaded = sod_ingest::load(&[bytes_input("export.csv", bytes)], &hashed(), &sod_model::Silent);
            let Err(sod_ingest::LoadError::Refused(why)) = loaded else { continue };
            assert!(why[0].message.contains("ends within an id"), "{why:?}");
            refused += 1;
        }
        assert_eq!(refused, 35, "{head}");
    }
}

/// Cells that are the same but for the quote that opens the first of them are not the same.
#[test]
fn quotes_before_a_cell_count() {
    let head = "upn,displayName,accessPackageName,accessPackageId,state\n";
    let id = |at: usize| format!("{at:08x}-0000-4000-8000-000000000000");
    let rows = |quote: &str| -> String {
        let row = |at: usize| {
            let (user, name) = (at % 5, at % 3);
            format!("{quote}u{user}\",\"Ann\",{quote}P{name}\",\"{}\",delivered\n", id(name))
        };
        (0..60).map(row).collect()
    };
    for text in [rows("\"") + &rows(""), rows("") + &rows("\""), rows("\"\"\"") + &rows("\"\"") + &rows("\"")]
    {
        let disk = OnDisk::new(&[("x.csv", (head.to_owned() + &text).as_bytes())]);
        compare(&disk.inputs, &hashed(), &all_ways(), &KEEP_EVERY).unwrap();
    }
}

/// Tables of several files beside one another: what the cells of one say, those of another may not.
#[test]
fn several_tables_say_the_same() {
    let rows =
        |from: usize| (from..from + 80).map(|at| format!("{},{},u{}@x.example\n", at % 7, at % 5, at % 7));
    let a = format!("user,package,mail\n{}", rows(0).collect::<String>());
    let b = format!("package,user,mail\n{}", rows(3).collect::<String>());
    let c = format!("user,accessPackageName,upn\n{}", rows(5).collect::<String>());
    let files = [("a.csv", a.as_bytes()), ("b.csv", b.as_bytes()), ("c.csv", c.as_bytes())];
    let disk = OnDisk::new(&files);
    compare(&disk.inputs, &hashed(), &all_ways(), &KEEP_ALL).unwrap();
    compare(&disk.as_folder(), &hashed(), &all_ways(), &KEEP_ALL).unwrap();
}
