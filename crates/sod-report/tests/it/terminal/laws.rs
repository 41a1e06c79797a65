//! Laws that hold on every page: lines fit, ids are whole, nothing from outside is obeyed.

use super::fixture::{declared, guid, package, provenance, summary, tenant, user, warning};
use crate::fixture::Tenant;
use proptest::prelude::*;
use sod_model::*;
use sod_report::explain::{explain_pair, explain_rule, explain_user};
use sod_report::terminal::{Terminal, explained_pair, explained_rule, explained_user, inspect};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Names as outsiders write them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z][A-Za-z ]{0,30}",
        "\\PC{0,40}",
        "[\u{1b}\u{9b}\u{202e}\u{2066}\u{200b}\n\r\ta-z]{0,20}",
        "[a-z ]{200,300}",
        "[🎉👩💻田中さん\u{200d}\u{fe0f}a-c]{0,60}",
    ]
}

/// A package id: usually a GUID, sometimes text of any length. The blank-free letters make it findable.
fn package_id(at: usize) -> impl Strategy<Value = ExternalId> {
    prop_oneof![
        3 => Just(guid(2, at as u128)),
        1 => "[a-z]{1,90}".prop_map(move |text| ExternalId::new(&format!("{text}-{at}"))),
    ]
}

/// What a random tenant is made from, small enough to read when a law breaks.
#[derive(Clone, Debug)]
struct Recipe {
    packages: Vec<(ExternalId, Option<String>)>,
    users: Vec<Option<String>>,
    rows: Vec<(u32, u32, u16)>,
    text: String,
    count: u32,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let packages = (0..6).map(|at| (package_id(at), proptest::option::of(name()))).collect::<Vec<_>>();
    let users = proptest::collection::vec(proptest::option::of(name()), 5);
    let rows = proptest::collection::vec((0..5u32, 0..6u32, 0..5u16), 0..40);
    (packages, users, rows, name(), any::<u32>()).prop_map(|(mut packages, users, rows, text, count)| {
        packages.sort_by(|a, b| a.0.cmp(&b.0));
        Recipe { packages, users, rows, text, count }
    })
}

impl Recipe {
    fn tenant(&self) -> Tenant {
        let Self { packages, users, rows, text, count } = self;
        let packages = packages.iter().map(|(id, name)| package(id.clone(), name.as_deref())).collect();
        let users = users.iter().enumerate().map(|(at, name)| user(guid(1, at as u128), name.as_deref()));
        let rows: Vec<_> = rows.iter().map(|&(u, p, state)| (u, p, StateId(state))).collect();
        let mut provenance = provenance(rows.len() as u64);
        provenance.sources[0].path = text.as_str().into();
        provenance.rejected[1].detail = text.as_str().into();
        let code = WarningCode::ALL[*count as usize % WarningCode::ALL.len()];
        provenance.warnings = vec![warning(code, u64::from(*count), text)];
        let rules = vec![declared(0, 1, text, None), declared(2, 3, text, Some("because"))];
        tenant(users.collect(), packages, rows, provenance, rules)
    }
}

/// Every page that a tenant has.
fn pages(tenant: &Tenant, terminal: &Terminal) -> Vec<String> {
    let input = tenant.explain();
    let pair = PackagePair::new(PackageId(0), PackageId(1)).unwrap();
    vec![
        summary(tenant, terminal),
        inspect(&tenant.snapshot, &tenant.holding, terminal),
        explained_user(&explain_user(&input, UserId(0)).unwrap(), 1, terminal),
        explained_pair(&explain_pair(&input, pair, 3).unwrap(), terminal),
        explained_rule(&explain_rule(&input, RuleId(0), None, 3).unwrap(), terminal),
    ]
}

/// Ids that may not be cut, longest first.
fn ids(tenant: &Tenant) -> Vec<String> {
    let directory = &tenant.snapshot.directory;
    let packages = directory.packages().iter().map(|package| package.id.to_string());
    let users = directory.users().iter().flat_map(|user| {
        [Some(user.id.to_string()), user.principal_name.as_deref().map(str::to_owned)].into_iter().flatten()
    });
    let rules = tenant.rules.rules().iter().map(|rule| rule.id.to_string());
    packages.chain(users).chain(rules).collect()
}

/// The widest that any terminal makes of a line.
fn columns(line: &str) -> usize {
    let letters: usize = line.chars().map(|letter| letter.width().unwrap_or(0)).sum();
    letters.max(line.width())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn lines_fit_unless_they_hold_an_id(recipe in recipe(), width in 40u16..200) {
        let tenant = recipe.tenant();
        let ids = ids(&tenant);
        for page in pages(&tenant, &Terminal { width, color: false, unicode: true }) {
            for line in page.lines().filter(|line| columns(line) > usize::from(width)) {
                // Principal names are made from hostile names here, and are shown harmless: look for what is left.
                let holds_an_id = ids.iter().any(|id| line.contains(id.as_str())) || line.contains("@contoso.example");
                prop_assert!(holds_an_id, "{} columns in {width}: {line}", columns(line));
            }
        }
    }

    #[test]
    fn nothing_from_outside_is_obeyed(recipe in recipe(), width in 40u16..200, color: bool) {
        let tenant = recipe.tenant();
        for page in pages(&tenant, &Terminal { width, color, unicode: true }) {
            for letter in page.chars().filter(|letter| *letter != '\n') {
                prop_assert!(!letter.is_control() || (color && letter == '\u{1b}'), "{letter:?} in {page}");
                let unseen = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}');
                prop_assert!(!unseen, "{letter:?} in {page}");
            }
            for escape in page.split('\u{1b}').skip(1) {
                let (style, _) = escape.split_once('m').unwrap();
                prop_assert!(style.strip_prefix('[').is_some_and(|style| style.bytes().all(|b| b.is_ascii_digit())));
            }
            prop_assert!(page.lines().all(|line| line == line.trim_end()), "blanks at the end of a line: {page}");
            prop_assert!(!page.contains("\n\n\n"), "two blank lines: {page}");
        }
    }

    #[test]
    fn ids_are_whole(recipe in recipe(), width in 40u16..200) {
        let tenant = recipe.tenant();
        let pages = pages(&tenant, &Terminal { width, color: false, unicode: true });
        let directory = &tenant.snapshot.directory;
        for count in tenant.pairs.iter().take(5) {
            for package in [count.pair.low(), count.pair.high()] {
                prop_assert!(pages[0].contains(&directory.package(package).unwrap().id.to_string()));
            }
        }
        for rule in tenant.rules.rules() {
            prop_assert!(rule.not_evaluable.is_none() || pages[0].contains(&*rule.id));
        }
        for assignment in tenant.snapshot.assignments_of_user(UserId(0)) {
            let package = &directory.package(assignment.package).unwrap().id;
            prop_assert!(pages[2].contains(&package.to_string()));
            prop_assert!(pages[2].contains(&assignment.id.as_ref().unwrap().to_string()));
        }
    }
}
