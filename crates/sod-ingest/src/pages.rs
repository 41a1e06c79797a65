//! Finds exports that end before their last page.
//!
//! Every page but the last of a query carries an `@odata.nextLink`; the last has none. Links that differ in nothing
//! but their skip token belong to one query. So among the pages of one context there must be at least as many ends as
//! there are queries with links: fewer ends mean that somewhere the next page was not fetched or not given.
//!
//! Where each package was exported by a query of its own, the ends of the others prove nothing: a query that filters
//! by a package ends only with a page that has rows of that package, or none at all.

use crate::pending::{Pending, PendingSource};
use sod_model::{ExternalId, Guid};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Context<'p> {
    /// By query: the last source with a link of it, and that link.
    queries: BTreeMap<String, (u32, &'p str)>,
    /// The sources of pages without a link.
    ends: Vec<u32>,
}

/// The sources whose next page is missing.
pub(crate) fn dangling(pending: &Pending) -> BTreeSet<u32> {
    let mut held: Option<BTreeSet<(u32, u32)>> = None;
    unfinished(&pending.sources, &mut |link| {
        let package = guids(link).find_map(|id| pending.package_at(&ExternalId::Guid(id)))?;
        let packages = |(source, run): (u32, std::ops::Range<usize>)| {
            let packages = pending.rows.table.packages().get(run).unwrap_or_default();
            packages.iter().map(move |package| (source, package.0))
        };
        let held = held.get_or_insert_with(|| pending.rows.runs().flat_map(packages).collect());
        Some(held.iter().filter(|(_, of)| *of == package).map(|(source, _)| *source).collect())
    })
}

/// The sources with links that no page ends. `sources_of` gives the sources with rows of the package by which a link
/// filters, if it does.
fn unfinished(
    sources: &[PendingSource],
    sources_of: &mut dyn FnMut(&str) -> Option<BTreeSet<u32>>,
) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for Context { queries, mut ends } in contexts(sources).into_values() {
        let mut any_end = Vec::new();
        for (source, link) in queries.into_values() {
            let Some(own) = sources_of(link) else {
                any_end.push(source);
                continue;
            };
            let is_empty = |at: u32| sources.get(at as usize).is_some_and(|source| source.accepted == 0);
            let end = ends.iter().position(|end| own.contains(end));
            let end = end.or_else(|| ends.iter().position(|end| is_empty(*end)));
            match end {
                Some(end) => _ = ends.swap_remove(end),
                None => _ = found.insert(source),
            }
        }
        let open = any_end.len().saturating_sub(ends.len());
        any_end.sort_unstable();
        found.extend(any_end.into_iter().rev().take(open));
    }
    found
}

fn contexts(sources: &[PendingSource]) -> BTreeMap<&str, Context<'_>> {
    let mut contexts: BTreeMap<&str, Context<'_>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        for page in source.end.pages.iter().chain(&source.nested_pages) {
            let context = contexts.entry(page.context.as_deref().unwrap_or_default()).or_default();
            match &page.next_link {
                Some(link) => _ = context.queries.insert(query_of(link), (at as u32, link)),
                None => context.ends.push(at as u32),
            }
        }
    }
    contexts
}

/// The ids that a link mentions.
fn guids(link: &str) -> impl Iterator<Item = Guid> {
    link.char_indices().filter_map(|(at, _)| Guid::parse(link.get(at..at + 36)?))
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
        let page = |link: &Option<&str>| PageEnd { next_link: link.map(Into::into), ..PageEnd::default() };
        let source = |links: &&[Option<&str>]| {
            let mut source = PendingSource::default();
            source.end.pages = links.iter().map(page).collect();
            source
        };
        unfinished(&sources.iter().map(source).collect::<Vec<_>>(), &mut |_| None).into_iter().collect()
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
