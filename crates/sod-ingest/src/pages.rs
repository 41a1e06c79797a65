//! Finds pages that are missing: at the end of an export, in its middle, and at its beginning.
//!
//! Every page but the last of a query carries an `@odata.nextLink`; the last has none. Links that differ in nothing
//! but their skip token belong to one query. So among the pages of one context there must be at least as many ends as
//! there are queries with links: fewer ends mean that somewhere the next page was not fetched or not given. Where the pages
//! of a query are files of a row, named alike but for a number, a page beside the row is no end of it.
//!
//! Where each package was exported by a query of its own, the ends of the others prove nothing: a query that filters
//! by a package ends only with a page that has rows of that package, or none at all.
//!
//! A page in the middle is missing where the numbers of the files in a row leave one out, and where the links say that so
//! many records stand before a page, and the page with those before it is not there.

use crate::discover::Found;
use crate::pending::{Pending, PendingSource};
use sod_model::{ExternalId, FileNames, FileRow, Guid};
use std::collections::{BTreeMap, BTreeSet};

/// Pages that the inputs do not have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MissingPages {
    /// The sources with a link to a page that is not there.
    pub(crate) dangling: BTreeSet<u32>,
    /// Files that are missing in rows of numbered files, where no link of `dangling` leads to them.
    pub(crate) holes: Vec<Hole>,
}

/// Files that are missing in a row of numbered files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// The source before them.
    before: Option<u32>,
    /// The source behind them.
    pub(crate) after: u32,
    /// How many.
    pub(crate) files: u64,
}

impl Hole {
    /// Where they are missing, for people.
    pub(crate) fn words(&self, files: &[Found]) -> String {
        let path = |at: u32| files.get(at as usize).map_or("", |file| &*file.path);
        let (after, many) = (path(self.after), self.files);
        match self.before.map(path) {
            Some(before) => format!("{many} between {before} and {after}"),
            None => format!("{many} before {after}"),
        }
    }
}

#[derive(Default)]
struct Context<'p> {
    queries: BTreeMap<String, Query<'p>>,
    /// The sources of pages without a link.
    ends: Vec<u32>,
}

/// Pages whose links differ in nothing but how far they skip.
struct Query<'p> {
    /// The last of the links.
    link: &'p str,
    /// The sources of the pages.
    sources: Vec<u32>,
    /// By how many records the link of a page skips: the source.
    skips: BTreeMap<u64, u32>,
    /// How many records the query asks for at once.
    top: Option<u64>,
}

/// What is missing among the pages read.
pub(crate) fn missing(pending: &Pending, files: &[Found]) -> MissingPages {
    let mut held: Option<BTreeSet<(u32, u32)>> = None;
    let paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
    missing_of(&pending.sources, &paths, &mut |link| {
        let package = guids(link).find_map(|id| pending.package_at(&ExternalId::Guid(id)))?;
        let packages = |(source, run): (u32, std::ops::Range<usize>)| {
            let packages = pending.rows.table.packages().get(run).unwrap_or_default();
            packages.iter().map(move |package| (source, package.0))
        };
        let held = held.get_or_insert_with(|| pending.rows.runs().flat_map(packages).collect());
        Some(held.iter().filter(|(_, of)| *of == package).map(|(source, _)| *source).collect())
    })
}

/// `sources_of` gives the sources with rows of the package by which a link filters, if it does.
fn missing_of(
    sources: &[PendingSource],
    paths: &[&str],
    sources_of: &mut dyn FnMut(&str) -> Option<BTreeSet<u32>>,
) -> MissingPages {
    let names = FileNames::new(paths.iter().map(|path| (*path, Some(1))));
    let mut missing = MissingPages::default();
    let mut late = Vec::new();
    for context in contexts(sources).into_values() {
        for query in context.queries.values() {
            missing.dangling.extend(query.leaps());
            late.extend(query.begins_late());
        }
        unfinished(context, sources, &names, sources_of, &mut missing.dangling);
    }
    for row in names.rows() {
        about_row(&row, sources, &mut missing);
    }
    for hole in late {
        if !missing.holes.iter().any(|known| known.before.is_none() && known.after == hole.after) {
            missing.holes.push(hole);
        }
    }
    missing
}

/// The sources with links that no page ends.
fn unfinished(
    context: Context<'_>,
    sources: &[PendingSource],
    names: &FileNames,
    sources_of: &mut dyn FnMut(&str) -> Option<BTreeSet<u32>>,
    found: &mut BTreeSet<u32>,
) {
    let Context { queries, mut ends } = context;
    let is_empty = |at: u32| sources.get(at as usize).is_some_and(|source| source.accepted == 0);
    let mut any_end = Vec::new();
    for query in queries.into_values() {
        let Some(&last) = query.sources.last() else { continue };
        let end = match sources_of(query.link) {
            Some(own) => {
                let end = ends.iter().position(|end| own.contains(end));
                end.or_else(|| ends.iter().position(|end| is_empty(*end)))
            }
            None if query.is_row(names) => ends.iter().position(|end| query.has_in_row(*end, names)),
            None => {
                any_end.push(last);
                continue;
            }
        };
        match end {
            Some(end) => _ = ends.swap_remove(end),
            None => _ = found.insert(last),
        }
    }
    let open = any_end.len().saturating_sub(ends.len());
    any_end.sort_unstable();
    found.extend(any_end.into_iter().rev().take(open));
}

impl Query<'_> {
    /// Whether several of its pages are files that are named alike.
    fn is_row(&self, names: &FileNames) -> bool {
        let mut sources = self.sources.iter();
        let Some(first) = sources.next() else { return false };
        sources.any(|other| other != first && names.are_alike(*first as usize, *other as usize))
    }

    /// Whether a source is one of its own, or is named like one.
    fn has_in_row(&self, at: u32, names: &FileNames) -> bool {
        self.sources.iter().any(|own| *own == at || names.are_alike(*own as usize, at as usize))
    }

    /// The links that skip records, in pairs, one behind the other: by how much, and the source.
    fn skips(&self) -> impl Iterator<Item = ((u64, u32), (u64, u32))> {
        let skips = || self.skips.iter().map(|(skip, at)| (*skip, *at));
        skips().zip(skips().skip(1))
    }

    /// How many records stand on a page.
    fn step(&self) -> Option<u64> {
        let least = self.skips().map(|((before, _), (after, _))| after - before).min();
        let first = self.skips.first_key_value().map(|(skip, _)| *skip);
        [least, self.top, first].into_iter().flatten().min().filter(|step| *step > 0)
    }

    /// The sources behind whose pages one is missing: the next link that there is skips too many records.
    fn leaps(&self) -> BTreeSet<u32> {
        let Some(step) = self.step() else { return BTreeSet::new() };
        self.skips()
            .filter(|((before, _), (after, _))| after - before > step)
            .map(|((_, at), _)| at)
            .collect()
    }

    /// Pages that are missing before the first: the link of the first page skips the records of that page and no others.
    fn begins_late(&self) -> Option<Hole> {
        let (step, (skip, after)) = (self.step()?, self.skips.first_key_value()?);
        let files = skip.div_ceil(step).saturating_sub(1);
        (files > 0).then_some(Hole { before: None, after: *after, files })
    }
}

/// Enters the numbers that are missing in a row of files.
fn about_row(row: &FileRow, sources: &[PendingSource], missing: &mut MissingPages) {
    let goes_on = |at: usize| sources.get(at).is_some_and(PendingSource::goes_on);
    let is_used = |at: usize| sources.get(at).is_some_and(|source| source.end.refused.is_none());
    // Files of which nothing is used are named by chance.
    if !row.places().any(is_used) {
        return;
    }
    for hole in row.holes(row.places().any(goes_on)) {
        let before = hole.before.map(|at| at as u32);
        match before.filter(|at| goes_on(*at as usize)) {
            Some(at) => _ = missing.dangling.insert(at),
            None => missing.holes.push(Hole { before, after: hole.after as u32, files: hole.files }),
        }
    }
}

impl PendingSource {
    /// Whether its pages lead to a page of another source.
    fn goes_on(&self) -> bool {
        let links = self.end.pages.iter().filter(|page| page.next_link.is_some()).count();
        links * 2 > self.end.pages.len()
    }
}

fn contexts(sources: &[PendingSource]) -> BTreeMap<&str, Context<'_>> {
    let mut contexts: BTreeMap<&str, Context<'_>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        for page in source.end.pages.iter().chain(&source.nested_pages) {
            let context = contexts.entry(page.context.as_deref().unwrap_or_default()).or_default();
            match &page.next_link {
                Some(link) => context.link(at as u32, link),
                None => context.ends.push(at as u32),
            }
        }
    }
    contexts
}

impl<'p> Context<'p> {
    fn link(&mut self, at: u32, link: &'p str) {
        let Link { query, skip, top } = Link::read(link);
        let query = self.queries.entry(query).or_insert_with(|| Query {
            link,
            sources: Vec::new(),
            skips: BTreeMap::new(),
            top,
        });
        query.link = link;
        query.sources.push(at);
        if let Some(skip) = skip {
            query.skips.insert(skip, at);
        }
    }
}

/// The ids that a link mentions.
fn guids(link: &str) -> impl Iterator<Item = Guid> {
    link.char_indices().filter_map(|(at, _)| Guid::parse(link.get(at..at + 36)?))
}

/// What a link to a next page says.
struct Link {
    /// The link without how far it skips.
    query: String,
    /// How many records it skips; a token says nothing.
    skip: Option<u64>,
    /// How many records it asks for.
    top: Option<u64>,
}

impl Link {
    fn read(link: &str) -> Self {
        let mut read = Self { query: link.to_owned(), skip: None, top: None };
        let Some((path, options)) = link.split_once('?') else { return read };
        let mut kept: Vec<&str> = Vec::new();
        for option in options.split('&') {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let name = name.to_ascii_lowercase();
            match name.trim_start_matches("%24").trim_start_matches('$') {
                "skip" => read.skip = value.parse().ok(),
                skip if skip.starts_with("skip") => {}
                name => {
                    if name == "top" {
                        read.top = value.parse().ok();
                    }
                    kept.push(option);
                }
            }
        }
        read.query = format!("{path}?{}", kept.join("&"));
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::PageEnd;

    /// What stands before and behind a hole, and how many are missing.
    type Place = (Option<u32>, u32, u64);

    /// What is missing among files with pages that have these links.
    fn missing_in(files: &[(&str, &[Option<&str>])]) -> (Vec<u32>, Vec<Place>) {
        let page = |link: &Option<&str>| PageEnd { next_link: link.map(Into::into), ..PageEnd::default() };
        let source = |(_, links): &(&str, &[Option<&str>])| {
            let mut source = PendingSource::default();
            source.end.pages = links.iter().map(page).collect();
            source
        };
        let sources: Vec<PendingSource> = files.iter().map(source).collect();
        let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        let missing = missing_of(&sources, &paths, &mut |_| None);
        let holes = missing.holes.iter().map(|hole| (hole.before, hole.after, hole.files));
        (missing.dangling.iter().copied().collect(), holes.collect())
    }

    fn dangling(files: &[(&str, &[Option<&str>])]) -> Vec<u32> {
        let (dangling, holes) = missing_in(files);
        assert!(holes.is_empty(), "{holes:?}");
        dangling
    }

    const NONE: [u32; 0] = [];

    const LINKS: [Option<&str>; 3] = [
        Some("https://g/a?$expand=target&$skiptoken=1"),
        Some("https://g/a?$expand=target&$skiptoken=2"),
        Some("https://g/a?$expand=target&$skiptoken=3"),
    ];

    #[test]
    fn an_export_ends_with_a_page_that_has_no_link() {
        let [a1, a2, _] = LINKS;
        let b = Some("https://g/a?$filter=x&%24skiptoken=2");
        assert_eq!(dangling(&[("x", &[a1, a2, None])]), NONE);
        assert_eq!(dangling(&[("x", &[a1]), ("y", &[None]), ("z", &[a2])]), NONE);
        assert_eq!(dangling(&[("x", &[a1, a2])]), [0]);
        assert_eq!(dangling(&[("x", &[a1]), ("y", &[a2])]), [1]);
        assert_eq!(dangling(&[("x", &[a1]), ("y", &[b, None])]), [1]);
        assert_eq!(dangling(&[("x", &[a1, None]), ("y", &[b, None])]), NONE);
    }

    #[test]
    fn a_page_beside_a_row_of_pages_does_not_end_it() {
        let [a1, a2, _] = LINKS;
        assert_eq!(dangling(&[("p1", &[a1]), ("p2", &[a2]), ("p3", &[None])]), NONE);
        assert_eq!(dangling(&[("p1", &[a1]), ("p2", &[a2]), ("finance", &[None])]), [1]);
        assert_eq!(
            dangling(&[("p", &[a1]), ("p1", &[a2]), ("p2", &[None])]),
            NONE,
            "the first has no number"
        );
        assert_eq!(dangling(&[("a/p", &[a1]), ("b/p", &[a2]), ("c/p", &[None])]), NONE);
    }

    #[test]
    fn a_page_in_the_middle_is_missing() {
        let [a1, a2, a3] = LINKS;
        assert_eq!(missing_in(&[("p1", &[a1]), ("p3", &[a3]), ("p4", &[None])]), (vec![0], vec![]));
        assert_eq!(
            missing_in(&[("p2", &[a2]), ("p3", &[a3]), ("p4", &[None])]),
            (vec![], vec![(None, 0, 1)])
        );
        // Written without their links.
        assert_eq!(missing_in(&[("p1", &[]), ("p2", &[]), ("p4", &[])]), (vec![], vec![(Some(1), 2, 1)]));
        // A query in one file, complete; the next file is missing.
        assert_eq!(missing_in(&[("p1", &[a1, None]), ("p3", &[a3, None])]), (vec![], vec![(Some(0), 1, 1)]));
        assert_eq!(missing_in(&[("p1", &[a1]), ("p9", &[None])]), (vec![0], vec![]));
    }

    #[test]
    fn links_tell_how_many_records_stand_before() {
        let link = |skip: u32| Some(format!("https://g/a?$top=100&$skip={skip}"));
        let found = |skips: &[u32]| {
            let links: Vec<Option<String>> = skips.iter().map(|skip| link(*skip)).chain([None]).collect();
            let links: Vec<[Option<&str>; 1]> = links.iter().map(|link| [link.as_deref()]).collect();
            let names: Vec<String> = (0..links.len()).map(|at| "x".repeat(at + 1)).collect();
            let files: Vec<(&str, &[Option<&str>])> =
                names.iter().zip(&links).map(|(name, links)| (name.as_str(), links.as_slice())).collect();
            dangling(&files)
        };
        assert_eq!(found(&[100, 200, 300]), NONE);
        assert_eq!(found(&[100, 400]), [0]);
        assert_eq!(found(&[50, 100, 150]), NONE, "fewer than asked for");
        assert_eq!(found(&[300, 100]), [1], "in whatever order");
        let (third, fourth) = (link(300), link(400));
        let late = missing_in(&[("x", &[third.as_deref()]), ("xx", &[fourth.as_deref()]), ("xxx", &[None])]);
        assert_eq!(late, (vec![], vec![(None, 0, 2)]));
    }
}
