//! `sod explain`: why.

use crate::arguments::{ExplainArguments, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::output::{print, terminal};
use crate::progress::Progress;
use crate::pseudonyms;
use crate::tenant::{Needs, beside, documents, holding, load, say_warnings};
use sod_engine::formats::explain::{ExplainInput, explain_pair, explain_rule, explain_user, write_explained};
use sod_engine::formats::terminal::{explained_pair, explained_rule, explained_user};
use sod_engine::{
    AnalyzeOptions, FindError, PackageId, PackagePair, PairScope, PseudonymKey, Snapshot, UserId,
    find_package, find_rule, find_user,
};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let key = pseudonyms::key(arguments.pseudonymise.as_deref())?;
    let reveal = pseudonyms::key(arguments.reveal.as_deref())?;
    let documents = documents(&arguments.judging, tenant)?;
    let progress = Progress::new(&tenant.common);
    let loaded = load(tenant, Needs::default(), &progress).map_err(|failure| beside(&documents, failure))?;
    let user = match (&arguments.user, &key, &reveal) {
        (Some(user), _, Some(key)) => Some(pseudonyms::revealed(key, &loaded.snapshot, user)?),
        // A pseudonym may be given as well as any name that the inputs have.
        (Some(user), Some(key), _) => Some(match find_user(&loaded.snapshot, user) {
            Ok(found) => known_as(key, &loaded.snapshot, found),
            Err(_) => user.clone(),
        }),
        (user, ..) => user.clone(),
    };
    let (snapshot, documents, _) = pseudonyms::applied(key.as_ref(), loaded.snapshot, documents, Vec::new())?;
    let snapshot = &snapshot;
    // The rules and who violates them are needed, the pairs are not: those that touch no package are none.
    let scope = PairScope::Touching(Vec::new());
    let options = AnalyzeOptions {
        holding: holding(tenant),
        scope,
        documents,
        as_of: tenant.as_of,
        ..AnalyzeOptions::default()
    };
    let found = sod_engine::analyze(snapshot, &options, &progress)?;
    progress.finish();
    let input = ExplainInput {
        snapshot,
        holding: &found.holding,
        matrix: &found.matrix,
        rules: &found.rules,
        conflicts: &found.conflicts,
        groups: &found.groups,
        combinations: &found.combinations,
        exceptions: &found.exceptions,
        exception_uses: &found.exception_uses,
    };
    let terminal = terminal(&tenant.common);
    let mut json = Vec::new();
    let text = match (&user, arguments.pair.as_deref(), &arguments.rule) {
        (Some(user), ..) => {
            let user = explain_user(&input, find_user(snapshot, user)?).ok_or_else(gone)?;
            write_explained(&user, &mut json)?;
            let judged = found.rules.rules().iter().filter(|rule| rule.is_judged()).count();
            explained_user(&user, judged, &terminal)
        }
        (_, Some([a, b]), _) => {
            let (low, high) = (find_package(snapshot, a)?, find_package(snapshot, b)?);
            let pair = PackagePair::new(low, high).ok_or_else(|| same_package(snapshot, low))?;
            let pair = explain_pair(&input, pair, arguments.limit).ok_or_else(gone)?;
            write_explained(&pair, &mut json)?;
            explained_pair(&pair, &terminal)
        }
        (_, _, Some(rule)) => {
            let id = find_rule(&found.rules, rule)?;
            let groups = found.groups.iter().filter(|group| group.rule == id).count() as u64;
            let rule = explain_rule(&input, id, arguments.group, arguments.limit)
                .ok_or_else(|| no_such_group(rule, groups))?;
            write_explained(&rule, &mut json)?;
            explained_rule(&rule, &terminal)
        }
        _ => return Err(Failure::message("say what to explain: --user U, --pair A B or --rule R")),
    };
    say_warnings(tenant, &found.warnings);
    match arguments.format {
        TextOrJson::Text => print(&text)?,
        TextOrJson::Json => print(&String::from_utf8_lossy(&json))?,
    }
    Ok(Exit::Clean)
}

fn known_as(key: &PseudonymKey, snapshot: &Snapshot, user: UserId) -> String {
    snapshot.directory.user(user).map(|user| key.user(&user.id).to_string()).unwrap_or_default()
}

fn same_package(snapshot: &Snapshot, package: PackageId) -> FindError {
    let id = snapshot.directory.package(package).map(|package| package.id.to_string()).unwrap_or_default();
    FindError::SamePackage { id }
}

fn no_such_group(rule: &str, groups: u64) -> Failure {
    Failure::with_help(
        format!("the conflicts of `{rule}` have no group of that number: they have {groups}"),
        "leave --group out to see the groups",
    )
}

fn gone() -> Failure {
    Failure::message("what was asked for is not in the snapshot")
}
