//! Files in, one question, the page out.

use serde_json::Value;
use sod_engine::{FindError, Input, LoadOptions, Question, Silent, StateFilter};
use sod_graph::{ApiVersion, Expand, assignment_page};

/// A question and how its answer is wanted.
pub(crate) struct Ask {
    pub(crate) files: Vec<(&'static str, String)>,
    pub(crate) question: Question,
    pub(crate) version: Option<ApiVersion>,
    pub(crate) expand: &'static str,
}

pub(crate) fn ask(package: &str, incompatible: &str) -> Ask {
    Ask { files: Vec::new(), question: Question::delivered(package, incompatible), version: None, expand: "" }
}

impl Ask {
    pub(crate) fn of(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.files.push((name, text.into()));
        self
    }

    pub(crate) fn states(mut self, wanted: &str, other: &str) -> Self {
        self.question.states = StateFilter::parse(wanted).unwrap();
        self.question.incompatible_states = StateFilter::parse(other).unwrap();
        self
    }

    pub(crate) fn version(mut self, version: ApiVersion) -> Self {
        self.version = Some(version);
        self
    }

    pub(crate) fn expand(mut self, expand: &'static str) -> Self {
        self.expand = expand;
        self
    }

    /// The whole answer.
    pub(crate) fn page(&self) -> Value {
        self.answer().unwrap()
    }

    /// The rows of the answer.
    pub(crate) fn value(&self) -> Value {
        self.page()["value"].take()
    }

    /// The ids of the answer, in its order.
    pub(crate) fn ids(&self) -> Vec<String> {
        let value = self.value();
        let rows = value.as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap_or("(none)").to_owned()).collect()
    }

    pub(crate) fn answer(&self) -> Result<Value, FindError> {
        let input = |(name, text): &(&str, String)| Input::Bytes {
            name: (*name).to_owned(),
            bytes: text.as_bytes().into(),
        };
        let inputs: Vec<Input> = self.files.iter().map(input).collect();
        let loaded = sod_engine::load(&inputs, &LoadOptions::default(), &Silent).unwrap();
        let rows = sod_engine::additional_access(&loaded.snapshot, &self.question)?;
        let originals = loaded.originals.read(&loaded.snapshot, &rows).unwrap();
        let expand = if self.expand.is_empty() { Expand::default() } else { self.expand.parse().unwrap() };
        Ok(assignment_page(&loaded.snapshot, &rows, originals, self.version, expand))
    }
}
