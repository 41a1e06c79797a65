//! The way out of the conflicts: a plan that takes as little away as can be, and its check.

mod check;
mod edited;
mod keep;
mod known;
mod steps;
mod unkept;
mod upheld;
mod weighing;

pub use check::check_steps;
pub use edited::resolve_plan;
pub use keep::{Keep, KeepWord, KeepWordError, Numbered, parse_keep};
pub use unkept::not_kept;
pub use weighing::Weighing;

use crate::analyze::Analysis;
use crate::error::Error;
use sod_core::{RemediationOptions, causes, ways_out};
use sod_model::{
    Causes, Event, Observer, PackageId, Phase, PlanCheck, PlanStep, RemediationPlan, Snapshot, Timestamp,
    UserId, Warning, WayOut,
};
use steps::{distinct_rows, steps};

/// What a plan may do.
#[derive(Clone, Debug, Default)]
pub struct RemedyOptions {
    /// Assignments whose policy assigns automatically weigh more.
    pub weigh_policies: bool,
    /// What ends within so many days of the moment weighs nothing.
    pub free_ending_within: Option<u32>,
    /// What must stay.
    pub keep: Keep,
    /// How hard to search, and how many holders packages must keep.
    pub search: RemediationOptions,
}

/// The least that must go, and why.
#[derive(Clone, Debug, Default)]
pub struct Remedy {
    /// What goes, by holding, with its bound and with what stays.
    pub plan: RemediationPlan,
    /// The same as things to do: every assignment behind those holdings, and groups to leave.
    pub steps: Vec<PlanStep>,
    /// For conflicts that no removal clears: the groups to leave.
    pub ways_out: Vec<WayOut>,
    /// Why there are conflicts.
    pub causes: Causes,
    /// What ends until then weighed nothing, if that was asked for.
    pub free_until: Option<Timestamp>,
    /// What a reader of the plan must know.
    pub warnings: Vec<Warning>,
}

/// Finds the least that must go so that no open conflict is left.
///
/// Excepted conflicts stay, and stay excepted: where an exception is for the holders of a package, the user keeps that package
/// or loses what it excuses as well.
///
/// # Errors
/// [`Error::NoMoment`] when ends are to be compared and nothing shows a date; [`Error::Cancelled`].
pub fn remedy(
    snapshot: &Snapshot,
    analysis: &Analysis,
    options: &RemedyOptions,
    observer: &dyn Observer,
) -> Result<Remedy, Error> {
    const DAY: i64 = 86_400;
    observer.event(Event::Began(Phase::Remediate));
    let until = |days: u32| {
        let moment = analysis.moment.ok_or(Error::NoMoment)?;
        Ok::<_, Error>(Timestamp(moment.0.saturating_add(i64::from(days) * DAY)))
    };
    let free_until = options.free_ending_within.map(until).transpose()?;
    let automatic = if options.weigh_policies { Weighing::AUTOMATIC } else { 1 };
    let weighing = Weighing { automatic, free_until };
    let weigh = |user: UserId, package: PackageId| {
        if options.keep.holds(user, package) {
            return None;
        }
        let rows = distinct_rows(snapshot, &analysis.holding, user, package);
        let assignments = rows.into_iter().filter_map(|row| snapshot.table().get(row));
        let weights = assignments.map(|assignment| weighing.weight(&assignment, &snapshot.directory));
        Some(weights.fold(0, u32::saturating_add))
    };
    let plan = upheld::plan(snapshot, analysis, &weigh, options.search, observer).ok_or(Error::Cancelled)?;
    let ways_out = ways_out(&analysis.matrix, &snapshot.directory, &analysis.rules, &plan);
    Ok(Remedy {
        steps: steps(snapshot, &analysis.holding, &plan, &ways_out, &weighing),
        causes: causes(&analysis.matrix, &snapshot.directory, &analysis.rules, &analysis.conflicts),
        warnings: known::warnings(snapshot, analysis, options),
        plan,
        ways_out,
        free_until,
    })
}

impl Remedy {
    /// Carries the plan out and judges again.
    ///
    /// # Errors
    /// [`Error::PlanMismatch`] when something is left that the plan does not name, which would be a defect of sod.
    pub fn check(&self, snapshot: &Snapshot, analysis: &Analysis) -> Result<PlanCheck, Error> {
        let found = check_steps(snapshot, analysis, &self.steps);
        check::agrees(&self.plan, &found)?;
        Ok(found)
    }
}
