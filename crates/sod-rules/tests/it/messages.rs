//! Every message about a document, as a reader sees it.

use crate::tenant::directory;
use sod_rules::{
    DocumentError, Problem, ProblemCode, ResolveOptions, parse_exceptions_partly, parse_plan, parse_rules,
    parse_rules_partly, resolve_exceptions, resolve_rules,
};
use std::collections::BTreeSet;
use std::fmt::Write;

const RULES: [(&str, &str); 29] = [
    ("a reserved id", "[[rule]]\nid = 'entra:p1:p2'\nterms = [{ packages = ['p1'] }]\n"),
    ("not TOML at all", "hello world\n[[rule]\nid = 'R1'\n"),
    ("not JSON at all", "{\n  \"rule\": [ { \"id\": \"R1\", } ]\n}\n"),
    ("nested without end", "{\"rule\": [[[[[[["),
    ("no rule", "[ruleset]\nid = 'contoso'\n"),
    ("an empty list of rules", "rule = []\n"),
    ("a table where a list belongs", "[rule]\nid = 'R1'\n"),
    (
        "misspelt keys",
        "[[rule]]\nid = 'R1'\nserverity = 'high'\nterms = [{ package = ['A', 'B'], atleast = 2 }]\n",
    ),
    ("a key from nowhere", "[[rule]]\nid = 'R1'\ncolour = 'red'\nterms = [{ packages = ['A'] }]\n"),
    (
        "several at once",
        "[[rule]]\nname = 7\nseverity = 'bad'\nenabled = 'yes'\n\n[[rule]]\nid = ' '\nterms = []\n",
    ),
    (
        "dates",
        "[[rule]]\nid = 'R1'\nterms = [{ packages = ['A'] }]\nvalid_from = 2026-02-01\nvalid_to = '2026-01-31'\n[[rule]]\nid = 'R2'\nvalid_from = '31.1.2026'\nvalid_to = 5\nterms = [{ packages = ['A'] }]\n",
    ),
    (
        "terms that are none",
        "[[rule]]\nid = 'R1'\nterms = 'A'\n[[rule]]\nid = 'R2'\nterms = ['A', { at_least = 2 }, { packages = [] }]\n",
    ),
    (
        "numbers",
        "[[rule]]\nid = 'R1'\nterms = [{ packages = ['A', 'B'], at_least = 3 }, { packages = ['A'], at_least = 0 }, { packages = ['A'], at_least = 1.5 }]\n",
    ),
    (
        "two of one id",
        "[function.a]\npackages = ['A']\n[[rule]]\nid = 'R1'\nterms = [{ packages = ['A'] }]\n[[rule]]\nid = 'R1'\nterms = [{ packages = ['B'] }]\n",
    ),
    (
        "a key twice in JSON",
        "{\"rule\": [{\"id\": \"R1\", \"terms\": [{\"packages\": [\"A\"]}], \"id\": \"R2\"}]}",
    ),
    ("an empty function", "[function.pay]\n[[rule]]\nid = 'R1'\nterms = [{ functions = ['pay'] }]\n"),
    (
        "a function that is none",
        "[function]\npay = 'A'\n[[rule]]\nid = 'R1'\nterms = [{ functions = ['pay'] }]\n",
    ),
    (
        "an unknown function",
        "[function.payments]\npackages = ['p1']\n[[rule]]\nid = 'R1'\nterms = [{ functions = ['payment'] }, { functions = ['zoo'] }]\n",
    ),
    (
        "functions in a circle",
        "[function.a]\nfunctions = ['b']\n[function.b]\nfunctions = ['a']\n[[rule]]\nid = 'R1'\nterms = [{ functions = ['a'] }]\n",
    ),
    ("a name of two", "[[rule]]\nid = 'R1'\nterms = [{ packages = ['Twins'] }]\n"),
    (
        "unknown names",
        "[[rule]]\nid = 'R1'\nterms = [{ packages = ['p1', 'Cash box'], groups = ['Guests'] }, { catalogs = ['Sales'], names = ['*cash*'] }]\n",
    ),
    ("an exceptions file", "# ours\n[[exception]]\nid = 'EX-1'\n"),
    ("an exceptions table", "id,rule,user,owner,justification\nE,R1,u1,o,j\n"),
    ("a table of users", "\u{feff}user,package\r\nann,Pay\r\nann,Vend\r\nbob,Pay\r\n"),
    ("an export", "{\"@odata.context\": \"x\", \"value\": [{\"id\": \"a1\"}]}\n"),
    ("a list of JSON", "[{\"id\": \"R1\"}]\n"),
    ("UTF-16 without its mark", "[\0[\0r\0u\0l\0e\0]\0]\0\n\0"),
    (
        "all in one run",
        "[function]\nc = 'p1'\n[function.a]\nfunctions = ['b', 'zoo']\n[function.b]\nfunctions = ['a']\n[[rule]]\nowner = 7\n\
         terms = [{ functions = ['g', 'c'], at_least = 99999999999999999999 }, { packages = ['Twins'] }]\n",
    ),
    ("control characters", "\u{feff}[[rule]]\nid = 'R\\u001b[31m1'\t\ncol\u{e9}ur = 1\n"),
];

const EXCEPTIONS: [(&str, &str); 17] = [
    ("a rules file", "[[rule]]\nid = 'R1'\nterms = [{ packages = ['p1'] }]\n"),
    ("a table of something else", "who,what\nann,Pay\nbob,Pay\n"),
    ("an export", "{\"value\": []}\n"),
    (
        "all in one run",
        "id,rule,user,owner,justification,end\nE,R1,bob@contoso.example,,,\n,,bob@contoso.example,o,j,soon\n",
    ),
    ("nothing that it needs", "[[exception]]\nid = 'EX-1'\n"),
    (
        "user and criterion",
        "[[exception]]\nid = 'EX-1'\nrule = 'R1'\nuser = 'u1'\ncriterion = { package = 'p1' }\nowner = 'o'\njustification = 'j'\n",
    ),
    (
        "a criterion of two",
        "[[exception]]\nid = 'EX-1'\nrule = 'R1'\ncriterion = { package = 'p1', department = 'D' }\nowner = 'o'\njustification = 'j'\n",
    ),
    (
        "ends before it starts",
        "[[exception]]\nid = 'EX-1'\nrule = 'R1'\nuser = 'u1'\nowner = 'o'\njustification = 'j'\nstart = 2026-02-01\nend = 2026-01-01\n",
    ),
    (
        "two of one id",
        "[[exception]]\nid = 'E'\nrule = 'R1'\nuser = 'u1'\nowner = 'o'\njustification = 'j'\n[[exception]]\nid = 'E'\nrule = 'R1'\nuser = 'u2'\nowner = 'o'\njustification = 'j'\n",
    ),
    (
        "a principal name of two",
        "[[exception]]\nid = 'E'\nrule = 'R1'\nuser = 'Bob@contoso.example'\nowner = 'o'\njustification = 'j'\n",
    ),
    (
        "nobody knows them",
        "[[exception]]\nid = 'E'\nrule = 'R9'\nuser = 'eve'\nowner = 'o'\njustification = 'j'\n[[exception]]\nid = 'F'\nrule = 'R1'\ncriterion = { package = 'p9' }\nowner = 'o'\njustification = 'j'\n",
    ),
    ("a table with other columns", "id,Rule,,usr,owner,ID,justification,colour\nE,R1,,u1,o,E,j,red\n"),
    ("a table without columns that it needs", "id;rule;user\nE;R1;u1\n"),
    (
        "cells that are missing and cells that contradict",
        "id,rule,user,package,department,owner,justification,start,end\nE,R1,,,,o,j,,\nF,,u1,p1,,o,,,\nG,R1,,p1,D,o,j,,\n",
    ),
    (
        "dates and ids in a table",
        "id,rule,user,owner,justification,start,end\nE,R1,u1,o,j,2026-02-01,2026-01-01\nE,R1,u1,o,j,,31.12.2026\n",
    ),
    (
        "rows that are torn",
        "id,rule,user,owner,justification\nE,R1,u1,o,\"because, of\ntwo\"\nF,R1,u1,o\nG,R1,u1,Smith, John,j\nH,R1,u1,o,\"no end\nI,R1,u1,o,j\n",
    ),
    (
        "nobody knows them, in a table",
        "\u{feff}ID\tRule\tUser\tOwner\tJustification\r\nE\tR9\teve\to\t\u{1b}j\r\n",
    ),
];

const PLANS: [(&str, &str); 3] = [
    ("no plan at all", "{\"value\": []}\n"),
    ("a plan without what should go", "user_id,kind\nu1,assignment\n"),
    (
        "rows of a plan that say too little",
        "assignment_id,user_id,package_id,kind,group_id\n,u1,,,\n,,p1,,\na1,,,role,\n,u1,,membership,\n,,,membership,g1\n",
    ),
];

fn errors_of_rules(text: &str) -> Vec<DocumentError> {
    match parse_rules_partly("rules.toml", text) {
        Err(error) => vec![error],
        Ok(document) => {
            // What is unknown beside other mistakes would only make the page long.
            let options = ResolveOptions { strict: document.problems.is_empty(), moment: None };
            resolve_rules(&[document], &directory(), &options).unwrap_err()
        }
    }
}

fn errors_of_exceptions(text: &str) -> Vec<DocumentError> {
    let strict = ResolveOptions { strict: true, ..ResolveOptions::default() };
    let rules = parse_rules("rules.toml", "[[rule]]\nid = 'R1'\nterms = [{ packages = ['p1'] }]\n").unwrap();
    let rules = resolve_rules(&[rules], &directory(), &strict).unwrap().rules;
    match parse_exceptions_partly("exceptions.toml", text) {
        Err(error) => vec![error],
        Ok(document) => resolve_exceptions(&[document], &directory(), &rules, &strict).unwrap_err(),
    }
}

#[test]
fn every_message() {
    let mut page = String::new();
    let mut met = BTreeSet::new();
    let all = RULES.iter().map(|(case, text)| (case, errors_of_rules(text)));
    let all = all.chain(EXCEPTIONS.iter().map(|(case, text)| (case, errors_of_exceptions(text))));
    let plans = PLANS.iter().map(|(case, text)| (case, vec![parse_plan("plan.csv", text).unwrap_err()]));
    for (case, errors) in all.chain(plans) {
        for error in errors {
            met.extend(error.problems.iter().map(|problem: &Problem| problem.code));
            writeln!(page, "=== {case}\n\n{error}\n").unwrap();
        }
    }
    assert!(!page.contains('\u{1b}'), "a document moves the cursor");
    insta::assert_snapshot!(page);
    let missing: Vec<_> = ProblemCode::ALL.iter().filter(|code| !met.contains(code)).collect();
    assert!(missing.is_empty(), "no case brings about {missing:?}");
}

#[test]
fn every_code_has_a_heading_and_every_heading_a_code() {
    let page = include_str!("../../docs/problems.md");
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let codes: Vec<&str> = ProblemCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(headings, codes);
}
