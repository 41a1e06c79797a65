//! Past values that the splitter does not look into: balanced, not validated.

use super::grammar::show;
use super::{SplitError, Splitter, Step};
use crate::supply::Supply;
use memchr::memchr2;
use sod_model::RefusalCode;

impl<S: Supply> Splitter<'_, S> {
    pub(super) fn skip_value(&mut self) -> Step<()> {
        match self.peek()? {
            Some(b'{' | b'[') => self.skip_nested(),
            Some(b'"') => self.skip_string(),
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => self.skip_word(),
            Some(byte) => Err(self.malformed(&show(byte), "a JSON value")),
            None => Err(self.truncated()),
        }
    }

    /// Past the bracket that closes the one at hand. Kinds of brackets are not compared: the decoder does.
    pub(super) fn skip_nested(&mut self) -> Step<()> {
        let mut depth = 0u32;
        loop {
            let mut in_string = false;
            let rest = self.text.get(self.at..).unwrap_or_default();
            for (ahead, byte) in rest.iter().enumerate() {
                match byte {
                    b'"' => {
                        self.at += ahead;
                        in_string = true;
                        break;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            self.at += ahead + 1;
                            return Ok(());
                        }
                    }
                    _ => {}
                }
            }
            if in_string {
                self.skip_string()?;
            } else {
                self.at = self.text.len();
                self.need_more()?;
            }
        }
    }

    /// Past the closing quote of the string at hand.
    pub(super) fn skip_string(&mut self) -> Step<()> {
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(ahead) if rest.get(ahead) == Some(&b'"') => {
                    self.at += ahead + 1;
                    return Ok(());
                }
                Some(ahead) => {
                    self.at += ahead + 2;
                    while self.at > self.text.len() {
                        self.need_more()?;
                    }
                }
                None => {
                    self.at = self.text.len();
                    self.need_more()?;
                }
            }
        }
    }

    pub(super) fn skip_word(&mut self) -> Step<()> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') {
                break;
            }
            self.at += 1;
        }
        Ok(())
    }

    pub(super) fn skip_blanks(&mut self) -> Step<()> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek()? {
            self.at += 1;
        }
        Ok(())
    }

    pub(super) fn expect_bytes(&mut self, expected: &[u8], name: &str) -> Step<()> {
        for &wanted in expected {
            match self.peek()? {
                Some(byte) if byte == wanted => self.at += 1,
                Some(byte) => return Err(self.malformed(&show(byte), name)),
                None => return Err(self.truncated()),
            }
        }
        Ok(())
    }

    /// The string at hand, unescaped.
    pub(super) fn string(&mut self) -> Step<String> {
        let from = self.at - self.keep;
        self.skip_string()?;
        let text = self.text.get(self.keep + from..self.at).unwrap_or_default();
        match serde_json::from_str(&String::from_utf8_lossy(text)) {
            Ok(text) => Ok(text),
            Err(error) => {
                let at = self.position(self.keep + from);
                Err(SplitError::Refused(
                    RefusalCode::Malformed,
                    format!("a string is not valid JSON: {error}"),
                    at,
                ))
            }
        }
    }
}
