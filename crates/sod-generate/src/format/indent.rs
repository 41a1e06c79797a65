//! Pretty-printing of compact JSON, by tokens alone: what is malformed stays malformed.

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indent {
    /// What stands between a key and its value.
    pub(crate) colon: &'static str,
    /// The end of a line.
    pub(crate) newline: &'static str,
}

impl Indent {
    /// As most tools and PowerShell 7 do.
    pub(crate) const PLAIN: Self = Self { colon: ": ", newline: "\n" };
    /// As Windows PowerShell does, with its two blanks and its line ends.
    pub(crate) const POWERSHELL: Self = Self { colon: ":  ", newline: "\r\n" };

    /// Begins a line at a depth.
    pub(crate) fn line(self, out: &mut Vec<u8>, depth: usize) {
        out.extend_from_slice(self.newline.as_bytes());
        for _ in 0..depth {
            out.extend_from_slice(b"  ");
        }
    }

    /// Appends `compact`, whose first token stands at `depth`, with two blanks for each level.
    pub(crate) fn print(self, compact: &[u8], mut depth: usize, out: &mut Vec<u8>) {
        let (mut in_string, mut is_escaped) = (false, false);
        let mut bytes = compact.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if in_string {
                out.push(byte);
                in_string = is_escaped || byte != b'"';
                is_escaped = byte == b'\\' && !is_escaped;
                continue;
            }
            match byte {
                b'{' | b'[' => {
                    out.push(byte);
                    match bytes.next_if(|&next| next == b'}' || next == b']') {
                        Some(close) => out.push(close),
                        None => {
                            depth += 1;
                            self.line(out, depth);
                        }
                    }
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.line(out, depth);
                    out.push(byte);
                }
                b',' => {
                    out.push(byte);
                    self.line(out, depth);
                }
                b':' => out.extend_from_slice(self.colon.as_bytes()),
                _ => {
                    in_string = byte == b'"';
                    out.push(byte);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_serde_does() {
        let text = r#"{"a":[1,{"b":"x:{\"y\\"}],"c":{},"d":[],"e":null}"#;
        let mut out = Vec::new();
        Indent::PLAIN.print(text.as_bytes(), 0, &mut out);
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string_pretty(&value).unwrap());
    }
}
