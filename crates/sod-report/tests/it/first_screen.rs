//! The sentences of the first screen of `report.html`: what to do first, and what was not analysed.

use crate::coverage::{complete, gaps};
use crate::fixture::Tenant;
use crate::html::{data, first_steps, page};
use sod_model::RuleSet;

/// What the first screen says to do, or that there is nothing to do; and beside the headline.
fn first_screen(tenant: &Tenant) -> String {
    let overview = data(&page(tenant), "overview");
    let said = |name: &str| overview[name].as_str().map(|text| format!("{text}\n")).unwrap_or_default();
    format!("{}{}{}", first_steps(tenant), said("nothing_first"), said("caution"))
}

const REASSURING: &str = "Nothing: every rule was judged, no conflict is open, and no input needs a look.";

/// The sentence that reassures stands where nothing was left out, and nowhere else.
#[test]
fn nothing_is_to_be_done_only_where_nothing_was_left_out() {
    assert_eq!(first_screen(&complete()), format!("{REASSURING}\n"));
    let mut told = String::new();
    for (tenant, code, _) in gaps() {
        let screen = first_screen(&tenant);
        assert!(!screen.contains("Nothing:") && screen.contains("1 gap: "), "{code}: {screen}");
        told.push_str(&format!("--- {code}\n{screen}"));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn of_long_names_sentences_have_the_beginning() {
    let long = "n\u{e4}".repeat(5_000);
    let mut tenant = complete();
    let mut rule = tenant.rules.rules()[0].clone();
    (rule.id, rule.name) = (long.as_str().into(), long.as_str().into());
    rule.not_evaluable = Some(long.as_str().into());
    tenant.rules = RuleSet::new(vec![rule]);
    let page = page(&tenant);
    let overview = data(&page, "overview");
    assert!(overview["first"][0]["what"].as_str().unwrap().chars().count() < 250, "{}", overview["first"]);
    assert!(overview["first"][0]["why"].as_str().unwrap().chars().count() < 500, "{}", overview["first"]);
    assert_eq!(data(&page, "rules")[0]["name"], long, "its own page has all of it");
}
