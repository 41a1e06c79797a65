//! `--pseudonymise` and `--reveal`: key files, and what is known of users by other names.

use crate::exit::Failure;
use sod_engine::{Documents, PseudonymKey, Snapshot, pseudonymise};
use std::path::Path;

/// Keys are short; whoever names a large file has named the wrong one.
const KEY_BYTES_MAX: u64 = 1 << 16;

/// Reads a key file; nothing if none was named.
pub(crate) fn key(path: Option<&Path>) -> Result<Option<PseudonymKey>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let place = path.display().to_string();
    let unreadable = |error: std::io::Error| Failure::message(format!("{place}: {error}"));
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > KEY_BYTES_MAX {
        let text = format!("{place}: a key has some dozens of bytes, and this file has {bytes}");
        return Err(Failure::with_help(text, "make one with `openssl rand -hex 32 > pseudonym.key`"));
    }
    let content = std::fs::read(path).map_err(unreadable)?;
    PseudonymKey::new(&content).map(Some).map_err(|error| Failure::from(error).at(&place))
}

/// Replaces users by their pseudonyms, if there is a key. `words` are those of the command line.
pub(crate) fn applied(
    key: Option<&PseudonymKey>,
    snapshot: Snapshot,
    documents: Documents,
    words: Vec<String>,
) -> Result<(Snapshot, Documents, Vec<String>), Failure> {
    let Some(key) = key else { return Ok((snapshot, documents, words)) };
    let changed = pseudonymise(key, snapshot, documents, words)?;
    Ok((changed.snapshot, changed.documents, changed.words))
}

/// The id of the user behind a pseudonym.
pub(crate) fn revealed(key: &PseudonymKey, snapshot: &Snapshot, pseudonym: &str) -> Result<String, Failure> {
    let users = snapshot.directory.users();
    let found = users.iter().find(|user| key.user(&user.id).to_string() == pseudonym.trim());
    found.map(|user| user.id.to_string()).ok_or_else(|| {
        Failure::with_help(
            format!("nobody in the inputs has the pseudonym `{pseudonym}` under this key"),
            format!(
                "the report names the key in manifest.json (options.pseudonyms); this one is {}",
                key.id()
            ),
        )
    })
}
