//! Inputs that change while the server runs.

use crate::stand_in::{Running, cut_off, served, wait_until};
use serde_json::Value;
use sod_serve::Reload;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(30);

/// Reads a file that says how many users there are, `24 of more` where the export goes on; anything else cannot be read.
fn reload(folder: &tempfile::TempDir) -> Reload {
    let path = folder.path().join("users");
    std::fs::write(&path, "24").unwrap();
    Reload::new(vec![folder.path().to_owned()], PAUSE, move || {
        let text = std::fs::read_to_string(&path).map_err(|_| vec!["unreadable"])?;
        let (users, read): (&str, fn(&str, usize) -> _) = match text.strip_suffix(" of more") {
            Some(users) => (users, cut_off),
            None => (&text, served),
        };
        let users = users.parse().map_err(|_| vec!["malformed"])?;
        Ok(read("again", users))
    })
}

/// A server over such a file.
fn over(folder: &tempfile::TempDir) -> Running {
    Running::reloading(|_| {}, Some(reload(folder)))
}

#[test]
fn a_changed_export_is_swapped_in_without_losing_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let server = over(&folder);
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let askers: Vec<_> = (0..4)
        .map(|_| {
            let (stop, asked, mut client) = (Arc::clone(&stop), Arc::clone(&asked), server.client());
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(client.get("/v1.0/x").status, 200);
                    assert_eq!(client.get("/sod/v1/pairs").status, 200);
                    asked.fetch_add(2, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let next = server.get("/sod/v1/pairs?top=1").json()["next"].as_str().unwrap().to_owned();
    for users in [30_u64, 36, 48] {
        std::fs::write(folder.path().join("users"), users.to_string()).unwrap();
        wait_until("the new snapshot", || server.get("/healthz").json()["counts"]["users"] == users);
    }
    assert_eq!(server.get("/v1.0/x").json()["name"], "again");
    let gone = server.get(next.strip_prefix("http://localhost").unwrap());
    assert_eq!((gone.status, &*gone.error()), (410, "SnapshotGone"));
    stop.store(true, Ordering::Relaxed);
    askers.into_iter().for_each(|asker| asker.join().unwrap());
    assert!(asked.load(Ordering::Relaxed) > 100);
    std::thread::sleep(8 * PAUSE);
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    assert!(text.contains("sod_reloads_total{outcome=\"done\"} 3"), "{text}");
}

#[test]
fn what_cannot_be_read_leaves_what_was_there_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = over(&folder);
    let file = folder.path().join("users");
    for (content, code) in [(Some("many"), "malformed"), (None, "unreadable")] {
        match content {
            Some(text) => std::fs::write(&file, text).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        wait_until("the failure", || {
            server.get("/healthz").json()["last_reload_error"]["codes"] == serde_json::json!([code])
        });
        let health = server.get("/healthz").json();
        assert_eq!((&health["status"], &health["counts"]["users"]), (&"stale".into(), &24.into()));
        assert_eq!(server.get("/v1.0/x").json()["name"], "first");
    }
    std::thread::sleep(8 * PAUSE);
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    assert!(text.contains("sod_reloads_total{outcome=\"failed\"} 2"), "tried once a change: {text}");
    std::fs::write(&file, "25").unwrap();
    wait_until("the recovery", || server.get("/healthz").json()["status"] == "ok");
    assert_eq!(server.get("/healthz").json()["last_reload_error"], serde_json::Value::Null);
}

#[test]
fn an_export_that_is_still_written_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = over(&folder);
    for part in 0..40 {
        std::fs::write(folder.path().join("part"), part.to_string()).unwrap();
        std::thread::sleep(PAUSE / 3);
    }
    std::fs::write(folder.path().join("users"), "30").unwrap();
    wait_until("the new snapshot", || server.get("/healthz").json()["counts"]["users"] == 30);
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    let done = text.lines().find(|line| line.starts_with("sod_reloads_total{outcome=\"done\"}")).unwrap();
    let times: u32 = done.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(times <= 10, "read {times} times while it was written");
}

#[test]
fn an_export_that_is_less_than_what_is_served_is_not_swapped_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = over(&folder);
    let file = folder.path().join("users");
    let health = || server.get("/healthz").json();
    let was = health();
    assert_eq!(was["status"], "ok");
    assert!(!was["warnings"].to_string().contains("dangling-next-link"), "{was}");
    std::fs::write(&file, "12 of more").unwrap();
    wait_until("the failure", || health()["status"] == "stale");
    let stale = health();
    assert_eq!(stale["last_reload_error"]["codes"], serde_json::json!(["dangling-next-link"]));
    assert_eq!((&stale["snapshot"], &stale["warnings"]), (&was["snapshot"], &was["warnings"]));
    assert_eq!(server.get("/v1.0/x").json()["name"], "first");
    std::thread::sleep(8 * PAUSE);
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    assert!(text.contains("sod_reloads_total{outcome=\"failed\"} 1"), "{text}");
    assert!(!text.contains("sod_reloads_total{outcome=\"done\"}"), "{text}");
    std::fs::write(&file, "30").unwrap();
    wait_until("the whole export", || health()["status"] == "ok");
    assert_eq!(health()["counts"]["users"], 30);
}

#[test]
fn what_is_not_all_is_said_and_gives_way_to_what_is_no_less() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::cut_off(reload(&folder));
    let file = folder.path().join("users");
    let health = || server.get("/healthz").json();
    let first = health();
    assert_eq!((&first["status"], &first["last_reload_error"]), (&"incomplete".into(), &Value::Null));
    assert_eq!(first["warnings"][0], "dangling-next-link", "{first}");
    assert!(!first.to_string().contains("Secret"), "{first}");
    std::fs::write(&file, "12 of more").unwrap();
    wait_until("as much as there was", || health()["counts"]["users"] == 12);
    assert_eq!(health()["status"], "incomplete");
    std::fs::write(&file, "30").unwrap();
    wait_until("the whole export", || health()["status"] == "ok");
}
