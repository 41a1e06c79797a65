//! `GET /sod/v1/pairs`: the co-holding table, part by part, with the columns of `pairs.csv`.

use super::listed;
use super::paging::{Parameters, Part, not_found, same_snapshot};
use crate::app::App;
use crate::refusal::{Asked, Refusal};
use crate::served::Served;
use axum::body::Body;
use axum::extract::{Extension, RawQuery, State};
use axum::http::Response;
use serde::Serialize;
use sod_engine::formats::pairs::PairRow;
use sod_engine::{PackageId, PairCount, find_package};
use std::sync::Arc;

const PATH: &str = "/sod/v1/pairs";
const PARAMETERS: [&str; 5] = ["top", "skip", "package", "min_holders", "snapshot"];

#[derive(Serialize)]
struct Page<'a> {
    snapshot: &'a str,
    /// Pairs that the filters let through, on this page or not.
    total: usize,
    skip: usize,
    top: usize,
    next: Option<String>,
    value: Vec<Line<'a>>,
}

/// One row of the table.
#[derive(Serialize)]
struct Line<'a> {
    package_a: &'a str,
    package_b: &'a str,
    package_a_name: Option<&'a str>,
    package_b_name: Option<&'a str>,
    holders_a: u64,
    holders_b: u64,
    holders_both: u64,
    share_a: f64,
    share_b: f64,
    lift: f64,
}

/// Answers.
pub(crate) async fn pairs(
    State(app): State<Arc<App>>,
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    listed(app, asked, query, body).await
}

fn body(served: &Served, base: &str, query: Option<&str>) -> Result<Vec<u8>, Refusal> {
    let parameters = Parameters::read(query, &PARAMETERS)?;
    let part = Part::read(&parameters)?;
    let holders_min = parameters.number("min_holders", 0, u64::from(u32::MAX))?.unwrap_or(0);
    same_snapshot(&parameters, served.id())?;
    let asked: Vec<PackageId> = parameters
        .all("package")
        .map(|text| find_package(served.snapshot(), text).map_err(|error| not_found(&error)))
        .collect::<Result<_, _>>()?;
    let (context, all) = served.pairs();
    // Most holders first: those below the bound are all at the end.
    let held = all.partition_point(|count| u64::from(count.holders_both) >= holders_min);
    let held = all.get(..held).unwrap_or_default();
    let (total, rows): (usize, Vec<&PairCount>) = if asked.is_empty() {
        (held.len(), held.iter().skip(part.skip).take(part.top).collect())
    } else {
        let touches =
            |count: &&PairCount| asked.contains(&count.pair.low()) || asked.contains(&count.pair.high());
        let touching: Vec<&PairCount> = held.iter().filter(touches).collect();
        (touching.len(), touching.into_iter().skip(part.skip).take(part.top).collect())
    };
    let page = Page {
        snapshot: served.id(),
        total,
        skip: part.skip,
        top: part.top,
        next: part.next(base, PATH, total, &parameters, served.id()),
        value: rows.into_iter().map(|count| Line::from(context.row(count))).collect(),
    };
    serde_json::to_vec(&page).map_err(|_| Refusal::defect())
}

impl<'a> From<PairRow<'a>> for Line<'a> {
    fn from(row: PairRow<'a>) -> Self {
        Self {
            package_a: row.package_a,
            package_b: row.package_b,
            package_a_name: row.package_a_name,
            package_b_name: row.package_b_name,
            holders_a: row.holders_a,
            holders_b: row.holders_b,
            holders_both: row.holders_both,
            share_a: row.shares.share_a,
            share_b: row.shares.share_b,
            lift: row.shares.lift,
        }
    }
}
