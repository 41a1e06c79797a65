//! Files known again by their content, and read under the names that they had.
//!
//! A path says whose list a file is, and every message names it. So whoever reads files again that have moved must read
//! them as if they still lay where they were; what they are is told by their SHA-256 alone.

use crate::discover::{Found, bytes_in_all, discover, in_order};
use crate::error::{LoadError, Refusal};
use crate::kind::Surroundings;
use crate::options::Input;
use crate::read::Resolved;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use sod_model::{Event, Observer, Phase, RefusalCode};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

/// A file and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The path as reached from the input that named it.
    pub path: Box<str>,
    /// Size on disk.
    pub bytes: u64,
    /// SHA-256 of the bytes on disk; `None` for standard input and pipes, which can be read only once.
    pub sha256: Option<[u8; 32]>,
}

/// How a file is to be called and treated, whatever its path is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedName {
    /// The path.
    pub path: Box<str>,
    /// Which input of the call led to it.
    pub input: u32,
    /// The caller named it; otherwise it was met in a folder.
    pub named: bool,
}

/// Which list of which object a file is, as far as its path says it: the name of the list, lower case, and the id of the object. A
/// page of such a list that has no context of its own says it nowhere else.
///
/// ```
/// let id = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
/// let said = sod_ingest::list_named(&format!("export/packages/{id}/incompatibleAccessPackages.json"));
/// assert_eq!(said, Some(("incompatibleaccesspackages".to_owned(), id.to_owned())));
/// assert_eq!(sod_ingest::list_named("export/packages.json"), None);
/// ```
#[must_use]
pub fn list_named(path: &str) -> Option<(String, String)> {
    let Surroundings { collection, owner } = Surroundings::of_path(path);
    collection.zip(owner)
}

/// The files behind inputs, as [`load`](crate::load) would read them, by path: with their hashes, and nothing of what they say.
///
/// ```
/// use sod_ingest::{Input, fingerprints};
/// let bytes = std::sync::Arc::from(&b"abc"[..]);
/// let found = fingerprints(&[Input::Bytes { name: "page.json".into(), bytes }], &sod_model::Silent)?;
/// assert_eq!((&*found[0].path, found[0].bytes), ("page.json", 3));
/// assert_eq!(found[0].sha256.unwrap()[..2], [0xba, 0x78]);
/// # Ok::<(), sod_ingest::LoadError>(())
/// ```
///
/// # Errors
/// [`LoadError::Refused`] when something cannot be read; [`LoadError::Cancelled`].
pub fn fingerprints(inputs: &[Input], observer: &dyn Observer) -> Result<Vec<Fingerprint>, LoadError> {
    let observer: &dyn Observer = &Resolved::new(observer);
    observer.event(Event::Began(Phase::Discover));
    let files = discover(inputs, 0, observer).map_err(LoadError::Refused)?;
    observer.event(Event::Began(Phase::Fingerprint));
    let bytes = bytes_in_all(&files);
    observer.event(Event::FilesFound { files: files.len() as u64, bytes });
    let hashed: Vec<Result<Fingerprint, Refusal>> =
        files.par_iter().map(|file| fingerprint(file, observer)).collect();
    if observer.is_cancelled() {
        return Err(LoadError::Cancelled);
    }
    let (mut found, mut refusals) = (Vec::with_capacity(hashed.len()), Vec::new());
    for one in hashed {
        match one {
            Ok(one) => found.push(one),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(found) } else { Err(LoadError::Refused(refusals)) }
}

fn fingerprint(file: &Found, observer: &dyn Observer) -> Result<Fingerprint, Refusal> {
    let hashed = match &file.input {
        Input::Stdin => Ok((0, None)),
        Input::Bytes { bytes, .. } => hash(&mut &**bytes, observer),
        // To read a pipe is to empty it.
        Input::Path(path) if std::fs::metadata(path).is_ok_and(|facts| !facts.is_file()) => Ok((0, None)),
        Input::Path(path) => File::open(path).and_then(|mut file| hash(&mut file, observer)),
    };
    let (bytes, sha256) = hashed.map_err(|error| Refusal {
        path: file.path.clone(),
        code: RefusalCode::Unreadable,
        message: format!("cannot be read: {error}").into(),
    })?;
    observer.event(Event::FileRead);
    Ok(Fingerprint { path: file.path.clone(), bytes, sha256 })
}

fn hash(content: &mut dyn Read, observer: &dyn Observer) -> io::Result<(u64, Option<[u8; 32]>)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    while !observer.is_cancelled() {
        let read = content.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
        observer.event(Event::BytesRead(read as u64));
    }
    Ok((bytes, Some(hash.finalize().into())))
}

/// Gives files the names that they had, and puts them in the order of these.
pub(crate) fn call_as_recorded(files: &mut [Found], recorded: &BTreeMap<Box<str>, RecordedName>) {
    if recorded.is_empty() {
        return;
    }
    for file in files.iter_mut() {
        if let Some(name) = recorded.get(&file.path) {
            file.path.clone_from(&name.path);
            (file.input_number, file.explicit) = (name.input, name.named);
        }
    }
    files.sort_by(in_order);
}
