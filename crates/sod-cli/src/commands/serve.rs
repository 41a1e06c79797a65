//! `sod serve`: the inputs behind HTTP, until somebody stops it.

use crate::arguments::ServeArguments;
use crate::exit::{Complaint, Exit, Failure};
use crate::output::{check_place, label, say};
use crate::overwrite::{refuse_documents, refuse_what_is_read};
use crate::progress::{Progress, on_stop};
use crate::tenant::{
    Needs, beside, documents, holding, load, refuse_unjudged, say_warnings, service_options,
};
use sod_engine::formats::atomic::AtomicFile;
use sod_engine::{AnalyzeOptions, Timestamp, analyze};
use sod_graph::Service;
use sod_serve::{Limits, Reload, ServeError, Served, Server, ServerConfig, Token};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Tokens are short; whoever names a large file has named the wrong one.
const TOKEN_BYTES_MAX: u64 = 1 << 16;

pub(crate) fn run(arguments: &ServeArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let files = arguments.judging.files().into_iter().flat_map(|(_, paths)| paths);
    let read: Vec<PathBuf> = tenant.inputs.iter().chain(files).cloned().collect();
    if let Some(path) = &arguments.address_file {
        refuse_what_is_read(path, &[("one of the inputs", &tenant.inputs)])?;
        refuse_documents(path)?;
        check_place(path)?;
    }
    if arguments.watch && tenant.inputs.iter().any(|input| input == Path::new("-")) {
        return Err(Failure::with_help(
            "--watch cannot read standard input (-) again",
            "write the export to a file and name that, or leave --watch out",
        ));
    }
    let server = Server::bind(config(arguments)?)?;
    let reload = arguments.watch.then(|| {
        let arguments = arguments.clone();
        let pause = Duration::from_secs(arguments.watch_every);
        Reload::new(read, pause, move || served(&arguments, false).map_err(|failure| codes(&failure)))
    });
    let served = served(arguments, true)?;
    let log = sod_serve::log::start(arguments.log_format, tenant.common.quiet);
    let (url, stopper) = (server.url(), server.stopper());
    on_stop(move || stopper.stop());
    if !tenant.common.quiet {
        say(&format!("{} {url}", label("listening on", None, tenant.common.color)));
    }
    let address_file =
        arguments.address_file.as_deref().map(|path| AddressFile::write(path, &url)).transpose()?;
    server.run(served, reload)?;
    drop(address_file);
    drop(log);
    Ok(Exit::Clean)
}

/// Reads, judges as `analyze` does, and prepares the answers.
fn served(arguments: &ServeArguments, aloud: bool) -> Result<Served, Failure> {
    let tenant = &arguments.tenant;
    let documents = documents(&arguments.judging, tenant)?;
    let progress = if aloud { Progress::new(&tenant.common) } else { Progress::shown(false) };
    let needs = Needs { originals: true, bodies: true, ..Needs::default() };
    let loaded = load(tenant, needs, &progress).map_err(|failure| beside(&documents, failure))?;
    let options = AnalyzeOptions {
        holding: holding(tenant),
        documents,
        as_of: tenant.as_of,
        ..AnalyzeOptions::default()
    };
    let analysis = analyze(&loaded.snapshot, &options, &progress)?;
    refuse_unjudged(&analysis.rules, !arguments.judging.rules.is_empty())?;
    let states = service_options(tenant, arguments.incompatible_states.as_ref(), &loaded.snapshot)?;
    let service =
        Service::new(loaded, states, &progress).map_err(|error| Failure::message(error.to_string()))?;
    progress.finish();
    if aloud {
        say_warnings(tenant, &analysis.warnings);
    }
    let now = Timestamp(jiff::Timestamp::now().as_second());
    Ok(Served::new(Box::new(service), analysis, now)?)
}

fn config(arguments: &ServeArguments) -> Result<ServerConfig, Failure> {
    Ok(ServerConfig {
        listen: arguments.listen,
        token: token(arguments)?,
        base_url: arguments.base_url.clone(),
        current_user: arguments.as_user.clone(),
        limits: Limits {
            requests: arguments.max_requests as usize,
            connections: arguments.max_connections as usize,
            request_time: Duration::from_secs(arguments.request_timeout),
            stall_time: Duration::from_secs(arguments.request_timeout + 30),
            ..Limits::default()
        },
        threads: arguments.tenant.threads,
    })
}

/// The token, from one place: of two, one is a mistake. A command line can be seen by everybody on the machine.
fn token(arguments: &ServeArguments) -> Result<Option<Token>, Failure> {
    let (text, place) = match (&arguments.token_file, std::env::var_os("SOD_TOKEN")) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Failure::with_help(
                "there are two tokens, in --token-file and in SOD_TOKEN",
                "leave one of them out",
            ));
        }
        (Some(path), None) => (token_text(path)?, path.display().to_string()),
        (None, Some(text)) => (text.to_string_lossy().into_owned(), "SOD_TOKEN".to_owned()),
    };
    Token::new(&text).map(Some).map_err(|error| Failure::with_help(format!("{place}: {error}"), error.help()))
}

fn token_text(path: &Path) -> Result<String, Failure> {
    let place = path.display();
    let unreadable = |error: std::io::Error| Failure::message(format!("{place}: cannot be read: {error}"));
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if bytes > TOKEN_BYTES_MAX {
        return Err(Failure::message(format!(
            "{place}: a token has some dozens of bytes, and this file has {bytes}"
        )));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

/// What may be told to everybody about a failed reload: codes. Messages quote what people wrote and how they are called.
fn codes(failure: &Failure) -> Vec<&'static str> {
    let complaints = match failure {
        Failure::Complaints(complaints) => complaints.as_slice(),
        Failure::ClosedPipe => &[],
    };
    let code = |complaint: &Complaint| complaint.code.unwrap_or("other");
    let mut codes: Vec<&'static str> = complaints.iter().map(code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The address in a file, as long as somebody listens there.
struct AddressFile(PathBuf);

impl AddressFile {
    fn write(path: &Path, url: &str) -> Result<Self, Failure> {
        let mut file = AtomicFile::create(path)?;
        writeln!(file, "{url}")?;
        file.commit()?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for AddressFile {
    fn drop(&mut self) {
        // Whoever took it away has done the work.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Self::maybe_help(error.to_string(), error.help().map(str::to_owned))
    }
}
