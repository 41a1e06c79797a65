//! A rule in `rules.json`.

use super::{Named, Paths, group, package, text};
use crate::ReportView;
use serde::Serialize;
use sod_model::{Directory, JudgedKind, PackageId, Rule, RuleId, RuleOrigin, Term};

#[derive(Serialize)]
pub(super) struct RuleLine<'a> {
    id: &'a str,
    name: &'a str,
    severity: &'static str,
    origin: OriginLine<'a>,
    verdict: &'static str,
    not_evaluable: Option<&'a str>,
    not_in_force: Option<&'a str>,
    enabled: bool,
    valid_from: Option<String>,
    valid_until: Option<String>,
    description: Option<&'a str>,
    risk: Option<&'a str>,
    owner: Option<&'a str>,
    process: Option<&'a str>,
    frameworks: &'a [Box<str>],
    advice: Option<&'a str>,
    /// All of them must be satisfied.
    terms: Vec<TermLine<'a>>,
    /// What it names and the inputs do not know.
    unknown: &'a [Box<str>],
    conflicts_open: u64,
    conflicts_excepted: u64,
}

/// Where a rule comes from.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum OriginLine<'a> {
    /// A rules file; nothing is known of its path where the rules were made by a program.
    Document { path: Option<&'a str> },
    /// Two packages of which one at least declares the other incompatible; low is the first in byte order.
    DeclaredPackages { low_declares: bool, high_declares: bool },
    /// A package that declares a group incompatible.
    DeclaredGroup,
}

#[derive(Serialize)]
struct TermLine<'a> {
    at_least: u32,
    packages: Vec<PackageLine<'a>>,
    groups: Vec<Named<'a>>,
}

/// A package, with the catalog that it is in as far as the inputs tell.
#[derive(Serialize)]
struct PackageLine<'a> {
    #[serde(flatten)]
    named: Named<'a>,
    catalog_id: Option<String>,
}

pub(super) fn rule_line<'a>(
    view: &ReportView<'a>,
    paths: &Paths<'a>,
    id: RuleId,
    rule: &'a Rule,
) -> RuleLine<'a> {
    let directory = &view.snapshot.directory;
    let of_rule = view.conflicts.of_rule(id);
    let open = of_rule.iter().filter(|conflict| conflict.exception.is_none()).count() as u64;
    let origin = match rule.origin {
        RuleOrigin::Document => OriginLine::Document { path: paths.of(JudgedKind::Rules, &rule.id) },
        RuleOrigin::DeclaredPackages { low_declares, high_declares } => {
            OriginLine::DeclaredPackages { low_declares, high_declares }
        }
        RuleOrigin::DeclaredGroup => OriginLine::DeclaredGroup,
    };
    RuleLine {
        id: &rule.id,
        name: &rule.name,
        severity: rule.severity.name(),
        origin,
        verdict: verdict(rule),
        not_evaluable: rule.not_evaluable.as_deref(),
        not_in_force: rule.inactive.as_deref(),
        enabled: rule.is_enabled(),
        valid_from: text(rule.period.from),
        valid_until: text(rule.period.until),
        description: rule.facts.description.as_deref(),
        risk: rule.facts.risk.as_deref(),
        owner: rule.facts.owner.as_deref(),
        process: rule.facts.process.as_deref(),
        frameworks: &rule.facts.frameworks,
        advice: rule.facts.advice.as_deref(),
        terms: rule.terms.iter().map(|term| term_line(directory, term)).collect(),
        unknown: &rule.unknown,
        conflicts_open: open,
        conflicts_excepted: of_rule.len() as u64 - open,
    }
}

/// What became of a rule, in one word.
const fn verdict(rule: &Rule) -> &'static str {
    if rule.inactive.is_some() {
        "not-in-force"
    } else if rule.not_evaluable.is_some() {
        "not-evaluable"
    } else if rule.unknown.is_empty() {
        "judged"
    } else {
        "judged-in-part"
    }
}

fn term_line<'a>(directory: &'a Directory, term: &Term) -> TermLine<'a> {
    TermLine {
        at_least: term.at_least,
        packages: term.packages.iter().map(|&id| package_line(directory, id)).collect(),
        groups: term.groups.iter().map(|&id| group(directory, id)).collect(),
    }
}

fn package_line(directory: &Directory, id: PackageId) -> PackageLine<'_> {
    let catalog = directory.package(id).and_then(|package| package.catalog);
    let catalog = catalog.and_then(|catalog| directory.catalog(catalog));
    PackageLine { named: package(directory, id), catalog_id: catalog.map(|catalog| catalog.id.to_string()) }
}
