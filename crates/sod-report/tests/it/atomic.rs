//! A single output file is there in full, or as it was.

use sha2::{Digest, Sha256};
use sod_report::WriteError;
use sod_report::atomic::AtomicFile;
use std::fs;
use std::io::Write;

#[test]
fn a_file_is_replaced_in_one_step() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("out.csv");
    fs::write(&path, "old").unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new").unwrap();
    file.flush().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    let written = file.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!((written.bytes, written.sha256), (3, Sha256::digest(b"new").into()));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn nothing_is_left_after_a_drop() {
    let place = tempfile::tempdir().unwrap();
    let mut file = AtomicFile::create(&place.path().join("out.csv")).unwrap();
    file.write_all(b"half").unwrap();
    file.flush().unwrap();
    drop(file);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn folders_and_missing_folders_are_refused() {
    let place = tempfile::tempdir().unwrap();
    assert!(matches!(AtomicFile::create(place.path()).err().unwrap(), WriteError::IsAFolder { .. }));
    let error = AtomicFile::create(&place.path().join("no/such/out.csv")).err().unwrap();
    assert!(error.to_string().contains("out.csv") && error.help().is_some(), "{error}");
}

#[cfg(unix)]
#[test]
fn modes_and_links_are_kept() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let place = tempfile::tempdir().unwrap();
    let (path, link, fresh) =
        (place.path().join("out"), place.path().join("link"), place.path().join("fresh"));
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut file = AtomicFile::create(&link).unwrap();
    file.write_all(b"new").unwrap();
    file.commit().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        (fs::read(&path).unwrap().as_slice(), fs::metadata(&path).unwrap().mode() & 0o777),
        (b"new".as_slice(), 0o640)
    );
    AtomicFile::create(&fresh).unwrap().commit().unwrap();
    fs::write(&link, "").unwrap();
    fs::write(place.path().join("other"), "").unwrap();
    let mode = |name: &str| fs::metadata(place.path().join(name)).unwrap().mode();
    assert_eq!(mode("fresh"), mode("other"));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_replaced_is_written_directly() {
    let mut null = AtomicFile::create(std::path::Path::new("/dev/null")).unwrap();
    null.write_all(b"gone").unwrap();
    assert_eq!(null.commit().unwrap().bytes, 4);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_names_the_file() {
    let mut full = AtomicFile::create(std::path::Path::new("/dev/full")).unwrap();
    full.write_all(b"x").unwrap();
    let error = full.commit().unwrap_err();
    assert!(
        error.to_string().contains("/dev/full") && error.help().is_some_and(|help| help.contains("space")),
        "{error}"
    );
}

/// A reader at the other end of a pipe gets the bytes, and its going away is a closed pipe.
#[cfg(unix)]
#[test]
fn a_named_pipe_is_written_directly() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let reader = std::thread::spawn({
        let path = path.clone();
        move || fs::read(path).unwrap()
    });
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"row").unwrap();
    assert_eq!(file.commit().unwrap().bytes, 3);
    assert_eq!(reader.join().unwrap(), b"row");

    let reader = std::thread::spawn({
        let path = path.clone();
        move || drop(fs::File::open(path).unwrap())
    });
    let mut file = AtomicFile::create(&path).unwrap();
    reader.join().unwrap();
    file.write_all(b"row").unwrap();
    assert!(file.commit().unwrap_err().is_broken_pipe());
}

/// `/dev/stdout` redirected to a file: the shell's file goes on, it is not replaced or cut off.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_shell_opened_is_continued() {
    use std::os::fd::AsRawFd;
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("redirected");
    let mut shell = fs::File::create(&path).unwrap();
    shell.write_all(b"before ").unwrap();
    let mut file = AtomicFile::create(format!("/proc/self/fd/{}", shell.as_raw_fd()).as_ref()).unwrap();
    file.write_all(b"row").unwrap();
    file.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"before row");
}
