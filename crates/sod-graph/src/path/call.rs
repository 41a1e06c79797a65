//! What stands in parentheses behind a name: a key, or the arguments of a function.

use super::Segment;
use crate::escape::shown;

/// A place in the decoded segment, and what is wrong there.
type Mistake = (usize, String);

/// The name, what stands behind its opening parenthesis, and where that begins; `None` if it is a name alone, or an id that has
/// parentheses of its own.
pub(super) fn behind_name(text: &str) -> Option<(&str, &str, usize)> {
    let (name, rest) = text.split_once('(')?;
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.'));
    is_name.then_some((name, rest, name.len() + 1))
}

/// The name without the namespace before it.
pub(super) fn decoded_name(name: &str) -> &str {
    const NAMESPACE: &str = "microsoft.graph.";
    match name.split_at_checked(NAMESPACE.len()) {
        Some((before, rest))
            if before.eq_ignore_ascii_case(NAMESPACE)
                && rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) =>
        {
            rest
        }
        _ => name,
    }
}

/// Reads a key or arguments, and the closing parenthesis.
pub(super) fn call(name: &str, behind: &str, found: &mut Vec<Segment>) -> Result<(), Mistake> {
    let Some(inside) = behind.strip_suffix(')') else {
        return Err((behind.len(), "Found the end of the segment, expected ')'".to_owned()));
    };
    let mut reader = Reader { text: inside, at: 0 };
    reader.skip_blanks();
    if !reader.rest().is_empty() && reader.name().is_none() {
        let key = reader.value()?;
        reader.end()?;
        found.extend([Segment::Name(name.to_owned()), Segment::Key(key)]);
        return Ok(());
    }
    let mut arguments = reader.arguments()?;
    match arguments.pop() {
        Some((argument, key)) if arguments.is_empty() && argument.eq_ignore_ascii_case("id") => {
            found.extend([Segment::Name(name.to_owned()), Segment::Key(key)]);
        }
        last => {
            arguments.extend(last);
            found.push(Segment::Call { name: name.to_owned(), arguments });
        }
    }
    Ok(())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// The name of an argument, if one is next with a `=` behind it, and where its value begins.
    fn name(&self) -> Option<(&'a str, usize)> {
        let (name, _) = self.rest().split_once('=')?;
        let trimmed = name.trim_end();
        let is_name = !trimmed.is_empty()
            && trimmed.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.'));
        is_name.then_some((trimmed, self.at + name.len() + 1))
    }

    /// `name='value'`, with commas between; a comma may be missing behind a closing quote.
    fn arguments(&mut self) -> Result<Vec<(String, String)>, Mistake> {
        let mut arguments: Vec<(String, String)> = Vec::new();
        self.skip_blanks();
        while !self.rest().is_empty() {
            let Some((name, value)) = self.name() else {
                return Err(self.unexpected("an argument, as name='value'"));
            };
            if arguments.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                return Err((self.at, format!("The argument '{}' is given more than once", shown(name))));
            }
            self.at = value;
            arguments.push((name.to_owned(), self.value()?));
            self.skip_blanks();
            if self.rest().starts_with(',') {
                self.at += 1;
                self.skip_blanks();
                if self.rest().is_empty() {
                    return Err(self.unexpected("an argument, as name='value'"));
                }
            }
        }
        Ok(arguments)
    }

    /// A value in quotes, where two quotes are one, or up to the next comma without.
    fn value(&mut self) -> Result<String, Mistake> {
        self.skip_blanks();
        let Some(inside) = self.rest().strip_prefix('\'') else { return self.bare() };
        let (mut value, mut letters) = (String::new(), inside.char_indices().peekable());
        while let Some((at, letter)) = letters.next() {
            if letter == '\'' && letters.next_if(|(_, next)| *next == '\'').is_none() {
                self.at += at + 2;
                return Ok(value);
            }
            value.push(letter);
        }
        Err((self.at, "Found a quote that is not closed, expected \"'\"".to_owned()))
    }

    fn bare(&mut self) -> Result<String, Mistake> {
        let rest = self.rest();
        let value = rest.split(',').next().unwrap_or(rest);
        let trimmed = value.trim();
        if trimmed.is_empty() {
            return Err(self.unexpected("a value in single quotes"));
        }
        if trimmed.starts_with('@') || trimmed.contains(['\'', '"', '=', '(', ')']) {
            let message = format!("Found '{}', expected a value in single quotes", shown(trimmed));
            return Err((self.at, message));
        }
        self.at += value.len();
        Ok(trimmed.to_owned())
    }

    fn end(&mut self) -> Result<(), Mistake> {
        self.skip_blanks();
        if self.rest().is_empty() { Ok(()) } else { Err(self.unexpected("')'")) }
    }

    fn unexpected(&self, expected: &str) -> Mistake {
        let rest = self.rest();
        let found = if rest.is_empty() { "')'".to_owned() } else { format!("'{}'", shown(rest)) };
        (self.at, format!("Found {found}, expected {expected}"))
    }
}
