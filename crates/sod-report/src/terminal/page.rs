//! A page: titled sections of facts, tables, sentences and commands, with the same margins everywhere.

use super::number::grouped;
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use super::text::{cut_front, harmless, width, wrap};
use std::fmt::Write as _;

/// How far the content of a section stands from the left edge.
pub(crate) const INDENT: usize = 2;

/// A page under construction.
pub(crate) struct Page<'t> {
    terminal: &'t Terminal,
    out: String,
    // The section has content, so that the next part is set off by a blank line.
    filled: bool,
}

impl<'t> Page<'t> {
    pub(crate) fn new(terminal: &'t Terminal) -> Self {
        Self { terminal, out: String::new(), filled: false }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Begins a section.
    pub(crate) fn heading(&mut self, title: &str) {
        self.heading_with(title, "");
    }

    /// Begins a section whose title is followed by a remark.
    pub(crate) fn heading_with(&mut self, title: &str, remark: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let columns = self.terminal.columns();
        let title = wrap(&harmless(title), columns);
        let end = title.last().map_or(0, |line| width(line));
        let title: Vec<String> = title.iter().map(|line| self.terminal.paint(Role::Heading, line)).collect();
        self.out.push_str(&title.join("\n"));
        let remark = harmless(remark);
        if !remark.is_empty() {
            let beside = end + INDENT + width(&remark) <= columns;
            self.out.push_str(if beside { "  " } else { "\n  " });
            let remark = wrap(&remark, columns - INDENT);
            let remark: Vec<String> =
                remark.iter().map(|line| self.terminal.paint(Role::Muted, line)).collect();
            self.out.push_str(&remark.join("\n  "));
        }
        self.out.push('\n');
        self.filled = false;
    }

    /// A blank line, unless the section is still empty.
    pub(crate) fn gap(&mut self) {
        if self.filled {
            self.out.push('\n');
        }
    }

    /// A table at the margin.
    pub(crate) fn table(&mut self, table: &Table) {
        self.table_at(INDENT, table);
    }

    /// A table further in.
    pub(crate) fn table_at(&mut self, indent: usize, table: &Table) {
        self.out.push_str(&table.render(self.terminal, indent));
        self.filled |= !table.is_empty();
    }

    /// Sentences.
    pub(crate) fn prose(&mut self, role: Role, sentences: &str) {
        self.prose_at(INDENT, role, sentences);
    }

    /// Sentences further in.
    pub(crate) fn prose_at(&mut self, indent: usize, role: Role, sentences: &str) {
        for line in wrap(&harmless(sentences), self.terminal.prose_columns() - indent) {
            let _ = writeln!(self.out, "{:indent$}{}", "", self.terminal.paint(role, &line));
        }
        self.filled = true;
    }

    /// How much a list leaves out; nothing when it is complete.
    pub(crate) fn more(&mut self, left_out: u64, one: &str, many: &str) {
        if left_out > 0 {
            let what = if left_out == 1 { one } else { many };
            let line = format!("{} and {} more {what}", self.terminal.ellipsis(), grouped(left_out));
            self.prose(Role::Muted, &line);
        }
    }

    /// A ledger.
    pub(crate) fn facts(&mut self, facts: &Facts) {
        self.table(&facts.table);
    }

    /// One entry of a list: a code, where or how often, and sentences below. A place is cut at the front.
    pub(crate) fn item(&mut self, role: Role, code: &str, place: &str, sentences: &str) {
        let room = self.terminal.columns().saturating_sub(INDENT + width(code) + INDENT);
        let place = cut_front(&harmless(place.trim()), room, self.terminal);
        let code = self.terminal.paint(role, code);
        let gap = if place.is_empty() { "" } else { "  " };
        let _ = writeln!(self.out, "{:INDENT$}{code}{gap}{}", "", self.terminal.paint(Role::Muted, &place));
        self.prose_at(2 * INDENT, Role::Text, sentences);
    }

    /// A command to type, broken between arguments where it must be.
    pub(crate) fn command(&mut self, words: &[String]) {
        let indent = INDENT + 2;
        let room = self.terminal.columns().saturating_sub(indent + width(CONTINUATION) + 1);
        let words: Vec<String> = words.iter().map(|word| harmless(word)).collect();
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut after_option = false;
        for (at, word) in words.iter().enumerate() {
            // An option and its value stay together.
            let option = word.starts_with("--");
            let value = words.get(at + 1).filter(|_| option).map_or(0, |value| 1 + width(value));
            let deeper = if lines.is_empty() { 0 } else { 2 };
            if !line.is_empty() && !after_option && deeper + width(&line) + 1 + width(word) + value > room {
                lines.push(std::mem::take(&mut line));
            }
            after_option = option;
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.push(line);
        let last = lines.len() - 1;
        for (at, line) in lines.iter().enumerate() {
            let indent = if at == 0 { indent } else { indent + 2 };
            let _ = write!(self.out, "{:indent$}{}", "", self.terminal.paint(Role::Command, line));
            let _ = writeln!(self.out, "{}", if at == last { "" } else { CONTINUATION });
        }
        self.filled = true;
    }
}

/// What a shell reads as "the command goes on in the next line".
const CONTINUATION: &str = if cfg!(windows) { " `" } else { " \\" };

/// A word of a command line, quoted where a shell would read it as something else.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@,+".contains(&byte) || byte >= 0x80;
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    let quote = if cfg!(windows) { "''" } else { r"'\''" };
    format!("'{}'", word.replace('\'', quote))
}

/// A ledger: a label, a number and a remark on each line.
pub(crate) struct Facts {
    table: Table,
}

impl Facts {
    pub(crate) fn new() -> Self {
        Self { table: Table::new(&[("", Kind::Word), ("", Kind::Number), ("", Kind::Prose)]) }
    }

    /// A ledger with the numbers first.
    pub(crate) fn listed() -> Self {
        Self { table: Table::new(&[("", Kind::Number), ("", Kind::Prose)]) }
    }

    /// A line of such a ledger.
    pub(crate) fn counted(&mut self, role: Role, number: u64, what: &str) {
        self.table.row([Cell::number(number).role(role), Cell::new(what)]);
    }

    /// A number with its label and a remark that may be empty.
    pub(crate) fn number(&mut self, label: &str, number: u64, remark: impl AsRef<str>) {
        self.table.row([Cell::new(label), Cell::number(number).role(Role::Number), Cell::new(remark)]);
    }

    /// A number that nobody hopes for.
    pub(crate) fn number_as(&mut self, role: Role, label: &str, number: u64, remark: impl AsRef<str>) {
        self.table.row([Cell::new(label), Cell::number(number).role(role), Cell::new(remark).role(role)]);
    }
}
