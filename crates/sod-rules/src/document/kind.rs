//! Which kind of document a text is, by its first keys.

use super::other::is_exception_table;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// Rules.
    Rules,
    /// Exceptions.
    Exceptions,
}

/// Keys at the top of a document; the plurals are mistakes, and are told as such by who reads the document.
const RULES: [&str; 6] = ["ruleset", "rule", "function", "rulesets", "rules", "functions"];
const EXCEPTIONS: [&str; 2] = ["exception", "exceptions"];

impl DocumentKind {
    /// As in "a rules file".
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rules => "a rules",
            Self::Exceptions => "an exceptions",
        }
    }

    /// What the beginning of a text is; `None` if it is neither, such as the export of a tenant.
    ///
    /// JSON is known by the keys of its outermost object. TOML is known by its first key or header: one that is none of
    /// ours makes it rules with a mistake in them, for nothing else looks like that. A table is exceptions if its header says
    /// for which rule, for whom, and who answers for it or why.
    ///
    /// ```
    /// use sod_rules::DocumentKind;
    /// assert_eq!(DocumentKind::of("# ours\n[ruleset]\nid = 'x'\n"), Some(DocumentKind::Rules));
    /// assert_eq!(DocumentKind::of(r#"{"exception": [{"id": "EX-1"}]}"#), Some(DocumentKind::Exceptions));
    /// assert_eq!(DocumentKind::of(r#"{"value": [{"id": "a1", "rule": {}}]}"#), None);
    /// assert_eq!(DocumentKind::of("id;rule;user;owner;justification\n"), Some(DocumentKind::Exceptions));
    /// assert_eq!(DocumentKind::of("user,package\nann,pay\n"), None);
    /// ```
    #[must_use]
    pub fn of(head: &str) -> Option<Self> {
        let text = head.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('{') {
            keys_of_json(text).find_map(Self::of_key)
        } else if is_exception_table(text) {
            Some(Self::Exceptions)
        } else {
            Self::of_toml(text)
        }
    }

    fn of_key(key: &str) -> Option<Self> {
        match key {
            key if RULES.contains(&key) => Some(Self::Rules),
            key if EXCEPTIONS.contains(&key) => Some(Self::Exceptions),
            _ => None,
        }
    }

    fn of_toml(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
        let header = first.starts_with('[');
        let key = first.trim_start_matches(['[', ' ', '\t']);
        let end = key.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))?;
        let (key, rest) = key.split_at(end);
        let rest = rest.trim_start();
        let follows = if header { rest.starts_with([']', '.']) } else { rest.starts_with(['=', '.']) };
        // A number in a list of JSON is no key.
        let is_key = !key.is_empty() && key.bytes().any(|byte| !byte.is_ascii_digit());
        (follows && is_key && (header || rest.contains('=')))
            .then(|| Self::of_key(key).unwrap_or(Self::Rules))
    }
}

/// The keys of the outermost object, as far as the text goes. It may be cut off anywhere.
fn keys_of_json(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0u32);
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    let start = at;
                    while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                        at += if bytes.get(at) == Some(&b'\\') { 2 } else { 1 };
                    }
                    let word = text.get(start..at);
                    at += 1;
                    let colon = text.get(at..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                    if depth == 1 && colon {
                        return word;
                    }
                }
                _ => {}
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_their_keys() {
        let (rules, exceptions) = (Some(DocumentKind::Rules), Some(DocumentKind::Exceptions));
        for (text, kind) in [
            ("[[rule]]\nid = 'R'\n", rules),
            ("\u{feff}# a\r\n\r\n[[ rule ]]\r\n", rules),
            ("[function.pay]\n", rules),
            ("rule = []\n", rules),
            ("ruleset.id = 'x'\n", rules),
            ("[[exception]]\n", exceptions),
            ("[[exceptions]]\n", exceptions),
            ("[[rulez]]\nid = 'R'\n", rules),
            ("{\"ruleset\": {\"id\": \"\\\"rule\"}, \"exception\": []}", rules),
            ("{\"name\": \"x\", \"exception\": [", exceptions),
            ("{\"@odata.context\": \"x\", \"value\": [{\"rule\": 1}], \"note\": \"rule\"}", None),
            ("[{\"id\": \"a1\"}]", None),
            ("[[1, 2], [3]]", None),
            ("[]", None),
            ("user;package\nann;pay=x\n", None),
            ("\u{feff}ID;Rule;Department;Owner\r\n", exceptions),
            ("\nid,rule,user,justification\nEX,R,ann,\"a = b\"\n", exceptions),
            ("rule\tpackage\towner\n", exceptions),
            // Pairs of a rule with an owner; exceptions are for somebody.
            ("rule,package1,package2,owner\n", None),
            ("rule,user,package\n", None),
            ("ann pay\nbob pay\n", None),
            ("#TYPE System.Object\n\"user\",\"package\"\n", None),
            ("", None),
            ("# nothing\n", None),
            ("{\"a", None),
            ("{\"a\\", None),
            ("<html>", None),
        ] {
            assert_eq!(DocumentKind::of(text), kind, "{text:?}");
        }
    }
}
