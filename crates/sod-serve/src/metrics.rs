//! `/metrics`: what a monitoring system asks for, in the text format of Prometheus (OpenMetrics).
//!
//! Labels come from closed lists, never from what clients send, so that nobody can fill the memory with them.

use crate::log;
use crate::route::Route;
use crate::served::Served;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// The type of what [`Metrics::text`] gives.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: most answers take microseconds, the longest a second.
const BUCKETS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: Route,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReloadLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct SizeLabels {
    of: &'static str,
}

/// The counters.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    answer_bytes: Counter,
    pub(crate) in_flight: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) connections_refused: Counter,
    reloads: Family<ReloadLabels, Counter>,
    sizes: Family<SizeLabels, Gauge>,
    loaded_at: Gauge,
    log_lines_lost: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("sod");
        let requests = Family::default();
        registry.register("http_requests", "Requests by route, method and status", requests.clone());
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        registry.register(
            "http_request_duration_seconds",
            "From the head of a request until the connection has its answer",
            durations.clone(),
        );
        let answer_bytes = Counter::default();
        registry.register("http_response_bytes", "Bytes of answers, as sent", answer_bytes.clone());
        let (in_flight, connections) = (Gauge::default(), Gauge::default());
        registry.register(
            "http_requests_in_flight",
            "Requests whose answer the connection does not have yet",
            in_flight.clone(),
        );
        registry.register("connections", "Open connections", connections.clone());
        let connections_refused = Counter::default();
        registry.register("connections_refused", "Connections beyond the limit", connections_refused.clone());
        let reloads = Family::default();
        registry.register("reloads", "Reloads of the inputs by outcome", reloads.clone());
        let sizes = Family::default();
        registry.register("snapshot_size", "What the current snapshot has, by kind", sizes.clone());
        let loaded_at = Gauge::default();
        registry.register(
            "snapshot_loaded_timestamp_seconds",
            "When the current snapshot was read",
            loaded_at.clone(),
        );
        let log_lines_lost = Counter::default();
        registry.register(
            "log_lines_lost",
            "Lines of the log that nobody read in time",
            log_lines_lost.clone(),
        );
        Self {
            registry,
            requests,
            durations,
            answer_bytes,
            in_flight,
            connections,
            connections_refused,
            reloads,
            sizes,
            loaded_at,
            log_lines_lost,
        }
    }

    /// One request is over.
    pub(crate) fn answered(
        &self,
        route: Route,
        method: &'static str,
        status: u16,
        took: Duration,
        bytes: u64,
    ) {
        self.requests.get_or_create(&RequestLabels { route, method, status }).inc();
        self.durations.get_or_create(&RouteLabels { route }).observe(took.as_secs_f64());
        self.answer_bytes.inc_by(bytes);
    }

    /// One reload is over.
    pub(crate) fn reloaded(&self, outcome: &'static str) {
        self.reloads.get_or_create(&ReloadLabels { outcome }).inc();
    }

    /// The sizes of a snapshot that is now current.
    pub(crate) fn of_snapshot(&self, served: &Served) {
        for (of, size) in sizes(served) {
            self.sizes.get_or_create(&SizeLabels { of }).set(i64::try_from(size).unwrap_or(i64::MAX));
        }
        self.loaded_at.set(served.loaded_at().0);
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        let lost = log::lines_lost();
        self.log_lines_lost.inc_by(lost.saturating_sub(self.log_lines_lost.get()));
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// How large a snapshot is.
pub(crate) fn sizes(served: &Served) -> [(&'static str, u64); 7] {
    let view = served.view();
    let directory = &served.snapshot().directory;
    let open = view.conflicts.open() as u64;
    [
        ("users", directory.users().len() as u64),
        ("packages", directory.packages().len() as u64),
        ("assignments", view.matrix.holdings()),
        ("pairs", view.totals.nonzero),
        ("rules", view.rules.rules().len() as u64),
        ("conflicts_open", open),
        ("conflicts_excepted", view.conflicts.conflicts().len() as u64 - open),
    ]
}
