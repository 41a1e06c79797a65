//! `sod serve`, as a process: started, asked, changed under, stopped.

use crate::tenant::{self, PAYMENT, VENDOR};
use crate::util::{Dir, Ran, finish};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const TOKEN: &str = "4f1c0b6e2ad94e7f8c35d1a6b7e09218";

/// A server that is asked, and stopped as its supervisor would.
struct Serving {
    child: Option<Child>,
    address: String,
}

impl Serving {
    fn start(dir: &Dir, flags: &str, token: Option<&str>) -> Self {
        let mut command = dir.sod(&format!("serve export --address-file address {flags}"));
        if let Some(token) = token {
            command = command.env("SOD_TOKEN", token);
        }
        let mut child = command.spawn();
        let began = Instant::now();
        while !dir.path("address").exists() {
            assert!(began.elapsed() < Duration::from_secs(60), "it does not start");
            assert!(child.try_wait().unwrap().is_none(), "it ended: {:?}", finish(child));
            std::thread::sleep(Duration::from_millis(5));
        }
        let url = dir.read_text("address");
        let address = url.trim_end().strip_prefix("http://").unwrap().to_owned();
        Self { child: Some(child), address }
    }

    fn ask(&self, target: &str, headers: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn stop(mut self) -> Ran {
        let child = self.child.take().unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        finish(child)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
        }
    }
}

#[test]
fn it_answers_until_it_is_stopped_and_leaves_nothing() {
    let dir = tenant::dir();
    let serving = Serving::start(&dir, "", None);
    let request = format!(
        "/v1.0/identityGovernance/entitlementManagement/assignments/additionalAccess(accessPackageId='{VENDOR}',incompatibleAccessPackageId='{PAYMENT}')"
    );
    let (status, body) = serving.ask(&request, "");
    let page: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, page["value"].as_array().unwrap().len()), (200, 3), "{body}");
    let (_, summary) = serving.ask("/sod/v1/summary", "");
    let (_, page) = serving.ask("/", "");
    let ran = serving.stop();
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("listening on: http://127.0.0.1:"), "{}", ran.stderr);
    assert!(!dir.path("address").exists(), "nobody listens there any more");
    // The same bytes as the report has.
    dir.sod("analyze export -q --out report").exits(1);
    assert_eq!(summary, dir.read_text("report/summary.json"));
    assert!(page.contains(&dir.read_text("report/report.html")[..1000]));
}

#[test]
fn the_log_names_nobody() {
    for format in ["text", "json"] {
        let dir = tenant::dir();
        dir.write("token", format!("{TOKEN}\n"));
        let serving = Serving::start(&dir, &format!("--log-format {format} --token-file token"), None);
        let alice = tenant::object_id("alice");
        let em = "/v1.0/identityGovernance/entitlementManagement";
        for target in [
            format!("{em}/assignments?$filter=target/objectid%20eq%20'{alice}'"),
            format!("{em}/assignments/{alice}"),
            format!("{em}/assignments/filterByCurrentUser(on='target')"),
            format!("/sod/v1/conflicts?user={alice}"),
            format!("/{alice}"),
        ] {
            let headers = format!(
                "Authorization: Bearer {TOKEN}\r\nsod-user: {alice}\r\nclient-request-id: {alice}\r\nUser-Agent: {alice}\r\n"
            );
            serving.ask(&target, &headers);
        }
        serving.ask("/", &format!("Authorization: Bearer wrong-{TOKEN}\r\n"));
        let ran = serving.stop();
        for secret in [&*alice, TOKEN, "filter=", "alice", "Alice", "contoso", "evil"] {
            assert!(!ran.stderr.contains(secret), "{secret}\n{}", ran.stderr);
        }
        assert!(ran.stderr.contains("/v1.0/assignments/{id}"), "{}", ran.stderr);
        assert!(ran.stderr.contains("401"), "{}", ran.stderr);
        if format == "json" {
            let lines = ran.stderr.lines().filter(|line| line.starts_with('{'));
            let requests: Vec<serde_json::Value> = lines
                .map(|line| serde_json::from_str(line).unwrap())
                .filter(|line: &serde_json::Value| line["target"] == "sod::request")
                .collect();
            assert_eq!(requests.len(), 6, "{}", ran.stderr);
            for member in
                ["method", "route", "status", "duration_us", "bytes", "request_id", "http", "timestamp"]
            {
                assert!(requests.iter().all(|line| !line[member].is_null()), "{member} {}", requests[0]);
            }
        }
    }
}

#[test]
fn a_changed_export_is_read_again_and_a_broken_one_told() {
    let dir = tenant::dir();
    let serving = Serving::start(&dir, "--watch --watch-every 1 --quiet", None);
    let health = || -> serde_json::Value { serde_json::from_str(&serving.ask("/healthz", "").1).unwrap() };
    let wait = |what: &str, holds: &dyn Fn(&serde_json::Value) -> bool| {
        let began = Instant::now();
        while !holds(&health()) {
            assert!(began.elapsed() < Duration::from_secs(60), "{what}: {}", health());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let before = health();
    assert_eq!((&before["status"], &before["counts"]["assignments"]), (&"ok".into(), &8.into()), "{before}");
    dir.write("export/assignments.json", tenant::assignments().replace("Expired", "Delivered"));
    wait("the change", &|health| health["counts"]["assignments"] == 9);
    dir.write("export/assignments.json", "{\"value\": [");
    wait("the failure", &|health| health["last_reload_error"]["codes"] == serde_json::json!(["truncated"]));
    assert_eq!(health()["counts"]["assignments"], 9);
    let ran = serving.stop();
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("truncated"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("sod::request"), "quiet: {}", ran.stderr);
}

#[test]
fn half_an_export_is_not_swapped_in_and_told_where_it_is_all_there_is() {
    let page = tenant::assignments();
    let half = {
        let mut page: serde_json::Value = serde_json::from_str(&page).unwrap();
        page["value"].as_array_mut().unwrap().truncate(4);
        page["@odata.nextLink"] = "https://graph.microsoft.com/v1.0/assignments?$skiptoken=alice".into();
        page.to_string()
    };
    let dir = tenant::dir();
    let serving = Serving::start(&dir, "--watch --watch-every 1 --quiet", None);
    let health = |serving: &Serving| -> serde_json::Value {
        serde_json::from_str(&serving.ask("/healthz", "").1).unwrap()
    };
    let wait = |status: &str| {
        let began = Instant::now();
        while health(&serving)["status"] != status {
            assert!(began.elapsed() < Duration::from_secs(60), "{status}: {}", health(&serving));
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let before = health(&serving);
    assert_eq!(before["status"], "ok", "{before}");
    dir.write("export/assignments.json", &half);
    wait("stale");
    let stale = health(&serving);
    assert_eq!(stale["last_reload_error"]["codes"], serde_json::json!(["dangling-next-link"]));
    assert_eq!((&stale["snapshot"], &stale["counts"]), (&before["snapshot"], &before["counts"]));
    dir.write("export/assignments.json", page);
    wait("ok");
    // So is one that has no packages any more.
    let packages = std::fs::read(dir.path("export/packages.json")).unwrap();
    std::fs::remove_file(dir.path("export/packages.json")).unwrap();
    wait("stale");
    assert_eq!(health(&serving)["last_reload_error"]["codes"], serde_json::json!(["list-lost"]));
    std::fs::write(dir.path("export/packages.json"), packages).unwrap();
    wait("ok");
    let ran = serving.stop();
    assert!(ran.stderr.contains("dangling-next-link"), "{}", ran.stderr);
    // From the start there is nothing better to serve.
    dir.write("export/assignments.json", half);
    let serving = Serving::start(&dir, "--quiet", None);
    let health = health(&serving);
    assert_eq!(health["status"], "incomplete", "{health}");
    let has = |code: &str| health["warnings"].as_array().unwrap().iter().any(|own| own == code);
    assert!(has("dangling-next-link"), "{health}");
    let ran = serving.stop();
    assert!(
        ran.stderr.contains("sod::snapshot") && ran.stderr.contains("dangling-next-link"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("alice"), "{}", ran.stderr);
}

#[test]
fn a_token_from_the_environment_is_asked_for() {
    let dir = tenant::dir();
    let mut serving = Serving::start(&dir, "--listen 0.0.0.0:0", Some(TOKEN));
    serving.address = serving.address.replace("0.0.0.0", "127.0.0.1");
    assert_eq!(serving.ask("/sod/v1/summary", "").0, 401);
    assert_eq!(serving.ask("/sod/v1/summary", &format!("Authorization: Bearer {TOKEN}\r\n")).0, 200);
    assert_eq!(serving.ask("/healthz", "").0, 200);
    assert_eq!(serving.stop().code, 0);
}

#[test]
fn what_cannot_be_served_is_told_before_anything_is_read() {
    let dir = tenant::dir();
    dir.write("empty", "\n").write("weak", "password").write("token", TOKEN);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let told = dir.transcript(&[
        "serve nowhere --listen 0.0.0.0:0",
        "serve nowhere --token-file empty",
        "serve nowhere --token-file weak",
        "serve nowhere --token-file none",
        "serve nowhere --listen 8080",
        "serve nowhere --base-url sod.contoso.example",
        "serve - --watch",
        "serve nowhere --watch-every 5",
        "serve nowhere --request-timeout 0",
        "serve nowhere",
    ]);
    insta::assert_snapshot!(told);
    let ran = dir.sod(&format!("serve export --listen 127.0.0.1:{port}")).exits(2);
    assert!(ran.stderr.contains("another program listens there"), "{}", ran.stderr);
    let unplaced = dir.sod("serve nowhere --address-file nowhere/address").exits(2);
    assert!(unplaced.stderr.starts_with("error: cannot create `nowhere/address`"), "{}", unplaced.stderr);
    let both = dir.sod("serve nowhere --token-file token").env("SOD_TOKEN", TOKEN).exits(2);
    assert!(both.stderr.contains("there are two tokens"), "{}", both.stderr);
    let empty = dir.sod("serve nowhere").env("SOD_TOKEN", "").exits(2);
    assert!(empty.stderr.contains("SOD_TOKEN: the token is empty"), "{}", empty.stderr);
    assert!(!both.stderr.contains(TOKEN));
}
