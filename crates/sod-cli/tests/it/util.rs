//! A folder of its own for each test, and commands that run in it.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A folder that is gone when the test is over. Commands run in it, so that the paths in messages are short and the
/// same everywhere.
pub(crate) struct Dir(TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with the folders it needs.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn read_text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn read_json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).unwrap()
    }

    /// What lies in the folder itself, hidden files too, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.0.path())
    }

    /// `sod` with these words, separated by blanks.
    pub(crate) fn sod(&self, words: &str) -> TestCommand {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sod"));
        command.current_dir(self.0.path()).env("COLUMNS", "100").stdin(Stdio::null());
        command.env_remove("NO_COLOR").args(words.split_whitespace());
        TestCommand { command, stdin: None }
    }

    /// Commands and what they say, for a snapshot.
    pub(crate) fn transcript(&self, commands: &[&str]) -> String {
        let mut text = String::new();
        for words in commands {
            let mut command = self.sod("");
            command.command.args(quoted_words(words));
            let ran = command.run();
            text.push_str(&format!("$ sod {words}\n"));
            text.push_str(&ran.stdout);
            text.push_str(&ran.stderr);
            text.push_str(&format!("[exit {}]\n\n", ran.code));
        }
        text
    }
}

/// What lies in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Words as a shell sees them, with quotes around those that have blanks.
fn quoted_words(text: &str) -> Vec<String> {
    let parts = text.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| {
            if at % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        })
        .collect()
}

/// A command to run.
pub(crate) struct TestCommand {
    command: Command,
    stdin: Option<Vec<u8>>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl TestCommand {
    /// One more word, blanks and all.
    pub(crate) fn arg(mut self, word: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(word);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Runs to the end, whatever that is.
    pub(crate) fn run(mut self) -> Ran {
        let input = self.stdin.take();
        if input.is_some() {
            self.command.stdin(Stdio::piped());
        }
        let mut child = self.piped().spawn().unwrap();
        if let Some(bytes) = input {
            let mut stdin = child.stdin.take().unwrap();
            // Who does not want it all is free to close it.
            std::thread::spawn(move || stdin.write_all(&bytes));
        }
        finish(child)
    }

    /// Starts, with all three streams open.
    pub(crate) fn spawn(mut self) -> Child {
        self.command.stdin(Stdio::piped());
        self.piped().spawn().unwrap()
    }

    fn piped(&mut self) -> &mut Command {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped())
    }

    /// Runs, must end with this code, and gives what was said.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        let shown = format!("{:?}", self.command);
        let ran = self.run();
        assert_eq!(ran.code, code, "{shown}\n--- stdout\n{}\n--- stderr\n{}\n---", ran.stdout, ran.stderr);
        ran
    }

    /// Runs, must end well and in silence, and gives the data.
    #[track_caller]
    pub(crate) fn stdout(self) -> String {
        let ran = self.exits(0);
        assert_eq!(ran.stderr, "", "something was said on stderr");
        ran.stdout
    }

    /// As [`stdout`](Self::stdout), as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let text = self.stdout();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// Waits for the end.
pub(crate) fn finish(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().expect("it was not killed"),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}
