//! What a message may quote of an input: names, and nothing else.
//!
//! An export carries secrets and personal text that no analysis needs: the addresses of custom extensions with their
//! signatures, answers to questions, justifications. Messages end up in reports, tickets and the logs of pipelines. So a
//! message says what kind of thing was found, and quotes it only where it reads like a name: of a column, a state, a type, an
//! error code. Where something is withheld, the place that stands in the same message leads to it.

use crate::node::Node;
use std::borrow::Cow;

/// Longer than the names of columns, states and types are.
const NAME_LENGTH_MAX: usize = 64;
/// Names of more words than this are sentences.
const NAME_WORDS_MAX: usize = 6;
/// Longer than the states of any tool are.
const STATE_LENGTH_MAX: usize = 32;
/// "Waiting for approval", but not a remark.
const STATE_WORDS_MAX: usize = 3;
/// Words of this length or longer in a sentence are keys and tokens; a GUID has 36 characters.
const TOKEN_LENGTH_MIN: usize = 40;
/// As much of a sentence as a message takes.
const SENTENCE_LENGTH_MAX: usize = 200;

/// What stands in the place of a state that is no name.
const NO_STATE: &str = "(not a state)";

/// What a piece of JSON is, without a word of what it says.
pub(crate) fn kind(node: &Node<'_>) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "true or false",
        Node::Number(_) => "a number",
        Node::String(_) => "a text",
        Node::Array(_) => "a list",
        Node::Object(_) => "an object",
    }
}

/// The names of columns; what is no name, and the text of a file that has but one column and may be no table, is told by its number, as `--map` takes it.
pub(crate) fn columns(header: &[String]) -> String {
    let shown = |(at, name): (usize, &String)| {
        if is_name(name) && !is_guid(name) && header.len() > 1 {
            name.clone()
        } else {
            format!("#{} (not a name)", at + 1)
        }
    };
    header.iter().enumerate().map(shown).collect::<Vec<_>>().join(", ")
}

/// What a cell shows of an object that was not taken apart: its type, or the letters by which PowerShell begins.
pub(crate) fn type_name(cell: &str) -> &str {
    if cell.starts_with("@{") {
        "@{...}"
    } else if is_type(cell) {
        cell
    } else {
        "..."
    }
}

/// The name of a state, as it is counted and shown.
pub(crate) fn state(text: &str) -> &str {
    let is_state = |text: &str| {
        text.len() <= STATE_LENGTH_MAX
            && text.split_whitespace().count() <= STATE_WORDS_MAX
            && has_name_letters(text)
    };
    if is_state(text) { text } else { NO_STATE }
}

/// The context of a page, which tells whose list it is; what a gateway put into its query is left out.
pub(crate) fn context(text: &str) -> Option<Box<str>> {
    let (address, list) = text.split_once("$metadata#")?;
    let address = address.split('?').next().unwrap_or_default();
    let list = list.split('?').next().unwrap_or_default();
    Some(format!("{address}$metadata#{list}").into())
}

/// What Graph or the sign-in service says of an error: its code and its message, without what either carries beside them.
pub(crate) fn error(body: &str) -> String {
    let node: Option<Node<'_>> = serde_json::from_str(body).ok();
    let text = match &node {
        Some(Node::Object(object)) => {
            let code = object.text("code").unwrap_or(Cow::Borrowed("an error"));
            match object.text("message") {
                Some(message) => format!("{code}: {message}"),
                None => code.into_owned(),
            }
        }
        Some(node) => node.text().unwrap_or(Cow::Borrowed("an error")).into_owned(),
        // Said by sod itself.
        None if !body.trim_start().starts_with(['{', '[', '"']) => body.to_owned(),
        None => "an error".to_owned(),
    };
    sentence(&text)
}

/// A sentence that somebody else's program wrote: bounded, and of addresses the host alone, without keys and tokens.
fn sentence(text: &str) -> String {
    let word = |word: &str| -> String {
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        match word.split_once("://") {
            Some((scheme, rest)) => {
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                format!("{scheme}://{}", host.rsplit('@').next().unwrap_or_default())
            }
            None if word.chars().count() >= TOKEN_LENGTH_MIN || word.contains(['=', '&']) => "...".to_owned(),
            None => word,
        }
    };
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    let mut text = words.join(" ");
    if let Some((end, _)) = text.char_indices().nth(SENTENCE_LENGTH_MAX) {
        text.truncate(end);
    }
    text.trim_end_matches('.').to_owned()
}

/// Whether what should be a name is an id: of a table without a header, the first row stands where the names do.
pub(crate) fn is_guid(text: &str) -> bool {
    sod_kernel::text::guid(text.trim().as_bytes()).is_some()
}

fn is_name(text: &str) -> bool {
    text.len() <= NAME_LENGTH_MAX
        && text.split_whitespace().count() <= NAME_WORDS_MAX
        && has_name_letters(text)
}

/// Letters of any language and what stands between them in names; no address, no assignment of a value, no token.
fn has_name_letters(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || " _-.#/()[]'`:,;+%*?!|<>\"".contains(c))
        && !text.contains("//")
        && text.split_whitespace().all(|word| word.chars().count() < TOKEN_LENGTH_MIN || is_type(word))
}

/// The names of .NET types are words with dots between them.
fn is_type(word: &str) -> bool {
    let is_part = |part: &str| {
        let letters = |c: char| c.is_ascii_alphanumeric() || "_`[]".contains(c);
        !part.is_empty() && part.len() < TOKEN_LENGTH_MIN && part.chars().all(letters)
    };
    word.contains('.') && word.split('.').all(is_part)
}

/// Text that quotes an input, made harmless: names and bodies are written by outsiders, and a message is one line.
pub(crate) fn one_line(text: &str) -> Box<str> {
    const BIDI: [char; 9] = [
        '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
        '\u{2069}',
    ];
    let harmless = |c: char| !c.is_control() && !BIDI.contains(&c) && !matches!(c, '\u{2028}' | '\u{2029}');
    if text.chars().all(harmless) {
        return text.into();
    }
    text.chars()
        .map(|c| if harmless(c) { c.to_string() } else { c.escape_default().to_string() })
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_values_are_not() {
        let header =
            ["User", "Kostenstelle (alt)", "https://a.example/?sig=x", "a@b.example", ""].map(str::to_owned);
        assert_eq!(columns(&header), "User, Kostenstelle (alt), #3 (not a name), #4 (not a name), ");
        assert_eq!(type_name("Microsoft.Graph.PowerShell.Models.X"), "Microsoft.Graph.PowerShell.Models.X");
        assert_eq!(type_name("@{id=1; answers=System.Object[]}"), "@{...}");
        assert_eq!((state("In progress"), state("Frozen")), ("In progress", "Frozen"));
        assert_eq!(state("because Anna is on leave"), NO_STATE);
        assert_eq!(state("https://x/?sig=1"), NO_STATE);
    }

    #[test]
    fn an_error_is_told_by_its_code_and_message_alone() {
        let body = r#"{"code":"Forbidden","message":"Call https://x.example/run?sig=S3 with eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1d failed.","innerError":{"answers":"private"}}"#;
        assert_eq!(error(body), "Forbidden: Call https://x.example with ... failed");
        assert_eq!(error(r#""invalid_grant""#), "invalid_grant");
        assert_eq!(error("a request was answered with status 404"), "a request was answered with status 404");
        assert_eq!(error(r#"{"code":"#), "an error");
    }
}
