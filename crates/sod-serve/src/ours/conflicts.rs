//! `GET /sod/v1/conflicts`: who violates which rule, part by part, as `conflicts.jsonl` has it.
//!
//! "None" is said together with what was judged: a rule that could not be judged is named, whether it was asked for or not.

use super::listed;
use super::paging::{Parameters, Part, not_found, same_snapshot};
use crate::app::App;
use crate::refusal::{Asked, Refusal};
use crate::served::Served;
use axum::body::Body;
use axum::extract::{Extension, RawQuery, State};
use axum::http::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use sod_engine::formats::ReportView;
use sod_engine::formats::conflicts::{in_report_order, write_lines_of};
use sod_engine::{Conflict, Rule, RuleId, Severity, UserId, find_rule, find_user};
use std::sync::Arc;

const PATH: &str = "/sod/v1/conflicts";
const PARAMETERS: [&str; 7] = ["top", "skip", "rule", "user", "severity", "status", "snapshot"];

#[derive(Serialize)]
struct Page<'a> {
    snapshot: &'a str,
    /// Conflicts that the filters let through, on this page or not.
    total: usize,
    skip: usize,
    top: usize,
    next: Option<String>,
    /// Rules that were judged, of those that the filters let through.
    rules_judged: usize,
    /// Those that were not, and why: nothing is known of who violates them.
    rules_not_judged: Vec<NotJudged<'a>>,
    value: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct NotJudged<'a> {
    rule_id: &'a str,
    why: &'a str,
}

/// Which conflicts are wanted.
#[derive(Default)]
struct Filter<'q> {
    rule: Option<RuleId>,
    user: Option<UserId>,
    severity: Option<Severity>,
    status: Option<&'q str>,
}

/// Answers.
pub(crate) async fn conflicts(
    State(app): State<Arc<App>>,
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    listed(app, asked, query, body).await
}

fn body(served: &Served, base: &str, query: Option<&str>) -> Result<Vec<u8>, Refusal> {
    let parameters = Parameters::read(query, &PARAMETERS)?;
    let part = Part::read(&parameters)?;
    let view = served.view();
    let filter = Filter::read(&parameters, &view, served.id())?;
    let wanted = || in_report_order(&view).filter(|(_, conflict)| filter.takes(&view, *conflict));
    let total = wanted().count();
    let mut lines = Vec::new();
    write_lines_of(&view, wanted().skip(part.skip).take(part.top), &mut lines)
        .map_err(|_| Refusal::defect())?;
    let lines = std::str::from_utf8(&lines).map_err(|_| Refusal::defect())?;
    let value = lines.lines().map(serde_json::from_str::<&RawValue>).collect::<Result<_, _>>();
    let rules = || (0..).map(RuleId).zip(view.rules.rules()).filter(|(id, rule)| filter.asks(*id, rule));
    let page = Page {
        snapshot: served.id(),
        total,
        skip: part.skip,
        top: part.top,
        next: part.next(base, PATH, total, &parameters, served.id()),
        rules_judged: rules().filter(|(_, rule)| rule.is_judged()).count(),
        rules_not_judged: rules().filter_map(|(_, rule)| NotJudged::of(rule)).collect(),
        value: value.map_err(|_| Refusal::defect())?,
    };
    serde_json::to_vec(&page).map_err(|_| Refusal::defect())
}

impl<'q> Filter<'q> {
    fn read(parameters: &'q Parameters, view: &ReportView<'_>, snapshot: &str) -> Result<Self, Refusal> {
        let names = Severity::ALL.map(Severity::name);
        let severity = parameters.word("severity", &names)?;
        let status = parameters.word("status", &["open", "excepted"])?;
        let (rule, user) = (parameters.one("rule")?, parameters.one("user")?);
        same_snapshot(parameters, snapshot)?;
        let rule = rule.map(|text| find_rule(view.rules, text).map_err(|error| not_found(&error)));
        let user = user.map(|text| find_user(view.snapshot, text).map_err(|error| not_found(&error)));
        Ok(Self {
            rule: rule.transpose()?,
            user: user.transpose()?,
            severity: severity
                .and_then(|name| Severity::ALL.into_iter().find(|severity| severity.name() == name)),
            status,
        })
    }

    /// Whether it is about this rule.
    fn asks(&self, id: RuleId, rule: &Rule) -> bool {
        self.rule.is_none_or(|asked| asked == id) && self.severity.is_none_or(|asked| asked == rule.severity)
    }

    fn takes(&self, view: &ReportView<'_>, conflict: Conflict) -> bool {
        self.user.is_none_or(|user| user == conflict.user)
            && self.status.is_none_or(|status| (status == "open") == conflict.exception.is_none())
            && view.rules.rule(conflict.rule).is_some_and(|rule| self.asks(conflict.rule, rule))
    }
}

impl<'a> NotJudged<'a> {
    fn of(rule: &'a Rule) -> Option<Self> {
        let why = rule.inactive.as_deref().or(rule.not_evaluable.as_deref())?;
        Some(Self { rule_id: &rule.id, why })
    }
}
