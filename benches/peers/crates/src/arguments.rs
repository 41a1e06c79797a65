//! `PLACE... --name VALUE...`: positions and options, no more.

use std::str::FromStr;

/// What was given after the program's name.
#[derive(Debug, Default)]
pub struct Arguments {
    places: Vec<String>,
    options: Vec<(String, String)>,
}

impl Arguments {
    /// From the command line. Every option has a value.
    pub fn read() -> Result<Self, String> {
        let mut found = Self::default();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                Some(name) => {
                    let value = words.next().ok_or_else(|| format!("--{name} needs a value"))?;
                    found.options.push((name.to_owned(), value));
                }
                None => found.places.push(word),
            }
        }
        Ok(found)
    }

    /// The position `at`, which `what` names in the message if it is missing.
    pub fn place(&self, at: usize, what: &str) -> Result<&str, String> {
        self.places.get(at).map(String::as_str).ok_or_else(|| format!("missing argument: {what}"))
    }

    /// The value of an option, or `default`.
    pub fn option<T: FromStr>(&self, name: &str, default: T) -> Result<T, String> {
        match self.options.iter().rfind(|(given, _)| given == name) {
            Some((_, value)) => value.parse().map_err(|_| format!("--{name}: `{value}` is not understood")),
            None => Ok(default),
        }
    }

    /// Makes rayon use as many threads as `--threads` says; 0 stands for all.
    pub fn start_threads(&self) -> Result<(), String> {
        let threads = self.option("threads", 0)?;
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|error| error.to_string())
    }
}
