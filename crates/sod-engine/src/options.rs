//! The options that decide what is in a report, as words of its manifest, and back.
//!
//! Who verifies a report must read and judge as the run did that made it. So there is one place that writes the words and
//! one that reads them, and they are this file.

use crate::left_out::LeftOut;
use sod_ingest::{ColumnMap, LoadOptions};
use sod_model::{Holding, StateFilter, StateId, StateTable, Timestamp};
use sod_report::pairs::PairFormat;
use std::collections::BTreeMap;

/// How a report was made, as far as that decides what is in it.
///
/// ```
/// use sod_engine::{RunOptions, StateFilter};
/// let states = StateFilter::parse("live").unwrap();
/// let run = RunOptions { states, ending_within: Some(30), ..RunOptions::default() };
/// let words = run.to_words();
/// assert_eq!(words["states"], "delivering,partiallyDelivered,delivered");
/// assert_eq!(RunOptions::from_words(&words), Ok(run));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Which states count as holding.
    pub states: StateFilter,
    /// The moment for rules, exceptions and warnings about dates.
    pub as_of: Option<Timestamp>,
    /// Which columns of a table are which.
    pub map: Option<ColumnMap>,
    /// Tables have no header line.
    pub no_header: bool,
    /// The state of rows that have none.
    pub assume_state: Option<StateId>,
    /// A rejected row, and whatever rules name that the inputs do not know, stops the run.
    pub strict: bool,
    /// Go on although inputs share no kind of user id.
    pub allow_unjoined: bool,
    /// Inputs without a single assignment are an answer.
    pub allow_empty: bool,
    /// List the exceptions that end within so many days.
    pub ending_within: Option<u32>,
    /// The format of the table of pairs.
    pub pairs_format: PairFormat,
    /// Files that the report does without.
    pub without: LeftOut,
}

/// An option of a manifest that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the option `{name}` is `{found}`; expected {expected}")]
pub struct RunOptionsError {
    name: &'static str,
    found: String,
    expected: String,
}

impl RunOptions {
    /// The words of the manifest: an option that was not given has none, unless it is a choice of yes or no.
    #[must_use]
    pub fn to_words(&self) -> BTreeMap<String, String> {
        let given = [
            ("states", Some(self.states.to_string())),
            ("strict", Some(self.strict.to_string())),
            ("allow_unjoined", Some(self.allow_unjoined.to_string())),
            ("allow_empty", Some(self.allow_empty.to_string())),
            ("no_header", Some(self.no_header.to_string())),
            ("pairs_format", Some(self.pairs_format.to_string())),
            ("without", Some(self.without.to_string()).filter(|_| !self.without.is_empty())),
            ("ending_within", self.ending_within.map(|days| days.to_string())),
            ("as_of", self.as_of.map(|moment| moment.to_string())),
            ("map", self.map.as_ref().map(ToString::to_string)),
            ("assume_state", self.assume_state.map(|state| StateTable::new().name(state).to_owned())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// Reads the words of a manifest. Words that are not options of this kind, such as the names of rules files, are passed
    /// over; an option that is not there has its default.
    ///
    /// # Errors
    /// When a value is none that [`to_words`](Self::to_words) writes.
    pub fn from_words(words: &BTreeMap<String, String>) -> Result<Self, RunOptionsError> {
        let moment = |text: &str| Timestamp::parse(text).ok_or("a moment");
        let state = |text: &str| StateTable::find_known(text).ok_or("a documented state");
        let words = Words(words);
        Ok(Self {
            states: words.read("states", StateFilter::parse)?.unwrap_or_default(),
            as_of: words.read("as_of", moment)?,
            map: words.read("map", str::parse)?,
            no_header: words.read("no_header", yes_or_no)?.unwrap_or_default(),
            assume_state: words.read("assume_state", state)?,
            strict: words.read("strict", yes_or_no)?.unwrap_or_default(),
            allow_unjoined: words.read("allow_unjoined", yes_or_no)?.unwrap_or_default(),
            allow_empty: words.read("allow_empty", yes_or_no)?.unwrap_or_default(),
            ending_within: words.read("ending_within", |text| text.parse().map_err(|_| "a number"))?,
            pairs_format: words.read("pairs_format", str::parse)?.unwrap_or_default(),
            without: words.read("without", str::parse)?.unwrap_or_default(),
        })
    }

    /// How to read the inputs.
    #[must_use]
    pub fn load_options(&self) -> LoadOptions {
        LoadOptions {
            map: self.map.clone(),
            no_header: self.no_header,
            assume_state: self.assume_state,
            as_of: self.as_of,
            strict: self.strict,
            allow_unjoined: self.allow_unjoined,
            allow_empty: self.allow_empty,
            ..LoadOptions::default()
        }
    }

    /// What counts as holding.
    #[must_use]
    pub fn holding(&self) -> Holding {
        Holding { states: self.states.clone() }
    }
}

struct Words<'w>(&'w BTreeMap<String, String>);

impl Words<'_> {
    fn read<T, E: ToString>(
        &self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, RunOptionsError> {
        let Some(found) = self.0.get(name) else { return Ok(None) };
        let wrong =
            |expected: E| RunOptionsError { name, found: found.clone(), expected: expected.to_string() };
        read(found).map(Some).map_err(wrong)
    }
}

fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "true or false")
}
