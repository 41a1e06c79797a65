//! `$search`: words looked for in names.
//!
//! ```text
//! or     = and { "OR" and }
//! and    = not { [ "AND" ] not }
//! not    = "NOT" not | "(" or ")" | '"' [ property ":" ] words '"' | word
//! ```

use super::error::Problem;
use super::eval::Tally;
use super::names::{Owner, property};
use super::row::Row;
use super::text::fold;
use super::values::{Found, read};
use crate::edm::{EntityType, Kind, Property};
use crate::escape::shown;
use crate::shape::ApiVersion;

const DEEPEST: usize = 50;
const MOST: usize = 200;

/// What is looked for in names.
///
/// A clause is found where each of its words begins a word of one name, without regard to case; words are runs of
/// letters and digits. Without a property in front it is looked for in `displayName`. What has none itself, as an
/// assignment, has the names of what it points to.
#[derive(Debug)]
pub struct Search {
    root: Clause,
}

#[derive(Debug)]
enum Clause {
    /// The words, and the paths of the names they may stand in.
    Words(Vec<String>, Vec<Vec<&'static Property>>),
    Not(Box<Clause>),
    And(Vec<Clause>),
    Or(Vec<Clause>),
}

impl Search {
    /// Whether the row is found.
    #[must_use]
    pub fn matches(&self, row: &dyn Row, tally: &Tally) -> bool {
        found(&self.root, row, tally)
    }
}

fn found(clause: &Clause, row: &dyn Row, tally: &Tally) -> bool {
    match clause {
        Clause::Words(wanted, paths) => {
            paths.iter().any(|path| match row.value(path).map(|value| read(value, Kind::Text)) {
                Some(Found::Text(text)) => {
                    let text = fold(&text);
                    wanted.iter().all(|wanted| words(&text).any(|word| word.starts_with(wanted.as_str())))
                }
                // A name that the row does not tell may have the words.
                None => {
                    tally.note_unknown();
                    false
                }
                _ => false,
            })
        }
        Clause::Not(inner) => !found(inner, row, tally),
        Clause::And(all) => all.iter().all(|one| found(one, row, tally)),
        Clause::Or(all) => all.iter().any(|one| found(one, row, tally)),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Reads what is looked for; at the top level that is the whole of the value.
pub(super) fn search(
    text: &str,
    from: usize,
    entity: &'static EntityType,
    version: ApiVersion,
) -> Result<(Search, usize), Problem> {
    let mut reader = Reader { text, at: from, depth: 0, clauses: 0, entity, version };
    let root = reader.or()?;
    reader.skip_blanks();
    Ok((Search { root }, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    clauses: usize,
    entity: &'static EntityType,
    version: ApiVersion,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// The next bare word; empty if something else is next.
    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        let ends = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '(' | ')' | ';');
        rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or(rest)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    fn or(&mut self) -> Result<Clause, Problem> {
        let mut all = vec![self.and()?];
        while self.take("OR") {
            all.push(self.and()?);
        }
        Ok(one_or(all, Clause::Or))
    }

    fn and(&mut self) -> Result<Clause, Problem> {
        let mut all = vec![self.not()?];
        loop {
            let said = self.take("AND");
            let word = self.word();
            let ends = word == "OR" || (word.is_empty() && !self.rest().starts_with(['"', '(']));
            if ends && !said {
                return Ok(one_or(all, Clause::And));
            }
            all.push(self.not()?);
        }
    }

    fn not(&mut self) -> Result<Clause, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("Recursion depth exceeded allowed limit: more than {DEEPEST} levels");
            return Err(Problem::new(self.at, message));
        }
        let clause = if self.take("NOT") {
            Clause::Not(Box::new(self.not()?))
        } else if self.rest().starts_with('(') {
            self.at += 1;
            let inner = self.or()?;
            self.skip_blanks();
            if !self.rest().starts_with(')') {
                return Err(self.unexpected("')', AND or OR"));
            }
            self.at += 1;
            inner
        } else {
            self.clause()?
        };
        self.depth -= 1;
        Ok(clause)
    }

    fn clause(&mut self) -> Result<Clause, Problem> {
        self.clauses += 1;
        if self.clauses > MOST {
            return Err(Problem::new(self.at, format!("More than {MOST} search clauses")));
        }
        let word = self.word();
        let begin = self.at;
        if let Some(inside) = self.rest().strip_prefix('"') {
            let (text, length) = quoted(inside).ok_or_else(|| {
                Problem::new(begin, "Unterminated string literal: a closing double quote is missing")
            })?;
            self.at += 1 + length;
            return self.phrase(&text, begin + 1);
        }
        if word.is_empty() || matches!(word, "AND" | "OR") {
            return Err(self.unexpected("a word, or a clause in double quotes"));
        }
        if let Some(colon) = word.find(':') {
            let found = shown(word);
            let message = format!(
                "Syntax error: character ':' is not valid, found '{found}', expected double quotes as \"{found}\""
            );
            return Err(Problem::new(begin + colon, message));
        }
        self.at += word.len();
        self.phrase(word, begin)
    }

    /// `displayName:payment run`, or words alone.
    fn phrase(&self, text: &str, at: usize) -> Result<Clause, Problem> {
        let (name, looked_for) = match text.split_once(':') {
            Some((name, looked_for)) => (Some(name.trim()), looked_for),
            None => (None, text),
        };
        let wanted: Vec<String> = words(&fold(looked_for)).map(str::to_owned).collect();
        if wanted.is_empty() {
            let message =
                format!("Found '{}', expected at least one letter or digit to search for", shown(text));
            return Err(Problem::new(at, message));
        }
        Ok(Clause::Words(wanted, self.paths(name.unwrap_or("displayName"), at)?))
    }

    /// Where that name is found: on the type itself, or on what it points to.
    fn paths(&self, name: &str, at: usize) -> Result<Vec<Vec<&'static Property>>, Problem> {
        let own = property(Owner::Entity(self.entity), name, self.version, at);
        let missing = match own {
            Ok(found) if matches!(found.kind, Kind::Text) => return Ok(vec![vec![found]]),
            Ok(_) => return Err(Problem::new(at, format!("The property '{}' is no text", shown(name)))),
            Err(problem) => problem,
        };
        let mut paths = Vec::new();
        for step in self.entity.properties {
            if let Kind::One(entity) = step.kind
                && step.name(self.version).is_some()
                && let Ok(found) = property(Owner::Entity(entity), name, self.version, at)
                && matches!(found.kind, Kind::Text)
            {
                paths.push(vec![step, found]);
            }
        }
        if paths.is_empty() { Err(missing) } else { Ok(paths) }
    }

    fn unexpected(&self, expected: &str) -> Problem {
        let mut reader = Self { ..*self };
        let found = match (reader.word(), self.rest().chars().next()) {
            ("", Some(letter)) => format!("'{}'", shown(&letter.to_string())),
            ("", None) => "the end".to_owned(),
            (word, _) => format!("'{}'", shown(word)),
        };
        Problem::new(self.at, format!("Syntax error: found {found}, expected {expected}"))
    }
}

fn one_or(mut all: Vec<Clause>, join: fn(Vec<Clause>) -> Clause) -> Clause {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        Some(last) => {
            all.push(last);
            join(all)
        }
        None => join(all),
    }
}

/// What stands up to the closing quote, where a backslash takes what follows as it is, and how long it was written.
fn quoted(text: &str) -> Option<(String, usize)> {
    let (mut inside, mut letters) = (String::new(), text.char_indices());
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((inside, at + 1)),
            '\\' => inside.push(letters.next()?.1),
            other => inside.push(other),
        }
    }
    None
}
