//! A server over a tiny tenant, with a stand-in for Graph that says what it was asked.

use crate::client::{Client, Got};
use serde_json::json;
use sod_engine::{
    AnalyzeOptions, Documents, LoadOptions, Silent, Snapshot, Timestamp, Warning, WarningCode, analyze,
    load_bytes,
};
use sod_graph::{Answer, Request};
use sod_serve::{Answering, Reload, Served, Server, ServerConfig, Stopper};
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) const TOKEN: &str = "4f1c0b6e2ad94e7f8c35d1a6b7e09218";

/// Holds requests back until the test lets them go.
#[derive(Default)]
pub(crate) struct Gate {
    /// How many wait, or have waited; whether they may go.
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Gate {
    /// Waits, as a request, until [`Gate::open`].
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |(_, open)| !*open).unwrap());
    }

    /// Waits, as a test, until so many requests are held.
    #[track_caller]
    pub(crate) fn wait_for(&self, held: usize) {
        let state = self.state.lock().unwrap();
        let patience = Duration::from_secs(60);
        let (state, over) = self.changed.wait_timeout_while(state, patience, |(at, _)| *at < held).unwrap();
        assert!(!over.timed_out(), "{} of {held} requests are under way", state.0);
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }
}

/// Says what it was asked; some paths do what a real one must not.
struct StandIn {
    snapshot: Snapshot,
    name: String,
    gate: Arc<Gate>,
}

impl Answering for StandIn {
    fn answer(&self, request: &Request<'_>) -> Answer {
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let number: usize = query.split('&').next().unwrap().parse().unwrap_or_default();
        let plain = |status, body: Vec<u8>| Answer {
            status,
            content_type: (!body.is_empty()).then_some("application/json"),
            body,
            headers: vec![("preference-applied", "odata.maxpagesize=5".to_owned())],
        };
        match path {
            "/v1.0/nothing" => plain(202, Vec::new()),
            "/v1.0/slow" => {
                std::thread::sleep(Duration::from_millis(number as u64));
                plain(200, b"{}".to_vec())
            }
            "/v1.0/held" => {
                self.gate.pass();
                plain(200, b"{}".to_vec())
            }
            "/v1.0/large" => plain(200, vec![b' '; number]),
            "/v1.0/defect" => panic!("this test panics on purpose"),
            _ => {
                let said = json!({
                    "name": self.name, "method": request.method, "target": request.target,
                    "body": String::from_utf8_lossy(request.body), "accept": request.accept,
                    "prefer": request.prefer, "content_type": request.content_type, "base": request.base,
                    "current_user": request.current_user, "request_id": request.request_id,
                    "client_request_id": request.client_request_id, "date": request.date,
                });
                plain(200, said.to_string().into_bytes())
            }
        }
    }

    fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}

/// Users u0.. each holding packages P0..P3 where the number of the user allows.
pub(crate) fn tenant(users: usize) -> String {
    let rows = (0..users).flat_map(|user| {
        (0..4)
            .filter(move |package| user % (package + 1) == 0)
            .map(move |package| format!("u{user},P{package}\n"))
    });
    std::iter::once("user,package\n".to_owned()).chain(rows).collect()
}

const RULES: &str = "
[[rule]]
id = 'R-high'
name = 'First and third'
severity = 'high'
terms = [{ packages = ['P0'] }, { packages = ['P2'] }]

[[rule]]
id = 'R-low'
name = 'Second and fourth'
severity = 'low'
terms = [{ packages = ['P1'] }, { packages = ['P3'] }]

[[rule]]
id = 'R-off'
name = 'Nowhere'
terms = [{ packages = ['P9'] }, { packages = ['P0'] }]
";

const EXCEPTIONS: &str = "
[[exception]]
id = 'EX-1'
rule = 'R-high'
user = 'u0'
owner = 'cfo'
justification = 'one'
";

/// A snapshot of so many users under this name.
pub(crate) fn served(name: &str, users: usize) -> Served {
    behind(Arc::default(), name, users, false)
}

/// The same, of an export that goes on where the inputs end.
pub(crate) fn cut_off(name: &str, users: usize) -> Served {
    behind(Arc::default(), name, users, true)
}

fn behind(gate: Arc<Gate>, name: &str, users: usize, is_cut_off: bool) -> Served {
    let options = LoadOptions {
        assume_state: sod_engine::StateTable::find_known("delivered"),
        ..LoadOptions::default()
    };
    let mut snapshot = load_bytes("tenant.csv", tenant(users).as_bytes(), &options).unwrap();
    if is_cut_off {
        snapshot.provenance.sources[0].dangling_next_link = true;
        let message = "the export of Alice Secret goes on".into();
        let warning = Warning { code: WarningCode::DanglingNextLink, count: 1, message };
        snapshot.provenance.warnings.insert(0, warning);
    }
    let documents = Documents {
        rules: vec![sod_engine::parse_rules("rules.toml", RULES).unwrap()],
        exceptions: vec![sod_engine::parse_exceptions("exceptions.toml", EXCEPTIONS).unwrap()],
        strict: false,
    };
    let options = AnalyzeOptions { documents, ..AnalyzeOptions::default() };
    let analysis = analyze(&snapshot, &options, &Silent).unwrap();
    let graph = StandIn { snapshot, name: name.to_owned(), gate };
    Served::new(Box::new(graph), analysis, Timestamp(1_800_000_000)).unwrap()
}

/// A server that runs; it is stopped and must end well when this goes out of scope.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stopper: Stopper,
    /// What `/v1.0/held` waits for.
    pub(crate) gate: Arc<Gate>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(set: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::reloading(set, None)
    }

    pub(crate) fn reloading(set: impl FnOnce(&mut ServerConfig), reload: Option<Reload>) -> Self {
        Self::starting(set, reload, false)
    }

    /// A server whose first export goes on where the inputs end.
    pub(crate) fn cut_off(reload: Reload) -> Self {
        Self::starting(|_| {}, Some(reload), true)
    }

    fn starting(set: impl FnOnce(&mut ServerConfig), reload: Option<Reload>, is_cut_off: bool) -> Self {
        let mut config = ServerConfig { threads: 2, ..ServerConfig::default() };
        set(&mut config);
        let server = Server::bind(config).unwrap();
        let (address, stopper) = (server.address(), server.stopper());
        let gate = Arc::<Gate>::default();
        let first = behind(Arc::clone(&gate), "first", 24, is_cut_off);
        let thread = std::thread::spawn(move || server.run(first, reload).unwrap());
        Self { address, stopper, gate, thread: Some(thread) }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// One request on a connection of its own.
    pub(crate) fn get(&self, target: &str) -> Got {
        self.client().get(target)
    }

    /// One request, word for word.
    pub(crate) fn ask(&self, request: impl AsRef<[u8]>) -> Option<Got> {
        self.client().send(request).read()
    }

    pub(crate) fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the end.
    pub(crate) fn join(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gate.open();
        self.stopper.stop();
        if let Some(thread) = self.thread.take()
            && !std::thread::panicking()
        {
            thread.join().unwrap();
        }
    }
}

/// Waits until something holds: the other side is a process of its own.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{what} did not come about");
}
