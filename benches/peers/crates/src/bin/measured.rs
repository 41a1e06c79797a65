//! `measured OUT COMMAND...`: runs a command and writes what it took to OUT, as JSON: wall clock, processor time, peak memory
//! (wait4), exit code (signals as 128 + number).
//!
//! A program of its own because Linux hands the peak of whoever calls exec on to the program that is started: begun by a
//! Python of 30 MB, nothing would seem to need less.

use std::{env, fs, io, mem, process::Command, process::ExitCode, time::Instant};

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 / 1e6
}

#[expect(unsafe_code, reason = "the standard library waits without asking for the usage")]
fn wait(child: u32) -> io::Result<(i32, libc::rusage)> {
    let mut status = 0;
    // SAFETY: all zeros is a valid rusage, and both pointers are to live values of the types that wait4 fills in.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = mem::zeroed();
        (libc::wait4(child as i32, &mut status, 0, &mut usage), usage)
    };
    if waited < 0 { Err(io::Error::last_os_error()) } else { Ok((status, usage)) }
}

fn run(out: &str, command: &[String]) -> io::Result<()> {
    let [program, arguments @ ..] = command else { return Err(io::Error::other("no command")) };
    let begun = Instant::now();
    let child = Command::new(program).args(arguments).spawn()?;
    let (status, usage) = wait(child.id())?;
    let wall = begun.elapsed().as_secs_f64();
    let code = if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { 128 + libc::WTERMSIG(status) };
    let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    let peak = usage.ru_maxrss as f64 / 1024.0;
    fs::write(out, format!(r#"{{"wall_s":{wall},"cpu_s":{cpu},"peak_mb":{peak},"code":{code}}}"#))
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let done = match words.split_first() {
        Some((out, command)) => run(out, command),
        None => Err(io::Error::other("usage: measured OUT COMMAND...")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", words.get(1).map_or("measured", String::as_str));
            ExitCode::FAILURE
        }
    }
}
