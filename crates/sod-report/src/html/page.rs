//! The page around the data: policy, style, skeleton and script.
//!
//! The policy names the one style and the one script by their hashes, computed from what is written. Whatever a name
//! might smuggle in, a browser does not run it: it has another hash.

use crate::WriteError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::Write;

const STYLE: &str = concat!(
    include_str!("page/colours.css"),
    include_str!("page/layout.css"),
    include_str!("page/print.css")
);
const SKELETON: &str = include_str!("page/skeleton.html");
/// One scope, strict, in the order in which the parts need one another.
const SCRIPT: &str = concat!(
    "\"use strict\";\n{\n",
    include_str!("page/dom.js"),
    include_str!("page/data.js"),
    include_str!("page/route.js"),
    include_str!("page/table.js"),
    include_str!("page/parts.js"),
    include_str!("page/overview.js"),
    include_str!("page/lists.js"),
    include_str!("page/rule.js"),
    include_str!("page/user.js"),
    include_str!("page/exceptions.js"),
    include_str!("page/package.js"),
    include_str!("page/picture.js"),
    include_str!("page/paint.js"),
    include_str!("page/draw.js"),
    include_str!("page/coverage.js"),
    include_str!("page/print.js"),
    include_str!("page/start.js"),
    "}\n",
);

/// The page up to its data.
pub(super) fn write_head(out: &mut dyn Write) -> Result<(), WriteError> {
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy())?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">")?;
    writeln!(out, "<meta name=\"referrer\" content=\"no-referrer\">")?;
    writeln!(out, "<title>Separation of duties report</title>\n<link rel=\"icon\" href=\"data:,\">")?;
    writeln!(out, "<style>{STYLE}</style>\n</head>\n<body>")?;
    out.write_all(SKELETON.as_bytes())?;
    Ok(())
}

/// The rest of the page.
pub(super) fn write_foot(out: &mut dyn Write) -> Result<(), WriteError> {
    writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")?;
    Ok(())
}

/// The content security policy of the page, for who sends it as a header too: nothing but what is written there, no request to
/// anywhere, no script by attribute, and no text that becomes markup.
///
/// ```
/// assert!(sod_report::html::policy().starts_with("default-src 'none'; script-src 'sha256-"));
/// ```
#[must_use]
pub fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        policy_hash(SCRIPT),
        policy_hash(STYLE)
    )
}

/// By which a content security policy names the content of one `style` or `script` element.
pub(crate) fn policy_hash(content: &str) -> String {
    STANDARD.encode(Sha256::digest(content.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_named_by_sha_256_in_base64() {
        for (content, expected) in [
            ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            ("f", "JS8QyDYQ68oaBZwLroJV66L5W+TR17z6idckioLZ8RE="),
            ("foobar", "w6uP8Tcg6K2QR905Rms8iXTlksL6OD1KOWBxTK7wxPI="),
        ] {
            assert_eq!(policy_hash(content), expected);
        }
    }

    #[test]
    fn the_script_cannot_end_its_element_and_makes_no_markup() {
        let lower = SCRIPT.to_lowercase();
        for forbidden in [
            "</script",
            "<!--",
            "innerhtml",
            "outerhtml",
            "insertadjacenthtml",
            "document.write",
            "eval(",
            "fetch(",
            "http:",
            "https:",
        ] {
            assert!(!lower.contains(forbidden), "{forbidden}");
        }
        assert!(!STYLE.to_lowercase().contains("</style") && !STYLE.contains("url("));
        for forbidden in [" on", " style=", "http"] {
            let tags = SKELETON.split('<').skip(1).filter_map(|tag| tag.split('>').next());
            for tag in tags {
                assert!(!tag.contains(forbidden), "{tag}: {forbidden}");
            }
        }
    }
}
