//! Which of the words on a command line are rules, which are exceptions, and which are exports: by content, never by name.

use sod_rules::DocumentKind;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// So much of a file tells what it is.
const HEAD: u64 = 64 * 1024;

/// What kind of document a file is; `None` for folders, for what cannot be read, and for everything else: an export, or what
/// reading it as one will say.
///
/// ```
/// use sod_engine::{DocumentKind, document_kind};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("x");
/// std::fs::write(&path, "[[rule]]\nid = 'R1'\n")?;
/// assert_eq!(document_kind(&path), Some(DocumentKind::Rules));
/// assert_eq!(document_kind(folder.path()), None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn document_kind(path: &Path) -> Option<DocumentKind> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    DocumentKind::of(&String::from_utf8_lossy(&head))
}
