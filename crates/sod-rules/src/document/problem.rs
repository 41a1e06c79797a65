//! What is wrong with a document, each with its place; all of it at once.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

macro_rules! problem_codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal,)*) => {
        /// What kind of problem it is. Each has a heading in `docs/problems.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode { $($(#[$meta])* $name,)* }

        impl ProblemCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable word for it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

problem_codes! {
    /// Neither TOML nor JSON.
    Syntax = "syntax",
    /// Something else than the document that was asked for.
    WrongDocument = "wrong-document",
    /// A key that means nothing here.
    UnknownKey = "unknown-key",
    /// A key twice in one object of JSON.
    DuplicateKey = "duplicate-key",
    /// A key that must be there is not.
    MissingKey = "missing-key",
    /// A value of the wrong kind.
    WrongKind = "wrong-kind",
    /// A word that is not one of those allowed, or a number out of range.
    BadValue = "bad-value",
    /// An id, or the name of a function, that is taken already.
    DuplicateId = "duplicate-id",
    /// A list, a text or a document with nothing in it.
    Empty = "empty",
    /// A term that asks for more than its set can have.
    Impossible = "impossible",
    /// A function that no document defines.
    UnknownFunction = "unknown-function",
    /// Functions that contain one another.
    FunctionCycle = "function-cycle",
    /// An end before the start.
    EndsBeforeStart = "ends-before-start",
    /// A name that several packages, catalogs or groups bear.
    AmbiguousName = "ambiguous-name",
    /// Something that the inputs do not know, under `--strict`.
    UnknownName = "unknown-name",
    /// An exception for a rule that is not among the rules.
    UnknownRule = "unknown-rule",
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem.
    pub code: ProblemCode,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places that matter, with a word on each.
    pub beside: Vec<(Range<usize>, &'static str)>,
}

impl Problem {
    pub(crate) fn new(code: ProblemCode, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), help: None, beside: Vec::new() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn beside(mut self, span: Range<usize>, label: &'static str) -> Self {
        self.beside.push((span, label));
        self
    }

    pub(crate) fn shift(&mut self, by: usize) {
        self.span = self.span.start + by..self.span.end + by;
        for (span, _) in &mut self.beside {
            *span = span.start + by..span.end + by;
        }
    }
}

/// A document as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentText {
    /// Its name, as shown.
    pub path: Box<str>,
    /// What it says.
    pub text: Box<str>,
}

impl DocumentText {
    /// Line and column, both from 1, of a place; columns count characters.
    ///
    /// ```
    /// let document = sod_rules::DocumentText { path: "rules.toml".into(), text: "a\nbé=1\n".into() };
    /// assert_eq!(document.line_and_column(5), (2, 3));
    /// ```
    #[must_use]
    pub fn line_and_column(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at.min(self.text.len())).unwrap_or(&self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// Everything that is wrong with one document.
///
/// [`Display`](fmt::Display) writes each problem as compilers do: the line, a mark under what is meant, and what to write
/// instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// The document.
    pub document: Arc<DocumentText>,
    /// What is wrong with it, in the order of the text; never empty.
    pub problems: Vec<Problem>,
}

impl DocumentError {
    pub(crate) fn new(document: &Arc<DocumentText>, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        Self { document: Arc::clone(document), problems }
    }
}

impl DocumentError {
    /// One of the problems as [`Display`](fmt::Display) writes it, but without the word "error" and the code before it: for
    /// callers that have their own way to say these.
    #[must_use]
    pub fn shown(&self, problem: &Problem) -> String {
        let text = rendered(&self.document, problem);
        let prefix = format!("error[{}]: ", problem.code.code());
        text.strip_prefix(&prefix).map_or_else(|| text.clone(), str::to_owned)
    }
}

impl std::error::Error for DocumentError {}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&rendered(&self.document, problem))?;
        }
        Ok(())
    }
}

fn rendered(document: &DocumentText, problem: &Problem) -> String {
    if !is_meant(&document.text) {
        return without_lines(document, problem);
    }
    let text = &*document.text;
    // Texts end up on terminals: what is quoted must not move the cursor.
    let shown: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let map = Columns { text, shown: &shown };
    let mut snippet = Snippet::source(shown.as_str())
        .path(&*document.path)
        .annotation(AnnotationKind::Primary.span(map.span(&problem.span)));
    for (span, label) in &problem.beside {
        snippet = snippet.annotation(AnnotationKind::Context.span(map.span(span)).label(*label));
    }
    let title = Level::ERROR.primary_title(problem.message.as_str()).id(problem.code.code());
    let mut group: Group<'_> = title.element(snippet);
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::plain().render(&[group])
}

/// As much of a text as is searched for the words of a document.
const SEARCHED_MAX: usize = 1 << 20;

/// Whether somebody meant to write one of these documents: some word of theirs is there.
fn is_meant(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "[[rule]]",
        "[[rules]]",
        "[ruleset]",
        "[function",
        "[[exception",
        "\"rule\"",
        "\"exception\"",
        "\"ruleset\"",
    ];
    const COLUMNS: [&str; 3] = ["rule", "rule_id", "assignment_id"];
    // Lists of what must stay.
    const LINES: [&str; 3] = ["user=", "package=", "assignment="];
    let end = text.char_indices().nth(SEARCHED_MAX).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end).unwrap_or_default();
    let is_column = |cell: &str| {
        let cell = cell.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\u{feff}');
        COLUMNS.iter().any(|column| cell.eq_ignore_ascii_case(column))
    };
    let header = text.lines().next().unwrap_or_default();
    WORDS.iter().any(|word| text.contains(word))
        || text.lines().any(|line| LINES.iter().any(|word| line.trim_start().starts_with(word)))
        || header.split([',', ';', '\t']).any(is_column)
}

/// A problem without the lines in which it stands: of a file that is something else, such as an export that was named in the
/// wrong place. It may hold secrets, and what it is has nothing to do with what its lines say.
fn without_lines(document: &DocumentText, problem: &Problem) -> String {
    let (line, column) = document.line_and_column(problem.span.start);
    let place = format!("{}:{line}:{column}", document.path);
    let message = without_words(&document.text, &problem.message);
    let mut text = format!("error[{}]: {message}\n --> {place}", problem.code.code());
    if let Some(help) = &problem.help {
        text.push_str(&format!("\n  = help: {help}"));
    }
    text
}

/// A message without the words that it quotes of a text. (A mark or two, such as `=`, is no word.)
fn without_words(text: &str, message: &str) -> String {
    let part = |(at, part): (usize, &str)| -> String {
        let is_quoted = at % 2 == 1 && part.len() > 3 && text.contains(part);
        if is_quoted { "...".to_owned() } else { part.to_owned() }
    };
    message.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}

/// Places of the text in what is shown of it: some control characters are longer than the blank that stands for them.
struct Columns<'t> {
    text: &'t str,
    shown: &'t str,
}

impl Columns<'_> {
    fn span(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.place(span.start);
        // Something must be marked, were it the end of the text.
        start..self.place(span.end).max(start)
    }

    fn place(&self, at: usize) -> usize {
        let characters = self.text.char_indices().take_while(|(place, _)| *place < at).count();
        self.shown.char_indices().nth(characters).map_or(self.shown.len(), |(place, _)| place)
    }
}
