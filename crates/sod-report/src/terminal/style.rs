//! What the terminal can show, and the few roles that text plays on it.
//!
//! Every page is complete without colour: a role adds emphasis and never carries meaning alone. Nothing here looks
//! at the environment or prints; the caller says what the terminal is like.

use anstyle::{AnsiColor, Style};

/// Narrower terminals are laid out as if they had this many columns, and wrap by themselves.
const WIDTH_MIN: u16 = 40;

/// Wider lines are hard to follow with the eye, so prose never gets longer than this; tables may.
const PROSE_WIDTH_MAX: usize = 100;

/// The terminal to write for.
///
/// ```
/// use sod_report::terminal::{Role, Terminal};
/// let plain = Terminal { width: 80, color: false, unicode: true };
/// assert_eq!(plain.paint(Role::Good, "fine"), "fine");
/// let bright = Terminal { color: true, ..plain };
/// assert_eq!(bright.paint(Role::Good, "fine"), "\u{1b}[32mfine\u{1b}[0m");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Columns.
    pub width: u16,
    /// Whether ANSI styles may be written.
    pub color: bool,
    /// Whether our own marks may be other than ASCII. Names are shown as the data has them in either case.
    pub unicode: bool,
}

impl Default for Terminal {
    /// What to assume of an unknown terminal: 80 columns without colour.
    fn default() -> Self {
        Self { width: 80, color: false, unicode: true }
    }
}

/// The part that a piece of text plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Plain text.
    #[default]
    Text,
    /// The title of a section.
    Heading,
    /// A figure that the page is about.
    Number,
    /// Something the reader must know.
    Warning,
    /// Something is wrong.
    Bad,
    /// Something was checked and holds.
    Good,
    /// Ids, column titles and other things that are looked up rather than read.
    Muted,
    /// Something to type.
    Command,
}

impl Role {
    fn style(self) -> Style {
        match self {
            Self::Text => Style::new(),
            Self::Heading => Style::new().bold().underline(),
            Self::Number => Style::new().bold(),
            Self::Warning => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Muted => Style::new().dimmed(),
            Self::Command => AnsiColor::Cyan.on_default(),
        }
    }
}

impl Terminal {
    /// The text in its role, styled if the terminal shows styles.
    #[must_use]
    pub fn paint(&self, role: Role, text: &str) -> String {
        let style = role.style();
        if !self.color || text.is_empty() || style == Style::new() {
            return text.to_owned();
        }
        format!("{}{text}{}", style.render(), style.render_reset())
    }

    pub(crate) fn columns(&self) -> usize {
        usize::from(self.width.max(WIDTH_MIN))
    }

    pub(crate) fn prose_columns(&self) -> usize {
        self.columns().min(PROSE_WIDTH_MAX)
    }

    /// What stands for the part that was cut off.
    pub(crate) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    pub(crate) fn check_mark(&self) -> &'static str {
        if self.unicode { "✓" } else { "ok" }
    }

    /// Between two figures that the reader will compare.
    pub(crate) fn not_equal(&self) -> &'static str {
        if self.unicode { "≠" } else { "!=" }
    }
}
