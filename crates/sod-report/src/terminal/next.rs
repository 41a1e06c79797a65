//! What to do next: commands that can be typed as they stand, and what mends the warnings.

use super::conflicts::violated;
use super::page::{Page, shell_word};
use super::style::Role;
use super::text::width;
use super::warnings::mend;
use crate::view::ReportView;
use sod_model::{PairCount, WarningCode};

/// What the next commands are made from.
///
/// ```
/// use sod_report::terminal::NextSteps;
/// let arguments = ["exports".to_owned(), "--states".to_owned(), "live".to_owned()];
/// let next = NextSteps { arguments: &arguments, judging: &[], report_dir: None, has_page: false };
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct NextSteps<'a> {
    /// The inputs, and those options of this run that other commands need to see the same data (`--states`,
    /// `--map`, ...): as given, not quoted.
    pub arguments: &'a [String],
    /// Those options of this run that decide what is judged (`--rules`, `--exceptions`): as given, not quoted.
    pub judging: &'a [String],
    /// Where the report folder was written, if it was.
    pub report_dir: Option<&'a str>,
    /// It has the page.
    pub has_page: bool,
}

/// Longer lists of inputs would bury the command.
const INPUTS_WIDTH_MAX: usize = 60;

/// Options that are not given anew: most may stand once alone.
fn without<'a>(options: &'a [String], anew: &'a [&str]) -> impl Iterator<Item = &'a String> {
    let mut dropping = false;
    options.iter().filter(move |word| {
        // A value goes with its option.
        dropping = if word.starts_with("--") { anew.contains(&word.as_str()) } else { dropping };
        !dropping
    })
}

impl NextSteps<'_> {
    pub(super) fn command(&self, name: &str, rest: &[&str]) -> Vec<String> {
        let mut words = vec![format!("sod {name}")];
        let begin = self.arguments.iter().position(|word| word.starts_with("--"));
        let (inputs, options) = self.arguments.split_at(begin.unwrap_or(self.arguments.len()));
        let inputs: Vec<String> = inputs.iter().map(|word| shell_word(word)).collect();
        let length: usize = inputs.iter().map(|word| width(word) + 1).sum();
        if inputs.is_empty() || length > INPUTS_WIDTH_MAX {
            words.push("INPUT...".to_owned());
        } else {
            words.extend(inputs);
        }
        words.extend(without(options, rest).map(|word| shell_word(word)));
        if matches!(name, "analyze" | "explain" | "remediate") {
            words.extend(self.judging.iter().map(|word| shell_word(word)));
        }
        words.extend(rest.iter().map(|word| shell_word(word)));
        words
    }
}

/// The last section.
pub(super) fn next(page: &mut Page<'_>, view: &ReportView<'_>, top: &[PairCount], steps: &NextSteps<'_>) {
    page.heading("Next");
    for (purpose, command) in commands(view, top, steps) {
        page.prose(Role::Text, purpose);
        page.command(&command);
    }
    if let Some(dir) = steps.report_dir {
        let open = if steps.has_page { "; open report.html there in a browser" } else { "" };
        page.prose(
            Role::Text,
            &format!("Every pair, the rejected rows and the manifest are in `{dir}`{open}."),
        );
    }
    page.gap();
    for warning in view.warnings {
        // States that would count are a command above; what was not judged has its advice beside it.
        let is_told = matches!(warning.code, WarningCode::NothingInStates | WarningCode::NotEvaluable);
        if let Some(advice) = mend(warning.code).filter(|_| !is_told) {
            page.prose(Role::Text, &format!("{}: {advice}", warning.code));
        }
    }
}

fn commands(
    view: &ReportView<'_>,
    top: &[PairCount],
    steps: &NextSteps<'_>,
) -> Vec<(&'static str, Vec<String>)> {
    let mut commands = Vec::new();
    let rows = view.snapshot.provenance.rows();
    if rows.rejected > 0 {
        commands.push(("See which rows were rejected, and why:", steps.command("inspect", &[])));
    }
    if view.matrix.holdings() == 0 && rows.accepted > 0 {
        commands.push(("Count assignments in every state:", steps.command("analyze", &["--states", "all"])));
    }
    if let Some((rule, _)) = violated(view).first() {
        let command = steps.command("explain", &["--rule", &rule.id]);
        commands.push(("See who violates the first rule above, and by which assignments:", command));
    }
    if let Some((low, high)) = top.first().and_then(|count| ids(view, count)) {
        let command = steps.command("explain", &["--pair", &low, &high]);
        commands
            .push(("See who holds both packages of the first pair, and through which assignments:", command));
        let command = steps.command("additional-access", &["--package", &low, "--incompatible", &high]);
        commands.push(("Ask the same as Microsoft Graph answers it:", command));
    }
    if steps.report_dir.is_none() && view.totals.nonzero > 0 {
        let command = steps.command("analyze", &["--out", "sod-report"]);
        commands.push(("Write every pair to a folder, with what it takes to check the run:", command));
    }
    commands
}

fn ids(view: &ReportView<'_>, count: &PairCount) -> Option<(String, String)> {
    let directory = &view.snapshot.directory;
    let (low, high) = (directory.package(count.pair.low())?, directory.package(count.pair.high())?);
    Some((low.id.to_string(), high.id.to_string()))
}
