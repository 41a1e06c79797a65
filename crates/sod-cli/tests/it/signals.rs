//! Ctrl-C and termination: exit code 2, and nothing half-written left behind.

use crate::tenant;
use crate::util::{Dir, finish, names};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
}

/// Waits until something holds. There is no other way to meet a process in the middle of its work.
fn wait_until(mut holds: impl FnMut() -> bool, child: &mut Child) {
    while !holds() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Bytes in the hidden files below a folder: what is being written.
fn bytes_under_way(folder: &Path) -> u64 {
    let hidden = names(folder).into_iter().filter(|name| name.starts_with(".sod-"));
    let size = |name: String| -> u64 {
        let path = folder.join(name);
        let files = if path.is_dir() {
            names(&path).iter().map(|name| path.join(name)).collect()
        } else {
            vec![path]
        };
        files.iter().filter_map(|file| file.metadata().ok()).map(|facts| facts.len()).sum()
    };
    hidden.map(size).sum()
}

#[track_caller]
fn ended_well(child: Child) {
    let ran = finish(child);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("error: stopped"), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
}

#[test]
fn while_it_waits_for_its_input() {
    for name in ["-INT", "-TERM"] {
        let dir = Dir::new();
        let mut child = dir.sod("analyze - --out report").spawn();
        // It has begun to read when it takes more than a pipe holds, and then waits for the rest.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(tenant::dense(100, 300).as_bytes()).unwrap();
        signal(&child, name);
        ended_well(child);
        drop(stdin);
        assert_eq!(dir.names(), [""; 0]);
    }
}

#[test]
fn while_it_writes_a_table() {
    let dir = Dir::new();
    dir.write("dense.csv", tenant::dense(2, 1500));
    let mut child = dir.sod("pairs dense.csv -q -o pairs.csv").spawn();
    wait_until(|| bytes_under_way(&dir.path("")) > 0, &mut child);
    signal(&child, "-INT");
    ended_well(child);
    assert_eq!(dir.names(), ["dense.csv"]);
}

#[test]
fn while_it_writes_the_report() {
    let dir = Dir::new();
    dir.write("dense.csv", tenant::dense(2, 1500));
    dir.write("earlier/manifest.json", r#"{"tool":{"name":"sod"},"outputs":[{"name":"summary.json"}]}"#);
    dir.write("earlier/summary.json", "{}");
    let mut child = dir.sod("analyze dense.csv -q --out earlier").spawn();
    wait_until(|| bytes_under_way(&dir.path("earlier")) > 0, &mut child);
    signal(&child, "-TERM");
    ended_well(child);
    assert_eq!(names(&dir.path("earlier")), ["manifest.json", "summary.json"]);
    assert_eq!(dir.read_text("earlier/summary.json"), "{}", "the earlier report is as it was");
}

/// Whatever it is doing: an earlier report is as it was, or the new one is there as a whole.
#[test]
fn at_any_moment() {
    let dir = Dir::new();
    dir.write("rows.csv", tenant::dense(2, 40)).write("dense.csv", tenant::dense(3, 700));
    dir.sod("analyze rows.csv --out report -q").exits(0);
    let state = || -> Vec<(String, Vec<u8>)> {
        let folder = dir.path("report");
        names(&folder)
            .into_iter()
            .map(|name| (name.clone(), std::fs::read(folder.join(name)).unwrap()))
            .collect()
    };
    let before = state();
    let (mut stopped, mut moment) = (0, 5);
    loop {
        let mut child = dir.sod("analyze dense.csv -q --out report").spawn();
        std::thread::sleep(Duration::from_millis(moment));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        signal(&child, if stopped % 2 == 0 { "-INT" } else { "-TERM" });
        let done = child.wait_with_output().unwrap();
        match done.status.code() {
            // Before it had begun to listen.
            None => assert!(state() == before, "{moment} ms"),
            Some(2) => {
                assert!(state() == before, "{moment} ms: {:?}", names(&dir.path("report")));
                stopped += 1;
            }
            // Everything was written.
            Some(code) => {
                assert!(code < 2, "{moment} ms: {code}");
                break;
            }
        }
        moment += moment / 3 + 5;
    }
    assert!(stopped > 1, "{stopped}");
    assert_eq!(dir.names(), ["dense.csv", "report", "rows.csv"]);
    dir.sod("verify report dense.csv -q").exits(0);
}

#[test]
fn while_it_generates() {
    let dir = Dir::new();
    let mut child =
        dir.sod("generate -q --users 200000 --packages 2000 --assignments 2000000 -o tenant").spawn();
    wait_until(|| !dir.names().is_empty(), &mut child);
    signal(&child, "-INT");
    ended_well(child);
    assert_eq!(dir.names(), [""; 0]);
}
