//! `sod rules import`: rules of other tools as a rules file.

use crate::arguments::{ImportFrom, RulesImportArguments, Tenant, TomlOrJson};
use crate::exit::{Complaint, Exit, Failure};
use crate::output::{label, print, say};
use crate::overwrite::{refuse_overwriting, refuse_what_is_read, refuse_what_is_there};
use crate::progress::{Progress, writing};
use crate::tenant::{Needs, load, say_warnings};
use sod_engine::formats::WriteError;
use sod_engine::formats::atomic::AtomicFile;
use sod_engine::{
    Checked, ForeignFormat, ImportFailure, ImportNote, ImportOptions, Imported, Input, StateFilter,
    check_names, import_declared, import_foreign, rules_to_json,
};
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &RulesImportArguments) -> Result<Exit, Failure> {
    if let Some(output) = &arguments.output {
        let read = [
            ("one of the inputs", arguments.inputs.as_slice()),
            ("one of the inputs", arguments.against.as_slice()),
        ];
        refuse_what_is_read(output, &read)?;
        refuse_what_is_there(output, arguments.force)?;
    }
    let words = arguments.inputs.iter().chain(&arguments.against);
    if words.filter(|input| *input == Path::new("-")).count() > 1 {
        return Err(Failure::message("standard input (-) was given twice, and can be read only once"));
    }
    let progress = Progress::new(&arguments.common);
    let imported = imported(arguments, &progress)?;
    let text = match arguments.format {
        TomlOrJson::Toml => imported.to_toml(&title(arguments)),
        TomlOrJson::Json => rules_to_json(&imported.document),
    };
    let shown = arguments.output.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let checked = against(arguments, &shown, &text, &progress)?;
    writing(true);
    match &arguments.output {
        None => print(&text)?,
        Some(path) => {
            let mut file = AtomicFile::create(path)?;
            file.write_all(text.as_bytes()).map_err(|error| WriteError::from(error).into_file(path))?;
            file.commit()?;
        }
    }
    writing(false);
    progress.finish();
    tell(arguments, &imported, &checked);
    let all_carried =
        imported.not_carried.is_empty() && checked.unknown.is_empty() && checked.ambiguous.is_empty();
    Ok(if all_carried { Exit::Clean } else { Exit::Conflicts })
}

fn imported(arguments: &RulesImportArguments, progress: &Progress) -> Result<Imported, Failure> {
    let format = match arguments.from {
        ImportFrom::Entra => return declared(arguments, progress),
        ImportFrom::PairsCsv => ForeignFormat::PairsCsv,
        ImportFrom::MatrixCsv => ForeignFormat::MatrixCsv,
        ImportFrom::TwoListJson => ForeignFormat::TwoListJson,
        ImportFrom::SegmentsJson => ForeignFormat::SegmentsJson,
    };
    let columns = match (&arguments.map, format) {
        (None, _) => Default::default(),
        (Some(map), ForeignFormat::PairsCsv) => {
            map.parse().map_err(|why| Failure::message(format!("--map: {why}")))?
        }
        (Some(_), _) => return Err(Failure::message("--map is for tables of pairs and for exports")),
    };
    let options = ImportOptions { columns, severities: arguments.severity.clone().unwrap_or_default() };
    let inputs: Vec<Input> = arguments.inputs.iter().map(|path| input(path)).collect();
    import_foreign(format, &inputs, &options).map_err(|ImportFailure { unreadable, problems }| {
        let mut failures: Vec<Failure> = unreadable.into_iter().map(Failure::from).collect();
        failures.push(of_notes(&problems));
        Failure::all(failures)
    })
}

fn input(path: &Path) -> Input {
    if path == Path::new("-") { Input::Stdin } else { Input::Path(path.to_owned()) }
}

fn of_notes(problems: &[ImportNote]) -> Failure {
    let complaint =
        |note: &ImportNote| Complaint { code: Some(note.code.code()), text: note.to_string(), help: None };
    Failure::Complaints(problems.iter().map(complaint).collect())
}

/// What the packages of exports declare.
fn declared(arguments: &RulesImportArguments, progress: &Progress) -> Result<Imported, Failure> {
    if arguments.severity.is_some() {
        return Err(Failure::message("--severity is for files that have severities; Entra has none"));
    }
    let tenant = tenant(arguments, &arguments.inputs)?;
    let loaded = load(&tenant, Needs::default(), progress)?;
    if let Some(output) = &arguments.output {
        refuse_overwriting(output, &loaded)?;
    }
    say_warnings(&tenant, &loaded.snapshot.provenance.warnings);
    import_declared(&listed(&arguments.inputs), &loaded.snapshot).map_err(|error| of_notes(&error.problems))
}

/// Exports to read for their packages alone: nobody need hold anything, and who is who does not matter.
fn tenant(arguments: &RulesImportArguments, inputs: &[PathBuf]) -> Result<Tenant, Failure> {
    let map = match (&arguments.map, arguments.from) {
        (Some(map), ImportFrom::Entra) => {
            Some(map.parse().map_err(|why| Failure::message(format!("--map: {why}")))?)
        }
        _ => None,
    };
    Ok(Tenant {
        inputs: inputs.to_vec(),
        states: StateFilter::default(),
        as_of: None,
        map,
        no_header: arguments.no_header,
        assume_state: arguments.assume_state,
        strict: arguments.strict,
        allow_unjoined: true,
        allow_empty: true,
        threads: arguments.threads,
        common: arguments.common.clone(),
    })
}

/// What an export makes of the names; nothing if none was given.
fn against(
    arguments: &RulesImportArguments,
    path: &str,
    text: &str,
    progress: &Progress,
) -> Result<Checked, Failure> {
    if arguments.against.is_empty() {
        return Ok(Checked::default());
    }
    let tenant = tenant(arguments, &arguments.against)?;
    let loaded = load(&tenant, Needs::default(), progress)?;
    if let Some(output) = &arguments.output {
        refuse_overwriting(output, &loaded)?;
    }
    say_warnings(&tenant, &loaded.snapshot.provenance.warnings);
    Ok(check_names(path, text, &loaded.snapshot)?)
}

fn title(arguments: &RulesImportArguments) -> String {
    use clap::ValueEnum;
    let from = arguments.from.to_possible_value().map(|value| value.get_name().to_owned());
    format!(
        "Imported by `sod rules import --from {}` from {}.",
        from.unwrap_or_default(),
        listed(&arguments.inputs)
    )
}

fn listed(inputs: &[PathBuf]) -> String {
    inputs.iter().map(|input| input.display().to_string()).collect::<Vec<String>>().join(", ")
}

/// Says what must be known about the rules, and how many there are.
fn tell(arguments: &RulesImportArguments, imported: &Imported, checked: &Checked) {
    if arguments.common.quiet {
        return;
    }
    let color = arguments.common.color;
    for (word, notes) in [("warning", &imported.not_carried), ("note", &imported.remarks)] {
        for note in notes {
            say(&format!("{} {note}", label(word, Some(note.code.code()), color)));
        }
    }
    for unknown in &checked.unknown {
        say(&format!("{} {unknown}", label("warning", Some("unknown-name"), color)));
    }
    for error in &checked.ambiguous {
        for problem in &error.problems {
            say(&format!("{} {}", label("warning", Some(problem.code.code()), color), error.shown(problem)));
        }
    }
    let lost = imported.not_carried.len();
    let carried = if lost == 0 {
        "everything was carried over".to_owned()
    } else {
        format!("not carried over: {lost}")
    };
    let ambiguous = checked.ambiguous.iter().map(|error| error.problems.len()).sum::<usize>();
    let unclear = checked.unknown.len() + ambiguous;
    let known = if unclear == 0 { String::new() } else { format!("; names to correct: {unclear}") };
    say(&format!("rules: {}; {carried}{known}", imported.document.rules.len()));
}
