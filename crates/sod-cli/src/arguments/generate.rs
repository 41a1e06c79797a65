//! What may stand behind `sod generate`.

use super::shared::{Common, number};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(override_usage = "sod generate [OPTIONS] --output <DIR>")]
#[command(after_help = "\
Examples:
\x20 sod generate -o tenant
\x20 sod generate --users 50000 --packages 1000 --assignments 500000 -o big
\x20 sod generate --dirt dangling-next-link,missing-user -o dirty")]
pub(crate) struct GenerateArguments {
    /// Users
    #[arg(long, value_name = "N", default_value = "1000", value_parser = number::<u32>, allow_negative_numbers = true)]
    pub(crate) users: u32,

    /// Access packages
    #[arg(long, value_name = "N", default_value = "100", value_parser = number::<u32>, allow_negative_numbers = true)]
    pub(crate) packages: u32,

    /// Assignment rows
    #[arg(long, value_name = "N", default_value = "8000", value_parser = number::<u64>, allow_negative_numbers = true)]
    pub(crate) assignments: u64,

    /// The same seed gives the same tenant, byte for byte
    #[arg(long, value_name = "S", default_value = "42", value_parser = number::<u64>, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// The export shape; `--shape help` lists them
    #[arg(long, value_name = "SHAPE", default_value = "graph-beta")]
    pub(crate) shape: String,

    /// Traps to put in, separated by commas; `--dirt help` lists them
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) dirt: Vec<String>,

    /// Compress every file: gzip or zstd
    #[arg(long, value_name = "HOW")]
    pub(crate) compress: Option<String>,

    /// Records a page
    #[arg(long, value_name = "N", default_value = "100", value_parser = number::<u32>, allow_negative_numbers = true)]
    pub(crate) page_size: u32,

    /// The folder to write; it must not exist, or be empty
    #[arg(short, long = "output", visible_alias = "out", value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// List the shapes and the traps
    #[arg(long)]
    pub(crate) list: bool,

    #[command(flatten)]
    pub(crate) common: Common,
}
