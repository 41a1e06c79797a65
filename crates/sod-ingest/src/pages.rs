//! Finds exports that end before their last page.
//!
//! Every page but the last of a query carries an `@odata.nextLink`; the last has none. Links that differ in nothing
//! but their skip token belong to one query. So among the pages of one context there must be at least as many ends as
//! there are queries with links: fewer ends mean that somewhere the next page was not fetched or not given.

use crate::pending::PendingSource;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Context {
    /// By query: the last source with a link of it.
    queries: BTreeMap<String, u32>,
    ends: usize,
}

/// The sources whose next page is missing.
pub(crate) fn dangling(sources: &[PendingSource]) -> BTreeSet<u32> {
    let mut contexts: BTreeMap<&str, Context> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        for page in &source.end.pages {
            let context = contexts.entry(page.context.as_deref().unwrap_or_default()).or_default();
            match &page.next_link {
                Some(link) => {
                    context.queries.insert(query_of(link), at as u32);
                }
                None => context.ends += 1,
            }
        }
    }
    let mut found = BTreeSet::new();
    for context in contexts.into_values() {
        let missing = context.queries.len().saturating_sub(context.ends);
        let mut last: Vec<u32> = context.queries.into_values().collect();
        last.sort_unstable();
        found.extend(last.into_iter().rev().take(missing));
    }
    found
}

/// A link without its skip token.
fn query_of(link: &str) -> String {
    let Some((path, options)) = link.split_once('?') else { return link.to_owned() };
    let kept: Vec<&str> = options
        .split('&')
        .filter(|option| {
            let name = option.split('=').next().unwrap_or_default().to_ascii_lowercase();
            !name.trim_start_matches("%24").trim_start_matches('$').starts_with("skip")
        })
        .collect();
    format!("{path}?{}", kept.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::PageEnd;

    fn found(sources: &[&[Option<&str>]]) -> Vec<u32> {
        let page = |link: &Option<&str>| PageEnd { context: None, next_link: link.map(Into::into) };
        let source = |links: &&[Option<&str>]| {
            let mut source = PendingSource::default();
            source.end.pages = links.iter().map(page).collect();
            source
        };
        dangling(&sources.iter().map(source).collect::<Vec<_>>()).into_iter().collect()
    }

    #[test]
    fn an_export_ends_with_a_page_that_has_no_link() {
        let (a1, a2) = (
            Some("https://g/a?$expand=target&$skiptoken=1"),
            Some("https://g/a?$expand=target&$skiptoken=2"),
        );
        let b = Some("https://g/a?$filter=x&%24skiptoken=2");
        assert!(found(&[&[a1, a2, None]]).is_empty());
        assert!(found(&[&[a1], &[None], &[a2]]).is_empty());
        assert_eq!(found(&[&[a1, a2]]), [0]);
        assert_eq!(found(&[&[a1], &[a2]]), [1]);
        assert_eq!(found(&[&[a1], &[b, None]]), [1]);
        assert!(found(&[&[a1, None], &[b, None]]).is_empty());
    }
}
