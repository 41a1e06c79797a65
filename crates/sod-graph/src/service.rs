//! The door: a request in, an answer out, with no network between.

use crate::address::{context, escaped, path_alone};
use crate::batch_answer as batch;
use crate::desk::{Budget, Desk};
use crate::edm::{ASSIGNMENT, EntityType};
use crate::fault::Fault;
use crate::item::Lack;
use crate::list::{self, Rows, Slice};
use crate::message::{Answer, Request, TEXT};
use crate::odata::{Options, parse_options};
use crate::paging::{self, Token};
use crate::path::{Segment, Target, parse_target};
use crate::render::{NOT_EXPORTED, render, spelled};
use crate::route::{Place, Router};
use crate::store::{BuildError, Store};
use serde_json::{Map, Value, json};
use sod_engine::{Loaded, Observer, Snapshot, StateFilter, UserId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What a service is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceOptions {
    /// Which assignments `additionalAccess` lists.
    pub states: StateFilter,
    /// Which assignments count as holding the other package.
    pub incompatible_states: StateFilter,
}

/// Lists that were put in order, for their next pages: no more than so many, and so many rows in all.
const SORTED_LISTS: usize = 8;
const SORTED_ROWS: usize = 1 << 22;

/// Answers Graph's requests from one snapshot. Nothing in it changes, so any number of threads may ask.
///
/// ```
/// use sod_engine::{Input, LoadOptions, Silent};
/// use sod_graph::{Request, Service, ServiceOptions};
///
/// let rows = br#"[{"id":"a1","accessPackageId":"P1","targetId":"alice","assignmentState":"Delivered"},
///                 {"id":"a2","accessPackageId":"P2","targetId":"alice","assignmentState":"Delivered"}]"#;
/// let input = Input::Bytes { name: "rows.json".into(), bytes: rows.as_slice().into() };
/// let load = LoadOptions { keep_originals: true, keep_bodies: true, ..LoadOptions::default() };
/// let service = Service::new(sod_engine::load(&[input], &load, &Silent)?, ServiceOptions::default(), &Silent)?;
/// let em = "/v1.0/identityGovernance/entitlementManagement";
/// let target = format!("{em}/assignments/additionalAccess(accessPackageId='P1',incompatibleAccessPackageId='P2')");
/// let answer = service.answer(&Request::get(&target));
/// assert_eq!(answer.status, 200);
/// let page: serde_json::Value = serde_json::from_slice(&answer.body)?;
/// assert_eq!(page["value"][0]["id"], "a1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Service {
    store: Store,
    fingerprint: u64,
    sorted: Mutex<VecDeque<Sorted>>,
}

/// A list that was put in order for one page, for the next ones.
#[derive(Debug)]
struct Sorted {
    key: String,
    rows: Arc<Vec<u32>>,
    met_unknown: bool,
}

impl Service {
    /// Prepares the answers. Loading needs `keep_originals`, and `keep_bodies` for packages, policies and catalogs with all
    /// that was exported of them.
    ///
    /// # Errors
    /// When records cannot be read again, have changed meanwhile, or the observer asks to stop.
    pub fn new(loaded: Loaded, options: ServiceOptions, observer: &dyn Observer) -> Result<Self, BuildError> {
        let ServiceOptions { states, incompatible_states } = options;
        let store = Store::new(loaded, &states, &incompatible_states, observer)?;
        let fingerprint = store.fingerprint();
        Ok(Self { store, fingerprint, sorted: Mutex::default() })
    }

    /// What is served.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.store.snapshot
    }

    /// Answers a request. Every request has an answer: what cannot be understood is a 400, as Graph would say it.
    #[must_use]
    pub fn answer(&self, request: &Request<'_>) -> Answer {
        let budget = Budget::new(request.stop);
        let answered = parse_target(request.target).map_err(Fault::from).and_then(|target| {
            if let [Segment::Batch] = target.segments.as_slice() {
                return batch::answer(self, request, target.version, &budget);
            }
            self.read(request, &target, &budget)
        });
        answered.unwrap_or_else(|fault| fault.answer(request))
    }

    /// Answers a request whose address was taken apart.
    pub(crate) fn read(
        &self,
        request: &Request<'_>,
        target: &Target<'_>,
        budget: &Budget<'_>,
    ) -> Result<Answer, Fault> {
        let desk = Desk::new(&self.store, budget);
        let answer = self.read_at(&desk, request, target)?;
        if desk.is_stopped() {
            return Err(Fault::new(503, "ServiceUnavailable", "The answer was given up: it took too long."));
        }
        if desk.is_over() {
            return Err(Fault::bad_request(
                "The request, or the batch that it is in, costs too much: more than 200,000 things shown through \
                 expansions within one another, or more than 64 million comparisons. Name a package or a user in the \
                 filter, ask for fewer conditions or levels, or for each part by itself.",
            ));
        }
        Ok(answer)
    }

    fn read_at<'d>(
        &'d self,
        desk: &'d Desk<'d>,
        request: &Request<'_>,
        target: &Target<'_>,
    ) -> Result<Answer, Fault> {
        let page_of = paging::token(target.query, self.fingerprint).and_then(|token| token.user);
        let router = Router { desk, version: target.version, current_user: request.current_user, page_of };
        let route = router.route(&target.segments)?;
        let allowed = if matches!(route.place, Place::Reprocess(_)) { "POST" } else { "GET" };
        if request.method != allowed && !(allowed == "GET" && request.method == "HEAD") {
            return Err(Fault::method(request.method, allowed));
        }
        match route.place {
            Place::Reprocess(_) => {}
            // Clients that always ask for JSON get the number all the same, as from Graph.
            Place::Many { count: true, .. } => accepts(request.accept, &[TEXT, "application/json"])?,
            _ => accepts(request.accept, &["application/json"])?,
        }
        match route.place {
            Place::Reprocess(row) => self.reprocess(row),
            Place::Many { rows, entity, count, is_function, lack, of_user } => {
                let options = self.options(target, entity)?;
                let rows = narrowed(desk, rows, entity, &options);
                if count {
                    let is_empty = rows.is_empty();
                    let number = list::count(desk, &rows, &options).to_string();
                    let mut answer = Answer::ok(TEXT, number.into_bytes());
                    if lack.is_felt(is_empty) || desk.met_unknown() {
                        answer.headers.push(lacking());
                    }
                    return Ok(answer);
                }
                let shape = Shape { entity, is_function, lack, of_user, context: &route.context };
                self.list(desk, request, target, rows, &options, &shape)
            }
            Place::One(item) => {
                let options = self.options(target, item.entity_type())?;
                only_for_lists(&options)?;
                let context = context(target.version, &route.context, &options);
                let mut body = Map::new();
                body.insert("@odata.context".to_owned(), json!(context + "/$entity"));
                body.extend(render(&item, target.version, &options));
                Ok(Answer::json(&Value::Object(body)))
            }
            Place::Value(item, property) => {
                let known = item.known(property);
                let headers = if known.is_none() { vec![lacking()] } else { Vec::new() };
                let Some(value) = known.filter(|value| !value.is_null()) else {
                    return Ok(Answer { status: 204, content_type: None, body: Vec::new(), headers });
                };
                let context = context(target.version, &route.context, &Options::default());
                Ok(Answer::json(
                    &json!({ "@odata.context": context, "value": spelled(property, value.into_owned(), target.version, &[]) }),
                ))
            }
        }
    }

    fn options(&self, target: &Target<'_>, entity: &'static EntityType) -> Result<Options, Fault> {
        let options = parse_options(target.query, entity, target.version)?;
        options.check_words(|word| self.store.has_word(word))?;
        Ok(options)
    }

    fn list<'d>(
        &'d self,
        desk: &'d Desk<'d>,
        request: &Request<'_>,
        target: &Target<'_>,
        rows: Rows<'d>,
        options: &Options,
        shape: &Shape<'_>,
    ) -> Result<Answer, Fault> {
        let token =
            options.skip_token.as_deref().map(|text| Token::read(text, self.fingerprint)).transpose()?;
        let list = paging::list_of(&target.segments, target.query);
        if token.is_some_and(|token| token.list != list) {
            return Err(Fault::bad_request(
                "The $skiptoken is of another list than this one. Follow @odata.nextLink as it was given.",
            ));
        }
        let (mut size, applied) = paging::size(options.top, request.prefer);
        if let Some(token) = token {
            size = usize::from(token.size);
        }
        let slice = Slice { from: token.map(|token| token.from), size };
        let is_empty = rows.is_empty();
        let path = request.target.split('?').next().unwrap_or_default();
        let page = list::page(desk, rows, options, slice, |sort| {
            let others = ["skiptoken", "top", "skip", "select", "expand", "count"];
            let key = format!("{path}?{}#{:?}", paging::without(target.query, &others), shape.of_user);
            self.sorted(desk, key, sort)
        });
        let type_name = shape.is_function.then(|| format!("#microsoft.graph.{}", shape.entity.name));
        let rendered: Vec<Value> = page
            .items
            .iter()
            .map(|item| {
                let mut members = Map::new();
                if let Some(name) = &type_name {
                    members.insert("@odata.type".to_owned(), json!(name));
                }
                members.extend(render(item, target.version, options));
                Value::Object(members)
            })
            .collect();
        let mut body = Map::new();
        let context = if shape.is_function {
            format!("https://graph.microsoft.com/{}/$metadata#{}", target.version.name(), shape.context)
        } else {
            context(target.version, shape.context, options)
        };
        body.insert("@odata.context".to_owned(), json!(context));
        if let Some(count) = page.count {
            body.insert("@odata.count".to_owned(), json!(count));
        }
        if shape.lack.is_felt(is_empty) || desk.met_unknown() {
            body.insert(NOT_EXPORTED.to_owned(), json!(true));
        }
        if let Some(from) = page.next {
            let token =
                Token { snapshot: self.fingerprint, list, from, size: size as u16, user: shape.of_user };
            let token = token.text();
            let query = paging::without(target.query, &["skiptoken"]);
            let joint = if query.is_empty() { "" } else { "&" };
            let link = escaped(&format!("{}?{query}{joint}$skiptoken={token}", path_alone(path)));
            let link = format!("{}{link}", request.base);
            body.insert("@odata.nextLink".to_owned(), json!(link));
        }
        body.insert("value".to_owned(), Value::Array(rendered));
        let mut answer = Answer::json(&Value::Object(body));
        if let Some(applied) = applied {
            answer.headers.push(("Preference-Applied", applied));
        }
        Ok(answer)
    }

    /// A list in order, and whether its filter met what is not told: as it was put for the page before, or anew. What was
    /// given up is not kept, for it is not all there is.
    fn sorted(&self, desk: &Desk<'_>, key: String, sort: &dyn Fn() -> Vec<u32>) -> Arc<Vec<u32>> {
        let lock = || self.sorted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = lock().iter().find(|kept| kept.key == key) {
            if kept.met_unknown {
                desk.note_unknown();
            }
            return Arc::clone(&kept.rows);
        }
        let rows = Arc::new(sort());
        if desk.is_over() {
            return rows;
        }
        let met_unknown = desk.met_unknown();
        let mut kept = lock();
        kept.push_back(Sorted { key, rows: Arc::clone(&rows), met_unknown });
        while kept.len() > SORTED_LISTS
            || kept.iter().map(|kept| kept.rows.len()).sum::<usize>() > SORTED_ROWS
        {
            kept.pop_front();
        }
        rows
    }

    /// `reprocess`: Graph evaluates the assignment again. A snapshot cannot change; what is evaluated again is whether the
    /// user holds what the package's declared incompatibilities forbid, and the answer's header says how often.
    fn reprocess(&self, row: u32) -> Result<Answer, Fault> {
        let (conflicts, is_whole) = self.store.declared_conflicts(row).ok_or_else(|| {
            Fault::bad_request(
                "The assignment is not in the state Delivered; only delivered ones are reprocessed.",
            )
        })?;
        // Of a package that does not say what it may not be held with, nobody knows that there is none.
        let mut headers = Vec::new();
        if is_whole || conflicts > 0 {
            headers.push(("sod-conflicts", conflicts.to_string()));
        }
        if !is_whole {
            headers.push(lacking());
        }
        Ok(Answer { status: 202, content_type: None, body: Vec::new(), headers })
    }
}

/// What says of an answer without a body of ours that the export may lack something.
fn lacking() -> (&'static str, String) {
    ("sod-not-exported", "true".to_owned())
}

/// How a list is shown.
struct Shape<'p> {
    entity: &'static EntityType,
    is_function: bool,
    lack: Lack,
    of_user: Option<UserId>,
    context: &'p str,
}

/// Of all assignments, those that an index finds.
fn narrowed<'d>(desk: &Desk<'_>, rows: Rows<'d>, entity: &'static EntityType, options: &Options) -> Rows<'d> {
    if !(matches!(rows, Rows::Table(..)) && std::ptr::eq(entity, &ASSIGNMENT)) {
        return rows;
    }
    list::candidates(desk, options.filter.as_ref()).map_or(rows, Rows::Some)
}

fn only_for_lists(options: &Options) -> Result<(), Fault> {
    let given = [
        ("$filter", options.filter.is_some()),
        ("$orderby", !options.order_by.is_empty()),
        ("$top", options.top.is_some()),
        ("$skip", options.skip.is_some()),
        ("$count", options.count),
        ("$search", options.search.is_some()),
        ("$skiptoken", options.skip_token.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Fault::bad_request(format!(
            "The query option '{name}' can only be applied to collections; this address names one thing."
        ))),
        None => Ok(()),
    }
}

/// Whether the caller takes such an answer.
fn accepts(accept: Option<&str>, offered: &[&str]) -> Result<(), Fault> {
    let Some(accept) = accept.map(str::trim).filter(|accept| !accept.is_empty()) else { return Ok(()) };
    let is_one = |name: &str| {
        let group = |offered: &str| offered.split_once('/').map(|(group, _)| format!("{group}/*"));
        offered.iter().any(|offered| name == *offered || group(offered).as_deref() == Some(name))
    };
    let takes = accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts
            .any(|part| matches!(part.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        !refused && (name == "*/*" || is_one(&name))
    });
    if takes {
        return Ok(());
    }
    let accept: String = accept.chars().take(80).collect();
    Err(Fault::new(
        406,
        "NotAcceptable",
        format!(
            "The answer is {}, which 'Accept: {accept}' does not take.",
            offered.first().unwrap_or(&TEXT)
        ),
    ))
}
