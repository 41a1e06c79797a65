//! `sod query`: one request of Microsoft Graph, answered from the inputs.

use crate::arguments::QueryArguments;
use crate::exit::{Exit, Failure};
use crate::output::{label, print, say};
use crate::progress::Progress;
use crate::shown::is_obeyed;
use crate::tenant::{Needs, load_inputs, say_warnings, service_options};
use serde_json::Value;
use sod_engine::formats::terminal::harmless;
use sod_graph::{Answer, Request, Service};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;

/// What links begin with: those of the answer can be asked again, here or there.
const BASE: &str = "https://graph.microsoft.com";
const HOME: &str = "identityGovernance/entitlementManagement/";
/// Where Microsoft has Graph: what is copied from there names one of these, and an address of anybody else is a mistake.
const HOSTS: [&str; 4] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
];

pub(crate) fn run(arguments: &QueryArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let (inputs, request) = inputs_and_request(&tenant.inputs)?;
    let target = target_of(request, arguments.api.name())?;
    let body = match &arguments.body {
        Some(path) => std::fs::read(path)
            .map_err(|error| Failure::message(format!("{}: cannot be read: {error}", path.display())))?,
        None => Vec::new(),
    };
    let progress = Progress::new(&tenant.common);
    let needs = Needs { originals: true, bodies: true, ..Needs::default() };
    let loaded = load_inputs(tenant, inputs, needs, &progress)?;
    let warnings = loaded.snapshot.provenance.warnings.clone();
    let options = service_options(tenant, arguments.incompatible_states.as_ref(), &loaded.snapshot)?;
    let service =
        Service::new(loaded, options, &progress).map_err(|error| Failure::message(error.to_string()))?;
    progress.finish();
    say_warnings(tenant, &warnings);
    let date = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let ask = |target: &str| {
        service.answer(&Request {
            method: &arguments.method,
            body: &body,
            content_type: (!body.is_empty()).then_some("application/json"),
            current_user: arguments.as_user.as_deref(),
            base: BASE,
            date: &date,
            ..Request::get(target)
        })
    };
    let answer = if arguments.all_pages { all_pages(&target, ask)? } else { ask(&target) };
    show(&answer, arguments.compact)?;
    if !(200..=299).contains(&answer.status) {
        let message = message_of(&answer);
        let path = target.split_once('?').map_or(&*target, |(path, _)| path);
        // Positions count in what was asked, which may begin with more than what was typed.
        let help = (message.contains(" of the path)") && !request.starts_with(path))
            .then(|| format!("the path that was asked for is `{}`", harmless(path)));
        return Err(Failure::maybe_help(format!("Graph's answer is {}: {message}", answer.status), help));
    }
    if let Some(note) = note_on(&answer, arguments.all_pages).filter(|_| !tenant.common.quiet) {
        say(&format!("{} {note}", label("note", None, tenant.common.color)));
    }
    Ok(Exit::Clean)
}

/// What the body of an answer does not say, or says where nobody looks: that the export lacks something, that there is more,
/// and how a request went whose answer has none.
fn note_on(answer: &Answer, is_whole: bool) -> Option<String> {
    let header = |wanted: &str| {
        answer
            .headers
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(name, value)| format!("{name}: {value}"))
    };
    let page: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let mut notes = Vec::new();
    if answer.body.is_empty() {
        notes.push(format!("answered {} without a body", answer.status));
    }
    notes.extend(header("sod-conflicts").map(|conflicts| {
        format!("{conflicts}, of the declared incompatibilities those that the user is against")
    }));
    if page.get("@sod.notExported").is_some() || header("sod-not-exported").is_some() {
        notes.push("there may be more than this: the export does not tell all that was asked".to_owned());
    }
    if !is_whole && page.get("@odata.nextLink").is_some() {
        let rows = match page.get("value").and_then(Value::as_array).map_or(0, Vec::len) {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        notes.push(format!("{rows} of a list that goes on; --all-pages gets all of it"));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// The last word is the request. Flags may stand between the words, so the parser cannot tell it from the inputs.
fn inputs_and_request(words: &[PathBuf]) -> Result<(&[PathBuf], &str), Failure> {
    let help = "expected sod query INPUT... REQUEST, such as sod query export/ 'assignments?$top=5'";
    match words.split_last() {
        Some((request, inputs)) if !inputs.is_empty() && !request.exists() => {
            let text = request.to_str().ok_or_else(|| Failure::message("the request is not UTF-8"))?;
            Ok((inputs, text))
        }
        _ => Err(Failure::with_help("there is no request behind the inputs", help)),
    }
}

/// What is typed, as path and query. With a slash before it or as an address, a path that has a version is whole.
fn target_of(request: &str, version: &str) -> Result<String, Failure> {
    let (rest, is_whole) = match request.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            (behind_host(rest)?, true)
        }
        _ => request.strip_prefix('/').map_or((request, false), |rest| (rest, true)),
    };
    let (version, rest, is_whole) = match rest.split_once('/') {
        Some((first, behind)) if is_version(first) => (first, behind, is_whole),
        _ if is_version(first_of(rest)) => return Ok(format!("/{rest}")),
        _ => (version, rest, false),
    };
    let home = HOME.split('/').next().unwrap_or_default();
    let is_whole = is_whole || first_of(rest).eq_ignore_ascii_case(home) || first_of(rest) == "$batch";
    Ok(if is_whole { format!("/{version}/{rest}") } else { format!("/{version}/{HOME}{rest}") })
}

fn first_of(path: &str) -> &str {
    path.split(['/', '?', '(']).next().unwrap_or_default()
}

fn is_version(word: &str) -> bool {
    ["v1.0", "beta"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The path of an address at Microsoft's. Nothing is sent there; but who names another server expects its answer.
fn behind_host(rest: &str) -> Result<&str, Failure> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let name = host.strip_suffix(":443").unwrap_or(host);
    if HOSTS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(path.strip_prefix('/').unwrap_or(path));
    }
    Err(Failure::with_help(
        format!("`{}` is not Microsoft Graph, and its answer is not in the inputs", harmless(host)),
        format!("an address begins with https://{}", HOSTS.join(", https://")),
    ))
}

/// Follows the links to the end; the first answer with everything in its list, or the error that came first.
fn all_pages(target: &str, ask: impl Fn(&str) -> Answer) -> Result<Answer, Failure> {
    let mut first = ask(target);
    let mut seen = BTreeSet::new();
    let (mut whole, mut rows): (Option<Value>, Vec<Value>) = (None, Vec::new());
    let mut answer = first.clone();
    loop {
        if answer.status != 200 || answer.content_type.is_none_or(|kind| !kind.contains("json")) {
            return Ok(answer);
        }
        let mut page: Value = serde_json::from_slice(&answer.body)
            .map_err(|error| Failure::message(format!("a page is not JSON: {error}")))?;
        let Some(value) = page.get_mut("value").and_then(Value::as_array_mut) else {
            // One thing, and no list.
            return Ok(answer);
        };
        rows.append(value);
        let link = page.get("@odata.nextLink").and_then(Value::as_str);
        let next = link.map(|link| target_of(link, "")).transpose()?;
        whole.get_or_insert(page);
        let Some(next) = next else { break };
        if !seen.insert(next.clone()) {
            return Err(Failure::message("the pages lead in a circle; please report this defect of sod"));
        }
        answer = ask(&next);
    }
    if let Some(mut page) = whole {
        if let Some(members) = page.as_object_mut() {
            members.shift_remove("@odata.nextLink");
            members.insert("value".to_owned(), Value::Array(rows));
        }
        first.body = serde_json::to_vec(&page).map_err(|error| Failure::message(error.to_string()))?;
    }
    Ok(first)
}

/// The body to stdout: for people on a terminal, else as it is.
fn show(answer: &Answer, compact: bool) -> Result<(), Failure> {
    if answer.body.is_empty() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&answer.body);
    let on_terminal = std::io::stdout().is_terminal();
    let pretty = if on_terminal && !compact {
        serde_json::from_str::<Value>(&text).ok().and_then(|body| serde_json::to_string_pretty(&body).ok())
    } else {
        None
    };
    let text = pretty.as_deref().unwrap_or(text.trim_end());
    let text = if on_terminal { without_controls(text) } else { text.to_owned() };
    print(&(text + "\n"))
}

/// JSON as JSON, with everything that a terminal would obey as an escape. Names come from outsiders.
fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        // A tab in a text of JSON is an escape already.
        if is_obeyed(letter) {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

fn message_of(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = body.pointer("/error/message").and_then(Value::as_str).unwrap_or("without a reason");
    harmless(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_path() {
        let em = "identityGovernance/entitlementManagement";
        for (typed, target) in [
            ("assignments?$top=1", format!("/v1.0/{em}/assignments?$top=1")),
            (
                "/assignments/additionalAccess(a='/')",
                format!("/v1.0/{em}/assignments/additionalAccess(a='/')"),
            ),
            ("/identityGovernance/x", "/v1.0/identityGovernance/x".to_owned()),
            ("/beta/x?$filter=a eq 'b://c'", "/beta/x?$filter=a eq 'b://c'".to_owned()),
            ("https://graph.microsoft.com/v1.0/x?y=http://z", "/v1.0/x?y=http://z".to_owned()),
            ("$batch", "/v1.0/$batch".to_owned()),
            ("beta/accessPackages?$top=1", format!("/beta/{em}/accessPackages?$top=1")),
            ("V1.0/accessPackages", format!("/V1.0/{em}/accessPackages")),
            ("beta/identityGovernance/x", "/beta/identityGovernance/x".to_owned()),
            ("beta/$batch", "/beta/$batch".to_owned()),
            ("/beta/accessPackages", "/beta/accessPackages".to_owned()),
            ("beta", "/beta".to_owned()),
            ("HTTPS://Graph.Microsoft.US:443/beta/x", "/beta/x".to_owned()),
            ("https://dod-graph.microsoft.us/v1.0/x", "/v1.0/x".to_owned()),
            ("https://microsoftgraph.chinacloudapi.cn/v1.0/x", "/v1.0/x".to_owned()),
        ] {
            assert_eq!(target_of(typed, "v1.0").ok(), Some(target), "{typed}");
        }
    }

    #[test]
    fn addresses_of_others_are_not_answered() {
        for typed in [
            "https://evil.example/v1.0/x",
            "http://evil.example?graph.microsoft.com/v1.0/x",
            "https://graph.microsoft.com.evil.example/v1.0/x",
            "https://graph.microsoft.com@evil.example/v1.0/x",
            "https://graph.microsoft.com:8443/v1.0/x",
            "https:///v1.0/x",
        ] {
            assert!(target_of(typed, "v1.0").is_err(), "{typed}");
        }
    }

    #[test]
    fn a_terminal_is_told_nothing_to_do() {
        let shown = without_controls("{\"a\":\"\u{9b}31m\u{202e}\u{7f}\u{e4}\"}\n");
        assert_eq!(shown, "{\"a\":\"\\u009b31m\\u202e\\u007f\u{e4}\"}\n");
        assert!(serde_json::from_str::<Value>(&shown).is_ok());
    }
}
