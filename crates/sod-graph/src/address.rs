//! Addresses that answers give.

use crate::odata::Options;
use crate::shape::ApiVersion;
use std::fmt::Write;

/// `@odata.context`, as Graph has it, whoever serves it: so an answer that was saved is an export like any other.
pub(crate) fn context(version: ApiVersion, place: &str, options: &Options) -> String {
    let mut context = format!("https://graph.microsoft.com/{}/$metadata#{place}", version.name());
    let selected = options.select.iter().flatten().filter_map(|selection| selection.property.name(version));
    let expanded = options
        .expand
        .iter()
        .filter_map(|expansion| Some(format!("{}()", expansion.property.name(version)?)));
    let named: Vec<String> = selected.map(str::to_owned).chain(expanded).collect();
    if !named.is_empty() {
        context.push_str(&format!("({})", named.join(",")));
    }
    context
}

/// The path of an address that may be absolute or doubled, as clients write it.
pub(crate) fn path_alone(path: &str) -> &str {
    let lower = path.to_ascii_lowercase();
    let starts = ["/v1.0/identitygovernance", "/beta/identitygovernance"];
    let at = starts.iter().filter_map(|start| lower.rfind(start)).max();
    at.and_then(|at| path.get(at..)).unwrap_or(path)
}

/// What may not stand in an address as it is, escaped; a request that came over a wire has nothing of the kind.
pub(crate) fn escaped(address: &str) -> String {
    let mut text = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
        {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
