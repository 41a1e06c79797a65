//! What an output must not replace: what this run reads, and what people wrote.

use crate::exit::Failure;
use rayon::prelude::*;
use sod_engine::formats::folder::MANIFEST;
use sod_engine::formats::manifest::read_manifest;
use sod_engine::{DocumentKind, Loaded, SourceId, document_kind};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// A file that is there, and that an output would replace.
struct Target {
    /// Without links.
    path: PathBuf,
    facts: Metadata,
}

impl Target {
    /// What `output` would replace; `None` if there is no file yet, and for what is none (a pipe, a folder).
    fn of(output: &Path) -> Option<Self> {
        let path = output.canonicalize().ok()?;
        let facts = path.metadata().ok().filter(Metadata::is_file)?;
        Some(Self { path, facts })
    }

    /// Whether `path`, or standard input for `-`, leads to this file. Other names of a file (hard links) are no matter: a new file
    /// takes the place of a name, and the old one lives on under the others. Of standard input the name is not known.
    fn is(&self, path: &Path) -> bool {
        let is_at = |path: &Path| path.canonicalize().is_ok_and(|path| path == self.path);
        if path == Path::new("-") {
            return is_stdin(&self.facts);
        }
        match self.is_like(path) {
            Some(true) => self.has_one_name() || is_at(path),
            // Some file systems make up a new number at each question.
            Some(false) => path.file_name() == self.path.file_name() && is_at(path),
            None => false,
        }
    }

    /// Whether what is there is this file by its number: one question, where to follow a path takes one for each folder in it. `None` if
    /// nothing is there.
    #[cfg(unix)]
    fn is_like(&self, path: &Path) -> Option<bool> {
        path.metadata().ok().map(|facts| number(&facts) == number(&self.facts))
    }

    /// If there is but one name, another path to the file ends at it too: folders may be reached by several (mounts).
    #[cfg(unix)]
    fn has_one_name(&self) -> bool {
        std::os::unix::fs::MetadataExt::nlink(&self.facts) == 1
    }

    #[cfg(not(unix))]
    fn is_like(&self, path: &Path) -> Option<bool> {
        path.metadata().ok().map(|facts| facts.len() == self.facts.len())
    }

    #[cfg(not(unix))]
    fn has_one_name(&self) -> bool {
        false
    }
}

/// The number of a file, in all file systems of the machine.
#[cfg(unix)]
fn number(facts: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (facts.dev(), facts.ino())
}

/// Whether standard input is read from that file.
#[cfg(unix)]
fn is_stdin(facts: &Metadata) -> bool {
    use std::os::fd::AsFd;
    let own =
        std::io::stdin().as_fd().try_clone_to_owned().and_then(|stdin| std::fs::File::from(stdin).metadata());
    own.is_ok_and(|own| number(&own) == number(facts))
}

#[cfg(not(unix))]
fn is_stdin(_: &Metadata) -> bool {
    false
}

/// Refuses an output that is one of the files that this run reads; each list with what its files are.
pub(crate) fn refuse_what_is_read(output: &Path, read: &[(&str, &[PathBuf])]) -> Result<(), Failure> {
    let Some(target) = Target::of(output) else { return Ok(()) };
    match all(read).find(|(_, path)| target.is(path)) {
        None => Ok(()),
        Some((what, path)) => Err(Failure::with_help(
            format!("`{}` is {what}: it would be overwritten", path.display()),
            "name another file with -o",
        )),
    }
}

/// Refuses an output that is a file of a report which this run reads. What else lies in the folder of the report is no part of it.
pub(crate) fn refuse_files_of_reports(output: &Path, reports: &[PathBuf]) -> Result<(), Failure> {
    let Some(target) = Target::of(output) else { return Ok(()) };
    let is_of = |report: &&PathBuf| {
        let Ok(manifest) = std::fs::read(report.join(MANIFEST)) else { return false };
        let files = read_manifest(&manifest).map(|manifest| manifest.outputs).unwrap_or_default();
        let names = files.iter().map(|file| &*file.name).chain([MANIFEST]);
        names.into_iter().any(|name| target.is(&report.join(name)))
    };
    match reports.iter().find(is_of) {
        None => Ok(()),
        Some(report) => Err(Failure::with_help(
            format!(
                "`{}` is a file of the report `{}`, which is read: it would be overwritten",
                output.display(),
                report.display()
            ),
            "name another file with -o",
        )),
    }
}

/// Refuses a report folder that holds what this run reads: files of a report are replaced by the next one.
pub(crate) fn refuse_folder_of(folder: &Path, read: &[(&str, &[PathBuf])]) -> Result<(), Failure> {
    let Ok(target) = folder.canonicalize() else { return Ok(()) };
    let is_inside =
        |(_, path): &(&str, &PathBuf)| path.canonicalize().is_ok_and(|path| path.starts_with(&target));
    match all(read).find(is_inside) {
        None => Ok(()),
        Some((what, path)) => {
            let (path, folder) = (path.display(), folder.display());
            let text = if path.to_string() == folder.to_string() {
                format!("`{path}` is {what}, and a report in it would be mixed up with that")
            } else {
                format!(
                    "`{path}` is {what}, and lies in the report folder `{folder}`: it could be overwritten"
                )
            };
            Err(Failure::with_help(text, "name another folder with --out"))
        }
    }
}

/// Refuses to replace a file unless somebody says so: what is there may be work of people.
pub(crate) fn refuse_what_is_there(output: &Path, force: bool) -> Result<(), Failure> {
    if output.is_file() && !force {
        let text = format!("`{}` is there already", output.display());
        return Err(Failure::with_help(text, "name another file with -o, or replace it with --force"));
    }
    Ok(())
}

/// Refuses to replace rules and exceptions, known by their content, with something that is neither. What sod itself made can be
/// made again, and is replaced.
pub(crate) fn refuse_documents(output: &Path) -> Result<(), Failure> {
    let what = match document_kind(output) {
        None => return Ok(()),
        Some(DocumentKind::Rules) => "a rules file",
        Some(DocumentKind::Exceptions) => "an exceptions file",
    };
    Err(Failure::with_help(
        format!("`{}` is {what}: it would be overwritten", output.display()),
        "name another file with -o, or move it away",
    ))
}

/// Refuses an output that is among the files that the inputs turned out to be: a folder has many.
pub(crate) fn refuse_overwriting(output: &Path, loaded: &Loaded) -> Result<(), Failure> {
    let Some(target) = Target::of(output) else { return Ok(()) };
    let sources = &loaded.snapshot.provenance.sources;
    let is_read = |id: SourceId| sources.get(id.index()).is_some_and(|source| source.refused.is_none());
    let stdin = sources.iter().any(|source| &*source.path == "-").then_some(Path::new("-"));
    let paths = loaded.originals.paths().filter(|(id, _)| is_read(*id)).map(|(_, path)| path);
    let used: Vec<&Path> = paths.chain(stdin).collect();
    if used.par_iter().any(|path| target.is(path)) {
        return Err(Failure::with_help(
            format!("`{}` is one of the inputs: it would be overwritten", output.display()),
            "name another file with -o",
        ));
    }
    Ok(())
}

fn all<'a>(read: &'a [(&'a str, &'a [PathBuf])]) -> impl Iterator<Item = (&'a str, &'a PathBuf)> {
    read.iter().flat_map(|(what, paths)| paths.iter().map(move |path| (*what, path)))
}
