//! What to do about inputs that cannot be used, where the reason itself does not say.

use sod_engine::{Refusal, RefusalCode, closest};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The help line of a refusal.
pub(crate) fn help_for(refusal: &Refusal) -> Option<String> {
    let path = Path::new(&*refusal.path);
    match refusal.code {
        RefusalCode::Unreadable if refusal.path.is_empty() => None,
        RefusalCode::Unreadable if path.exists() => {
            Some("expected files and folders that you may read, compressed ones whole".to_owned())
        }
        RefusalCode::Unreadable => {
            Some(not_there(path, "expected a file or folder with an export, or - for standard input"))
        }
        RefusalCode::NotAnExport => Some(packed(path).unwrap_or_else(|| {
            "`sod inspect` with the folder of the export shows what is recognised in it; a table needs --map \
             user=COLUMN,package=COLUMN"
                .to_owned()
        })),
        RefusalCode::NothingRecognised => Some(
            "expected Graph pages, PowerShell or Azure Data Explorer JSON, or a table of users and packages; unpack \
             archives first (unzip FILE -d FOLDER); README.md tells how to make an export"
                .to_owned(),
        ),
        RefusalCode::Truncated => {
            Some("the export or the copy was cut short: run it again, and let it finish".to_owned())
        }
        RefusalCode::Malformed => Some(
            "expected JSON as Graph or ConvertTo-Json writes it, or a table in which every quote is closed: export \
             again; a file edited by hand is not read"
                .to_owned(),
        ),
        _ => None,
    }
}

/// The help line of a file that people write and sod reads whole.
pub(crate) fn help_for_document(path: &Path) -> Option<String> {
    if path.is_dir() {
        return Some("that is a folder: name the file in it that is meant".to_owned());
    }
    if path == Path::new("-") {
        return Some("standard input is for exports: write this to a file, and name that".to_owned());
    }
    (!path.exists()).then(|| not_there(path, "expected a file, in UTF-8"))
}

/// A path that leads nowhere: what is there instead.
fn not_there(path: &Path, expected: &str) -> String {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    let wanted = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    match closest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => {
            let shown = if folder == Path::new(".") { near.into() } else { folder.join(near) };
            format!("did you mean `{}`?", shown.display())
        }
        None => expected.to_owned(),
    }
}

/// Containers that sod does not open, known by their first bytes.
fn packed(path: &Path) -> Option<String> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(262).read_to_end(&mut head).ok()?;
    let shown = path.display();
    let named = path.extension().is_some_and(|extension| extension.to_string_lossy().starts_with("xls"));
    match head.as_slice() {
        [b'P', b'K', 3 | 5, ..] if named => {
            Some(format!("`{shown}` is a workbook: save the sheet as CSV UTF-8 and give that"))
        }
        [b'P', b'K', 3 | 5, ..] => Some(format!(
            "`{shown}` is a ZIP archive: unpack it (unzip {shown} -d FOLDER) and give the folder"
        )),
        [b'7', b'z', 0xbc, ..] => {
            Some(format!("`{shown}` is a 7-Zip archive: unpack it and give the folder"))
        }
        [b'P', b'A', b'R', b'1', ..] => {
            Some(format!("`{shown}` is Parquet, which sod writes and does not read: give the export itself"))
        }
        tar if tar.get(257..262) == Some(b"ustar") => {
            Some(format!("`{shown}` is a tar archive: unpack it (tar -xf {shown}) and give the folder"))
        }
        _ => None,
    }
}
