//! What an exception says, for whoever reads a conflict that it covers.

use super::{ExplainInput, NamedId};
use serde::Serialize;
use sod_model::{ExceptedUsers, ExceptionId, Standing};

/// An exception in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedException {
    /// The written id.
    pub id: String,
    /// The written id of the rule.
    pub rule_id: String,
    /// For whom: `user`, `package` (everybody who holds it) or `department`.
    pub applies_to: &'static str,
    /// The user, the package or the department.
    pub subject: NamedId,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub justification: String,
    /// The compensating control; null when none is told.
    pub control: Option<String>,
    /// A ticket or a document; null when none is told.
    pub reference: Option<String>,
    /// The first day; null when it has always been in force.
    pub start: Option<String>,
    /// The last day; null when it has no end.
    pub end: Option<String>,
    /// `in-force`, `not-begun` or `expired`.
    pub standing: &'static str,
    /// Conflicts that it covers.
    pub covers: u64,
}

/// The word for a standing in every format.
#[must_use]
pub const fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::InForce => "in-force",
        Standing::NotBegun => "not-begun",
        Standing::Expired => "expired",
    }
}

impl ExplainInput<'_> {
    /// One exception; `None` if there is none of that number.
    pub(super) fn exception(&self, id: ExceptionId) -> Option<ExplainedException> {
        let exception = self.exceptions.exception(id)?;
        let own = self.exception_uses.get(id.index())?;
        let (applies_to, subject) = match &exception.users {
            ExceptedUsers::User(user) => {
                let known = self.snapshot.directory.user(*user);
                let id = known.map(|user| user.id.to_string()).unwrap_or_default();
                let name = known.and_then(|user| user.display_name.as_deref()).map(str::to_owned);
                ("user", NamedId { id, name })
            }
            ExceptedUsers::HoldersOf(package) => ("package", self.package(*package)),
            ExceptedUsers::Department(name) => ("department", NamedId { id: name.to_string(), name: None }),
        };
        Some(ExplainedException {
            id: exception.id.to_string(),
            rule_id: self.rules.rule(exception.rule).map(|rule| rule.id.to_string()).unwrap_or_default(),
            applies_to,
            subject,
            owner: exception.owner.to_string(),
            justification: exception.justification.to_string(),
            control: exception.control.as_deref().map(str::to_owned),
            reference: exception.reference.as_deref().map(str::to_owned),
            start: exception.period.start_shown(),
            end: exception.period.end_shown(),
            standing: standing_name(own.standing),
            covers: own.covers,
        })
    }
}
