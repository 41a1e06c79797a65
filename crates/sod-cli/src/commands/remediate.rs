//! `sod remediate`: the least that must go, and its check.

use crate::arguments::{PlanFormat, RemediateArguments, Weigh};
use crate::exit::{Exit, Failure};
use crate::output::{check_place, deliver, label, say, terminal};
use crate::overwrite::{refuse_overwriting, refuse_what_is_read, refuse_what_is_there};
use crate::progress::Progress;
use crate::tenant::{
    Needs, arguments_again, beside, documents, holding, judging_again, load, refuse_unjudged, say_warnings,
};
use sod_engine::formats::WriteError;
use sod_engine::formats::remediation::{
    CheckView, PlanTerms, PlanView, write_check_json, write_plan_csv, write_plan_json,
};
use sod_engine::formats::terminal::{PlanSteps, Terminal, checked_plan, remediation};
use sod_engine::{
    Analysis, AnalyzeOptions, Keep, KeepWord, PairScope, PlanCheck, PlanDocument, RemediationOptions, Remedy,
    RemedyOptions, Snapshot, Weighing, check_steps, not_kept, parse_keep, read_plan, read_text, remedy,
    resolve_plan,
};
use std::io::Write;
use std::path::Path;

pub(crate) fn run(arguments: &RemediateArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    if let Some(path) = &arguments.output {
        refuse_to_lose(path, arguments)?;
        check_place(path)?;
    }
    let documents = documents(&arguments.judging, tenant)?;
    let keep = keep_words(arguments)?;
    let edited = match &arguments.check {
        Some(Some(path)) if arguments.format == PlanFormat::Csv => {
            let text = format!("csv is for plans, and `{}` is one already", path.display());
            return Err(Failure::with_help(text, "--check FILE answers with --format text or json"));
        }
        Some(Some(path)) => Some(read_plan(path)?),
        _ => None,
    };
    let progress = Progress::new(&tenant.common);
    let loaded = load(tenant, Needs::default(), &progress).map_err(|failure| beside(&documents, failure))?;
    if let Some(path) = &arguments.output {
        refuse_overwriting(path, &loaded)?;
    }
    let snapshot = &loaded.snapshot;
    let options = RemedyOptions {
        weigh_policies: arguments.weighing.weigh == Weigh::Policy,
        free_ending_within: arguments.weighing.free_ending_within,
        keep: kept(snapshot, &keep)?,
        search: RemediationOptions {
            nodes_max: arguments.weighing.search_limit,
            holders_min: arguments.weighing.keep_holders,
        },
    };
    // Who violates what is needed, the pairs are not: those that touch no package are none.
    let judged = AnalyzeOptions {
        holding: holding(tenant),
        scope: PairScope::Touching(Vec::new()),
        documents,
        as_of: tenant.as_of,
        ..AnalyzeOptions::default()
    };
    let mut analysis = sod_engine::analyze(snapshot, &judged, &progress)?;
    if analysis.rules.rules().is_empty() {
        let text = "there is no rule: none was given, and the inputs declare no incompatibility";
        return Err(Failure::with_help(text, "give rules with --rules FILE"));
    }
    refuse_unjudged(&analysis.rules, !arguments.judging.rules.is_empty())?;
    match edited {
        Some(plan) => check_edited(arguments, snapshot, &mut analysis, &plan, &options, &progress),
        None => make(arguments, snapshot, &mut analysis, &options, &progress),
    }
}

/// A plan may have been edited, as everything that this command reads was: nothing of it is replaced unless somebody says so,
/// and what is read never is.
fn refuse_to_lose(output: &Path, arguments: &RemediateArguments) -> Result<(), Failure> {
    let plan = arguments.check.as_ref().and_then(Option::as_ref);
    refuse_what_is_read(
        output,
        &[
            ("one of the inputs", &arguments.tenant.inputs),
            ("a rules file of this run", &arguments.judging.rules),
            ("an exceptions file of this run", &arguments.judging.exceptions),
            ("a list of what to keep of this run", &arguments.weighing.keep_file),
            ("the plan to be checked", plan.map(std::slice::from_ref).unwrap_or_default()),
        ],
    )?;
    refuse_what_is_there(output, arguments.force)
}

/// Makes a plan, and checks it if that is wanted.
fn make(
    arguments: &RemediateArguments,
    snapshot: &Snapshot,
    analysis: &mut Analysis,
    options: &RemedyOptions,
    progress: &Progress,
) -> Result<Exit, Failure> {
    let mut found = remedy(snapshot, analysis, options, progress)?;
    let check = arguments.check.is_some().then(|| found.check(snapshot, analysis)).transpose()?;
    analysis.warnings.append(&mut found.warnings);
    analysis.warnings.sort_by_key(|warning| warning.code);
    let view = PlanView {
        analysis: analysis.view(snapshot),
        plan: &found.plan,
        steps: &found.steps,
        ways_out: &found.ways_out,
        causes: &found.causes,
        terms: terms(options, &found),
        check: check.as_ref(),
    };
    let output = arguments.output.as_deref();
    let tenant = &arguments.tenant;
    deliver(output, progress, |out: &mut (dyn Write + Send)| match arguments.format {
        PlanFormat::Csv => write_plan_csv(&view, out),
        PlanFormat::Json => write_plan_json(&view, out),
        PlanFormat::Text => {
            let (again, judging) = (arguments_again(tenant), judging_again(&arguments.judging, tenant));
            let (weighing, keeping) = (weighing_again(arguments), keeping_again(arguments));
            let steps =
                PlanSteps { arguments: &again, judging: &judging, weighing: &weighing, keeping: &keeping };
            text(&remediation(&view, &steps, &page_terminal(arguments)), out)
        }
    })?;
    if arguments.format != PlanFormat::Text {
        say_warnings(tenant, &analysis.warnings);
    }
    if arguments.format == PlanFormat::Csv {
        say_what_stays(arguments, &view);
    }
    Ok(match check {
        Some(check) => exit(&check),
        None if analysis.conflicts.open() == 0 => Exit::Clean,
        None => Exit::Conflicts,
    })
}

/// Holds an edited plan against the tenant.
fn check_edited(
    arguments: &RemediateArguments,
    snapshot: &Snapshot,
    analysis: &mut Analysis,
    plan: &PlanDocument,
    options: &RemedyOptions,
    progress: &Progress,
) -> Result<Exit, Failure> {
    let (steps, warning) = resolve_plan(snapshot, &analysis.holding, plan);
    analysis.warnings.extend(warning);
    analysis.warnings.sort_by_key(|warning| warning.code);
    let check = check_steps(snapshot, analysis, &steps);
    let not_kept = not_kept(snapshot, analysis, &options.keep, options.search.holders_min, &steps);
    let analysis_view = analysis.view(snapshot);
    let view = CheckView { analysis: analysis_view, steps: &steps, check: &check, not_kept: &not_kept };
    deliver(arguments.output.as_deref(), progress, |out: &mut (dyn Write + Send)| match arguments.format {
        PlanFormat::Json => write_check_json(&view, out),
        _ => text(&checked_plan(&view, &page_terminal(arguments)), out),
    })?;
    if arguments.format == PlanFormat::Json {
        say_warnings(&arguments.tenant, &analysis.warnings);
    }
    Ok(if not_kept.is_empty() { exit(&check) } else { Exit::Conflicts })
}

fn exit(check: &PlanCheck) -> Exit {
    if check.left.is_empty() { Exit::Clean } else { Exit::Conflicts }
}

/// A file has no colours, whatever the terminal has.
fn page_terminal(arguments: &RemediateArguments) -> Terminal {
    let terminal = terminal(&arguments.tenant.common);
    Terminal { color: terminal.color && arguments.output.is_none(), ..terminal }
}

/// The options that say what must stay, as they would be typed.
fn keeping_again(arguments: &RemediateArguments) -> Vec<String> {
    let weighing = &arguments.weighing;
    let mut words = Vec::new();
    let mut add = |flag: &str, value: String| words.extend([format!("--{flag}"), value]);
    for word in &weighing.keep {
        add("keep", word.to_string());
    }
    for path in &weighing.keep_file {
        add("keep-file", path.to_string_lossy().into_owned());
    }
    if weighing.keep_holders > 0 {
        add("keep-holders", weighing.keep_holders.to_string());
    }
    words
}

/// The options that decide what goes, as they would be typed.
fn weighing_again(arguments: &RemediateArguments) -> Vec<String> {
    let weighing = &arguments.weighing;
    let mut words = Vec::new();
    let mut add = |flag: &str, value: String| words.extend([format!("--{flag}"), value]);
    if weighing.weigh == Weigh::Policy {
        add("weigh", "policy".to_owned());
    }
    if let Some(days) = weighing.free_ending_within {
        add("free-ending-within", days.to_string());
    }
    if weighing.search_limit != RemediationOptions::default().nodes_max {
        add("search-limit", weighing.search_limit.to_string());
    }
    if let Some(moment) =
        arguments.tenant.as_of.filter(|_| arguments.judging.files().iter().all(|(_, paths)| paths.is_empty()))
    {
        add("as-of", moment.to_string());
    }
    words
}

fn text(page: &str, out: &mut dyn Write) -> Result<(), WriteError> {
    Ok(out.write_all(page.as_bytes())?)
}

/// A table tells what goes and nothing else: what it does not clear must be said beside it.
fn say_what_stays(arguments: &RemediateArguments, view: &PlanView<'_>) {
    let common = &arguments.tenant.common;
    if common.quiet {
        return;
    }
    let plan = view.plan;
    let left = plan.impossible.len() + plan.held_back.len();
    if left > 0 {
        let open = view.analysis.conflicts.open();
        let text =
            format!("{left} of {open} open conflicts are not cleared by removals; --format text tells why");
        say(&format!("{} {text}", label("warning", None, common.color)));
    }
    let proven = if plan.cost == plan.lower_bound {
        "which is proven to be the least".to_owned()
    } else {
        format!("and every plan weighs at least {}", plan.lower_bound)
    };
    say(&format!("{} rows, weight {}, {proven}", view.steps.len(), plan.cost));
    if let Some(check) = view.check {
        say(&format!("checked: {} conflicts open before, {} after", check.before, check.left.len()));
    }
}

fn terms(options: &RemedyOptions, found: &Remedy) -> PlanTerms {
    let Keep { packages, users, holdings } = &options.keep;
    PlanTerms {
        automatic: if options.weigh_policies { Weighing::AUTOMATIC } else { 1 },
        free_until: found.free_until,
        holders_min: options.search.holders_min,
        search_limit: options.search.nodes_max,
        kept: [packages.len() as u64, users.len() as u64, holdings.len() as u64],
    }
}

/// What must stay, with the place where somebody said so.
fn keep_words(arguments: &RemediateArguments) -> Result<Vec<(String, KeepWord)>, Failure> {
    let weighing = &arguments.weighing;
    let mut words: Vec<(String, KeepWord)> =
        weighing.keep.iter().map(|word| ("--keep".to_owned(), word.clone())).collect();
    let mut failures = Vec::new();
    for path in &weighing.keep_file {
        let place = |line: usize| format!("{}:{line}", path.display());
        match read_text(path).map(|text| parse_keep(&text)) {
            Ok(Ok(lines)) => words.extend(lines.into_iter().map(|(line, word)| (place(line), word))),
            Ok(Err(errors)) => failures.extend(
                errors.into_iter().map(|(line, error)| Failure::message(format!("{}: {error}", place(line)))),
            ),
            Err(error) => failures.push(error.into()),
        }
    }
    if failures.is_empty() { Ok(words) } else { Err(Failure::all(failures)) }
}

/// What those words mean in the tenant. One that means nothing is an error: what somebody wants to protect would go.
fn kept(snapshot: &Snapshot, words: &[(String, KeepWord)]) -> Result<Keep, Failure> {
    let mut keep = Keep::default();
    let mut failures = Vec::new();
    for (place, word) in words {
        if let Err(error) = keep.add(snapshot, word) {
            failures.push(Failure::from(error).at(place));
        }
    }
    if failures.is_empty() { Ok(keep) } else { Err(Failure::all(failures)) }
}
