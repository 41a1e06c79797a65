//! Finds pages that are missing: at the end of an export, in its middle, and at its beginning.
//!
//! Every page but the last of a query carries an `@odata.nextLink`; the last has none. Links that differ in nothing
//! but their skip token belong to one query. A page without a link does not say of which query it is the end, and contexts are shared
//! by many. So the names of files decide: the pages of a query are in one file, or in files named alike but for numbers. A list of
//! something else beside them, however complete, is no end of theirs.
//!
//! Where each package was exported by a query of its own, the rows tell: a query that filters by a package ends with a page that has
//! rows of that package, or none at all, whatever its name.
//!
//! A page in the middle is missing where the numbers of the files in a row leave one out, and where the links say that so
//! many records stand before a page, and the page with those before it is not there.

use crate::discover::Found;
use crate::pending::{Pending, PendingSource};
use sod_model::{ExternalId, FileRow, Guid};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Pages that the inputs do not have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MissingPages {
    /// The sources with a link to a page that is not there.
    pub(crate) dangling: BTreeSet<u32>,
    /// Files that are missing in rows of numbered files, where no link of `dangling` leads to them.
    pub(crate) holes: Vec<Hole>,
    /// The sources whose pages count more records than were read: what they count, and what was read.
    pub(crate) short: Vec<(u32, u64, u64)>,
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
    /// All sources of pages.
    sources: BTreeSet<u32>,
    /// The most that a page counts, and its source.
    count: Option<(u64, u32)>,
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
    let files: Vec<_> =
        paths.iter().zip(sources).map(|(path, source)| (*path, Some(source.records()))).collect();
    let mut missing = MissingPages::default();
    let mut late = Vec::new();
    // An export may have very many files, and few that go on in others: the rest need no taking apart.
    let parts: OnceCell<Vec<Name<'_>>> = OnceCell::new();
    let parts = || parts.get_or_init(|| paths.iter().map(|path| Name::of(path)).collect());
    for context in contexts(sources).into_values() {
        for query in context.queries.values() {
            missing.dangling.extend(query.leaps());
            late.extend(query.begins_late());
        }
        missing.short.extend(context.counted(sources));
        if !context.queries.is_empty() {
            unfinished(context, sources, parts(), sources_of, &mut missing.dangling);
        }
    }
    for row in FileRow::among(&files) {
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
    names: &[Name<'_>],
    sources_of: &mut dyn FnMut(&str) -> Option<BTreeSet<u32>>,
    found: &mut BTreeSet<u32>,
) {
    let Context { queries, ends, .. } = context;
    let is_empty = |at: u32| sources.get(at as usize).is_some_and(|source| source.accepted == 0);
    let mut fitting: Vec<(BTreeSet<usize>, u32)> = Vec::new();
    for query in queries.into_values() {
        let Some(&last) = query.sources.last() else { continue };
        let places = |fits: &dyn Fn(u32) -> bool| -> BTreeSet<usize> {
            ends.iter().enumerate().filter(|(_, end)| fits(**end)).map(|(at, _)| at).collect()
        };
        let own = match sources_of(query.link) {
            Some(own) => {
                let with_rows = places(&|end| own.contains(&end));
                if with_rows.is_empty() { places(&is_empty) } else { with_rows }
            }
            None => {
                places(&|end| query.sources.iter().any(|own| are_of_one_query(query.link, *own, end, names)))
            }
        };
        fitting.push((own, last));
    }
    // Who has the least to choose from chooses first.
    fitting.sort_by_key(|(own, last)| (own.len(), *last));
    let mut taken = BTreeSet::new();
    for (own, last) in fitting {
        match own.into_iter().find(|end| !taken.contains(end)) {
            Some(end) => _ = taken.insert(end),
            None => _ = found.insert(last),
        }
    }
}

/// The name of a file in parts.
struct Name<'n> {
    folder: &'n str,
    /// What is left of the file's name without numbers and signs, lower case.
    words: String,
    /// The numbers of the file's name.
    numbers: Vec<&'n str>,
    /// Ids of objects in the path.
    ids: Vec<Guid>,
}

impl<'n> Name<'n> {
    fn of(path: &'n str) -> Self {
        let (folder, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
        let stem = name.split('.').next().unwrap_or(name);
        Self {
            folder,
            words: stem
                .chars()
                .filter(|letter| letter.is_alphabetic())
                .flat_map(char::to_lowercase)
                .collect(),
            numbers: stem
                .split(|letter: char| !letter.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .collect(),
            ids: guids(path).collect(),
        }
    }

    /// The folder without its numbers.
    fn place(&self) -> impl Iterator<Item = char> {
        self.folder.chars().filter(|letter| !letter.is_ascii_digit())
    }
}

/// Whether a page without a link may be the end of a query that has a page in another source.
fn are_of_one_query(link: &str, page: u32, end: u32, names: &[Name<'_>]) -> bool {
    let (Some(own), Some(other)) = (names.get(page as usize), names.get(end as usize)) else { return false };
    if page == end {
        return true;
    }
    // A list of another object.
    let mut about = guids(link).peekable();
    if about.peek().is_some() && !other.ids.is_empty() && !about.any(|id| other.ids.contains(&id)) {
        return false;
    }
    let is_beside =
        own.folder == other.folder || own.numbers != other.numbers || own.place().eq(other.place());
    own.words == other.words && is_beside
}

impl Query<'_> {
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
    /// Records of any kind.
    fn records(&self) -> u64 {
        self.accepted + self.rejected.len() as u64 + self.side.values().sum::<u64>()
    }

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
            context.sources.insert(at as u32);
            context.count = context.count.max(page.count.map(|count| (count, at as u32)));
            match &page.next_link {
                Some(link) => context.link(at as u32, link),
                None => context.ends.push(at as u32),
            }
        }
    }
    contexts
}

impl Context<'_> {
    /// Where the most that a page counts is more than all sources with pages of this kind have.
    fn counted(&self, sources: &[PendingSource]) -> Option<(u32, u64, u64)> {
        let (count, at) = self.count?;
        let read =
            self.sources.iter().filter_map(|at| sources.get(*at as usize)).map(PendingSource::records).sum();
        (count > read).then_some((at, count, read))
    }
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
        assert_eq!(dangling(&[("x1", &[a1]), ("x3", &[None]), ("x2", &[a2])]), NONE);
        assert_eq!(dangling(&[("x", &[a1, a2])]), [0]);
        assert_eq!(dangling(&[("x", &[a1]), ("y", &[a2])]), [1]);
        assert_eq!(dangling(&[("x", &[a1]), ("y", &[b, None])]), [0]);
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
        assert_eq!(dangling(&[("a/p1", &[a1]), ("b/p2", &[a2]), ("c/p3", &[None])]), NONE);
        assert_eq!(dangling(&[("1/p", &[a1]), ("2/p", &[a2]), ("3/p", &[None])]), NONE);
        // One list, cut off, beside another that is whole.
        assert_eq!(dangling(&[("all", &[a1]), ("all-finance", &[None])]), [0]);
        assert_eq!(dangling(&[("finance/all", &[a1]), ("hr/all", &[None])]), [0]);
    }

    #[test]
    fn a_list_of_another_object_is_no_end() {
        const IDS: [&str; 2] =
            ["11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"];
        let link = |of: usize| format!("https://g/groups/{}/members?$skiptoken=1", IDS[of]);
        let path = |of: usize, page: u32| format!("groups/{}/members-{page}.json", IDS[of]);
        let (first, other) = (link(0), link(1));
        let (one, two, own) = (path(0, 0), path(1, 1), path(0, 1));
        assert_eq!(dangling(&[(&one, &[Some(&first)]), (&two, &[None])]), [0]);
        assert_eq!(dangling(&[(&one, &[Some(&first)]), (&own, &[None]), (&two, &[None])]), NONE);
        assert_eq!(dangling(&[(&one, &[Some(&first)]), (&two, &[Some(&other), None])]), [0]);
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
            let names: Vec<String> = (0..links.len()).map(|at| format!("x{}", at + 1)).collect();
            let files: Vec<(&str, &[Option<&str>])> =
                names.iter().zip(&links).map(|(name, links)| (name.as_str(), links.as_slice())).collect();
            dangling(&files)
        };
        assert_eq!(found(&[100, 200, 300]), NONE);
        assert_eq!(found(&[100, 400]), [0]);
        assert_eq!(found(&[50, 100, 150]), NONE, "fewer than asked for");
        assert_eq!(found(&[300, 100]), [1], "in whatever order");
        let (third, fourth) = (link(300), link(400));
        let late = missing_in(&[("x1", &[third.as_deref()]), ("x2", &[fourth.as_deref()]), ("x3", &[None])]);
        assert_eq!(late, (vec![], vec![(None, 0, 2)]));
    }
}
