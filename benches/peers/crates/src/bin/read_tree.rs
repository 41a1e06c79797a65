//! The floor for a folder of very many small files: a plain parallel walk that opens and reads each and does nothing with
//! it. `read_tree FOLDER [--threads N]` prints files and bytes.

use rayon::prelude::*;
use sod_peers::arguments::Arguments;
use std::{fs, io, ops::Add, path::Path, process::ExitCode};

#[derive(Clone, Copy, Default)]
struct Read {
    files: u64,
    bytes: u64,
}

impl Add for Read {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { files: self.files + other.files, bytes: self.bytes + other.bytes }
    }
}

fn walk(folder: &Path) -> io::Result<Read> {
    let entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    let read = |entry: &fs::DirEntry| {
        if entry.file_type()?.is_dir() {
            walk(&entry.path())
        } else {
            Ok(Read { files: 1, bytes: fs::read(entry.path())?.len() as u64 })
        }
    };
    entries.par_iter().map(read).try_reduce(Read::default, |one, other| Ok(one + other))
}

fn run() -> Result<(), String> {
    let arguments = Arguments::read()?;
    arguments.start_threads()?;
    let folder = arguments.place(0, "FOLDER")?;
    let Read { files, bytes } = walk(Path::new(folder)).map_err(|error| format!("{folder}: {error}"))?;
    println!(r#"{{"files":{files},"bytes":{bytes}}}"#);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("read_tree: {message}");
            ExitCode::FAILURE
        }
    }
}
