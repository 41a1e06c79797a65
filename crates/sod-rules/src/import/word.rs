//! Words of foreign files that name no package.

use super::ImportCode;

/// The longest text that is taken over: what a cell of a workbook can hold.
pub(super) const LONGEST: usize = 32_767;

/// Why a word is no package, if it is none.
pub(super) fn no_package(word: &str) -> Option<(ImportCode, &'static str)> {
    let lower = word.to_lowercase();
    if matches!(lower.as_str(), "*" | "any" | "all" | "everyone" | "everything")
        || (lower.starts_with('<') && lower.ends_with('>'))
    {
        return Some((
            ImportCode::Condition,
            "a rule names packages; say which ones are meant (a list, a catalog, or a pattern over names)",
        ));
    }
    if word.contains('*') {
        return Some((ImportCode::Condition, "a pattern is written by hand: { names = [\"...\"] } as a set"));
    }
    let compares = ["=", " < ", " > ", " where "].iter().any(|sign| lower.contains(sign));
    if compares {
        return Some((ImportCode::Condition, "a rule has no conditions on anything but packages and groups"));
    }
    if word.contains(['\n', '\r']) {
        return Some((
            ImportCode::RowShape,
            "no package has a line break in its name; a quote may be missing",
        ));
    }
    (word.len() > LONGEST).then_some((ImportCode::TooLong, "no package has so long a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_are_not_taken_for_conditions() {
        for name in ["Payment run", "R&D -> Finance", "Any-to-any tester", "Allowance", "P2P <legacy>", "a>b"]
        {
            assert_eq!(no_package(name), None, "{name}");
        }
        for word in ["<any>", "ANY", "*", "FI_*", "Approve Payment where department != Finance", "country=DE"]
        {
            assert!(no_package(word).is_some(), "{word}");
        }
    }
}
