//! As much of `manifest.json` and `summary.json` as a comparison wants.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct Manifest {
    pub(super) tool: Tool,
    #[serde(default)]
    pub(super) options: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) data_moment: Option<String>,
    #[serde(default)]
    pub(super) inputs: Vec<Input>,
    pub(super) control_totals: Totals,
    #[serde(default)]
    pub(super) outputs: Vec<Output>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Input {
    pub(super) path: String,
    #[serde(default)]
    pub(super) sha256: Option<String>,
    #[serde(default)]
    pub(super) rows: Rows,
    #[serde(default)]
    pub(super) records: BTreeMap<String, u64>,
    #[serde(default)]
    pub(super) refused: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(super) dangling_next_link: bool,
    #[serde(default)]
    pub(super) shape: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Rows {
    #[serde(default)]
    pub(super) read: u64,
    #[serde(default)]
    pub(super) rejected: u64,
}

#[derive(Deserialize)]
pub(super) struct Totals {
    pub(super) users: u64,
    pub(super) packages: u64,
    pub(super) holdings: u64,
    pub(super) states_counted: String,
    #[serde(default)]
    pub(super) rules_not_evaluable: u64,
}

#[derive(Deserialize)]
pub(super) struct Output {
    pub(super) name: String,
    pub(super) sha256: String,
}

#[derive(Deserialize)]
pub(super) struct Summary {
    pub(super) moment: Option<String>,
    pub(super) conflicts_open: u64,
    pub(super) conflicts_excepted: u64,
    pub(super) pairs_nonzero: u64,
    #[serde(default)]
    pub(super) coverage: Vec<Statement>,
}

#[derive(Deserialize)]
pub(super) struct Statement {
    pub(super) code: String,
}
