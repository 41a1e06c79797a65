//! Words for severities, as other tools write them.

use sod_model::Severity;
use std::collections::BTreeMap;
use std::str::FromStr;

/// What the caller says that words mean: `WORD=LEVEL`, separated by commas. What is not here is read as usual.
///
/// ```
/// use sod_rules::SeverityWords;
/// assert!("1=critical,2=high,amber=medium".parse::<SeverityWords>().is_ok());
/// let error = "1=awful".parse::<SeverityWords>().unwrap_err();
/// assert!(error.contains("`awful` is no severity"), "{error}");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeverityWords(BTreeMap<String, Severity>);

impl FromStr for SeverityWords {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = BTreeMap::new();
        for part in text.split(',') {
            let (word, level) = part
                .split_once('=')
                .ok_or_else(|| format!("`{part}` is not WORD=LEVEL; write for instance 1=critical,2=high"))?;
            let level = Severity::find(level.trim()).ok_or_else(|| {
                format!("`{}` is no severity; write critical, high, medium or low", level.trim())
            })?;
            if words.insert(plain(word), level).is_some() {
                return Err(format!("`{}` is given twice", word.trim()));
            }
        }
        Ok(Self(words))
    }
}

/// What the severities of one file mean, all of its words taken together.
pub(crate) struct Severities<'w> {
    words: &'w SeverityWords,
    /// Numbers are read as 1 to 3.
    pub(crate) numbered: bool,
}

impl<'w> Severities<'w> {
    /// Numbers mean something only together: of 1, 2 and 3 the first is the worst; any other scale may run either way, and
    /// whoever knows it must say so.
    pub(crate) fn of<'t>(words: &'w SeverityWords, all: impl Iterator<Item = &'t str>) -> Self {
        let numbers = all.map(plain).filter(|word| !words.0.contains_key(word));
        let mut numbers = numbers.filter_map(|word| word.parse::<i64>().ok()).peekable();
        let numbered = numbers.peek().is_some() && numbers.all(|number| (1..=3).contains(&number));
        Self { words, numbered }
    }

    /// What the caller says that the word means.
    pub(crate) fn own(&self, word: &str) -> Option<Severity> {
        self.words.0.get(&plain(word)).copied()
    }

    /// The severity that a word means; `None` where nobody can tell.
    pub(crate) fn find(&self, word: &str) -> Option<Severity> {
        let word = plain(word);
        if let Some(own) = self.own(&word) {
            return Some(own);
        }
        match word.as_str() {
            "critical" | "crit" | "c" | "very high" | "veryhigh" => Some(Severity::Critical),
            "high" | "h" | "hard" => Some(Severity::High),
            "medium" | "med" | "m" | "moderate" | "soft" => Some(Severity::Medium),
            "low" | "l" | "minor" => Some(Severity::Low),
            "1" if self.numbered => Some(Severity::High),
            "2" if self.numbered => Some(Severity::Medium),
            "3" if self.numbered => Some(Severity::Low),
            _ => None,
        }
    }
}

fn plain(word: &str) -> String {
    word.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(all: &[&str], words: &str) -> Vec<Option<Severity>> {
        let words = if words.is_empty() { SeverityWords::default() } else { words.parse().unwrap() };
        let severities = Severities::of(&words, all.iter().copied());
        all.iter().map(|word| severities.find(word)).collect()
    }

    #[test]
    fn words_of_the_field() {
        use Severity::{Critical, High, Low, Medium};
        assert_eq!(read(&["Critical", " HIGH ", "m", "Low"], ""), [Critical, High, Medium, Low].map(Some));
        assert_eq!(read(&["1", "3", "2"], ""), [High, Low, Medium].map(Some));
        assert_eq!(read(&["1", "2", "4", "High"], ""), [None, None, None, Some(High)]);
        assert_eq!(read(&["0", "1"], ""), [None, None]);
        assert_eq!(read(&["1", "4", "Red"], "1=low,4=critical,red=high"), [Low, Critical, High].map(Some));
        assert_eq!(read(&["severe", ""], ""), [None, None]);
    }
}
