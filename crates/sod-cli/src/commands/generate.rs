//! `sod generate`: a synthetic tenant.

use crate::arguments::GenerateArguments;
use crate::exit::{Exit, Failure};
use crate::output::{print, say};
use crate::progress::{Progress, human_bytes, writing};
use sod_engine::Observer;
use sod_generate::{Compression, Dirt, ExportOptions, ExportShape, Tenant, TenantSpec, write_export};

pub(crate) fn run(arguments: &GenerateArguments) -> Result<Exit, Failure> {
    if arguments.list || arguments.shape == "help" || arguments.dirt.iter().any(|dirt| dirt == "help") {
        print(&list())?;
        return Ok(Exit::Clean);
    }
    let folder = arguments
        .output
        .as_ref()
        .ok_or_else(|| Failure::with_help("no folder to write to was given", "say where: -o DIR"))?;
    let options = ExportOptions {
        shape: parsed(&arguments.shape)?,
        dirt: arguments.dirt.iter().map(|dirt| parsed(dirt.trim())).collect::<Result<Vec<Dirt>, _>>()?,
        compression: arguments.compress.as_deref().map(compression).transpose()?,
        page_size: arguments.page_size,
    };
    let spec = TenantSpec {
        users: arguments.users,
        packages: arguments.packages,
        assignments: arguments.assignments,
        seed: arguments.seed,
    };
    let tenant = Tenant::new(spec).map_err(|error| Failure::message(error.to_string()))?;
    let progress = Progress::new(&arguments.common);
    let all = arguments.assignments;
    writing(true);
    let written = write_export(&tenant, &options, folder, &mut |rows| {
        progress.rows(rows, all);
        !progress.is_cancelled()
    })?;
    progress.finish();
    if !arguments.common.quiet {
        say(&format!(
            "wrote {} files, {} assignment rows, {} to {}",
            written.files,
            written.rows,
            human_bytes(written.bytes),
            folder.display()
        ));
    }
    Ok(Exit::Clean)
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| Failure::message(error.to_string()))
}

fn compression(text: &str) -> Result<Compression, Failure> {
    match text {
        "gzip" | "gz" => Ok(Compression::Gzip),
        "zstd" | "zst" => Ok(Compression::Zstd),
        _ => Err(Failure::message(format!("`{text}` is no compression; expected gzip or zstd"))),
    }
}

/// Every shape with the traps that it can have.
fn list() -> String {
    let mut text = String::from("shapes, and the traps (--dirt) that each can have:\n");
    for shape in ExportShape::ALL {
        let dirt: Vec<&str> =
            Dirt::ALL.into_iter().filter(|dirt| shape.supports(*dirt)).map(Dirt::name).collect();
        text.push_str(&format!("\n{}\n    {}\n", shape.name(), dirt.join(", ")));
    }
    text
}
