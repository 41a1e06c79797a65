//! A reader just good enough to count: every file parsed by the libraries everybody uses.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files of a folder by their relative names.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// Unpacks by the ending.
pub(crate) fn unpack(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    } else if name.ends_with(".zst") {
        zstd::stream::read::Decoder::new(bytes).unwrap().read_to_end(&mut out).unwrap();
    } else {
        out.extend_from_slice(bytes);
    }
    out
}

/// The text without its byte order mark.
pub(crate) fn text(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(&[0xff, 0xfe]) {
        let units: Vec<u16> = wide.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16(&units).unwrap();
    }
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

/// Every JSON object that stands as a record: in `value`, in an array, in a line or alone.
pub(crate) fn records(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    let mut found = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter() {
        collect(value?, &mut found);
    }
    Ok(found)
}

fn collect(value: Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, found)),
        Value::Object(mut map) if map.contains_key("@odata.context") => {
            collect(map.remove("value").unwrap(), found);
        }
        object => found.push(object),
    }
}

/// The member of a name, in any case, at the end of a path.
pub(crate) fn member<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| {
        value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// The text at the end of the first path that has one, in lower case.
pub(crate) fn first_text(value: &Value, paths: &[&[&str]]) -> Option<String> {
    paths.iter().find_map(|path| member(value, path)?.as_str().map(str::to_lowercase))
}
