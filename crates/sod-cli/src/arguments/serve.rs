//! The arguments of `sod serve` and `sod query`.

use super::shared::{Judging, Tenant, number};
use clap::Args;
use sod_engine::StateFilter;
use sod_graph::ApiVersion;
use sod_serve::BaseUrl;
use sod_serve::log::LogFormat;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod serve export/                                       on loopback, any free port, told on stderr
\x20 sod serve export/ --listen 127.0.0.1:8080 --watch       reads a changed export again
\x20 sod serve export/ --rules rules.toml --listen 0.0.0.0:8080 --token-file token

Served are Microsoft Graph's read API for entitlement management (/v1.0 and /beta), the report page
at /, /sod/v1/summary, /sod/v1/pairs, /sod/v1/conflicts (described by /sod/v1/openapi.json),
/healthz and /metrics.

Anything but loopback needs a token, from --token-file or the environment variable SOD_TOKEN:
clients send it as `Authorization: Bearer TOKEN`. There is no TLS: put a proxy with TLS in front,
and tell --base-url.

Ctrl-C or a termination signal stops it: requests under way are finished, and the exit code is 0.")]
pub(crate) struct ServeArguments {
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Write the address to a file when the server is ready, as http://ADDRESS:PORT; it is removed at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) address_file: Option<PathBuf>,

    /// Clients must send the token in this file (openssl rand -hex 32 makes one); else the one in SOD_TOKEN, if it is set
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// The address that clients know, if it is another one: links begin with it, and its name is answered to
    #[arg(long, value_name = "URL", value_parser = BaseUrl::parse)]
    pub(crate) base_url: Option<BaseUrl>,

    /// Who asks, for filterByCurrentUser: an object id, subject id or principal name; the header sod-user of a request
    /// goes before it
    #[arg(long, value_name = "USER")]
    pub(crate) as_user: Option<String>,

    /// Read the inputs again when they have changed and are quiet; what is broken or cut off is not swapped in
    #[arg(long)]
    pub(crate) watch: bool,

    /// Seconds between two looks at the inputs
    #[arg(long, value_name = "SECONDS", default_value = "2", requires = "watch", value_parser = seconds)]
    pub(crate) watch_every: u64,

    /// Requests worked on at once; further ones are told 429
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) max_requests: u32,

    /// Connections open at once; further ones are told 503
    #[arg(long, value_name = "N", default_value = "16384", value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub(crate) max_connections: u32,

    /// Seconds that an answer may take; then it is 503
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) request_timeout: u64,

    /// The log on stderr: text or json; --quiet leaves out the lines of requests
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,

    #[command(flatten)]
    pub(crate) judging: Judging,

    /// States that count as holding the other package in additionalAccess; the same as --states if not given
    #[arg(long, value_name = "LIST", value_parser = StateFilter::parse)]
    pub(crate) incompatible_states: Option<StateFilter>,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

#[derive(Clone, Debug, Args)]
#[command(override_usage = "sod query [OPTIONS] <INPUT>... <REQUEST>")]
#[command(after_help = "\
Examples:
\x20 sod query export/ 'assignments?$expand=target,accessPackage&$top=5'
\x20 sod query export/ 'accessPackages?$select=id,displayName'
\x20 sod query export/ \"assignments?\\$filter=state eq 'delivered'\" --all-pages --compact > rows.json
\x20 sod query export/ \"assignments/filterByCurrentUser(on='target')\" --as-user alice@contoso.example

REQUEST comes last, in quotes, for a shell would take $ and ( for itself. It is a path as Microsoft Graph has it: whole (/v1.0/identityGovernance/...), an address that begins with
https://graph.microsoft.com, or what follows entitlementManagement/, with v1.0/ or beta/ before it or not. The body of the answer goes to stdout.

Exit codes: 0 answered · 2 not answered: an error of Graph, whose body is on stdout, or bad usage or inputs")]
pub(crate) struct QueryArguments {
    /// Another method than GET; POST is for reprocess and $batch
    #[arg(long, value_name = "METHOD", default_value = "GET", value_parser = ["GET", "POST"])]
    pub(crate) method: String,

    /// The body of a POST, from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,

    /// Who asks, for filterByCurrentUser: an object id, subject id or principal name
    #[arg(long, value_name = "USER")]
    pub(crate) as_user: Option<String>,

    /// Follow @odata.nextLink to the end, and give all pages as one
    #[arg(long, conflicts_with = "body")]
    pub(crate) all_pages: bool,

    /// JSON on one line, on a terminal too
    #[arg(long)]
    pub(crate) compact: bool,

    /// The version of a REQUEST that has none
    #[arg(long, value_name = "VERSION", default_value = "v1.0")]
    pub(crate) api: ApiVersion,

    /// States that count as holding the other package in additionalAccess; the same as --states if not given
    #[arg(long, value_name = "LIST", value_parser = StateFilter::parse)]
    pub(crate) incompatible_states: Option<StateFilter>,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

/// An address with a port; `localhost` is the loopback of IPv4.
fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let local = local.map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    local.or_else(|| text.parse().ok()).ok_or_else(|| {
        "expected an address and a port, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:0".to_owned()
    })
}

fn seconds(text: &str) -> Result<u64, String> {
    number::<u64>(text)
        .ok()
        .filter(|seconds| (1..=86_400).contains(seconds))
        .ok_or_else(|| "expected whole seconds, from 1 to 86400".to_owned())
}
