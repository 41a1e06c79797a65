//! What can go wrong after the inputs are read, and what to do about it.

use sod_report::WriteError;
use sod_rules::DocumentError;

/// An analysis that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// None of the chosen states exists.
    #[error("no state is called {}; the inputs have {present}, and Microsoft documents {documented}", quoted(.found))]
    NoSuchState {
        /// What was asked for.
        found: Vec<String>,
        /// The states of the inputs.
        present: String,
        /// The documented states.
        documented: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// Two independent ways to the same sum disagree: sod itself is wrong, and says so before anyone relies on it.
    #[error(
        "internal check failed: the sum of all pair counts is {pair_sum}, but the users' rows give {row_sum}; nothing \
         was reported"
    )]
    PairSumMismatch {
        /// Sum of `holders_both` over the pairs of the scope.
        pair_sum: u64,
        /// The same from the users' rows.
        row_sum: u64,
    },
    /// Rules or exceptions that cannot be used: everything that is wrong with them.
    #[error("{}", all(.0))]
    Documents(Vec<DocumentError>),
    /// A file of rules or exceptions that cannot be read.
    #[error("{path}: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        why: String,
    },
    /// Rules or exceptions have periods, and nothing tells the moment to judge them by.
    #[error(
        "rules or exceptions begin or end at a date, but the inputs show no date by which to tell whether they are in \
         force"
    )]
    MomentNeeded,
    /// What ends soon was asked for, and nothing tells from which moment on.
    #[error("the inputs show no date from which to count the days until an assignment ends")]
    NoMoment,
    /// A plan was carried out, and what is left is not what it says: sod itself is wrong, and says so.
    #[error(
        "internal check failed: {unsaid} conflicts stay open that the plan does not name, or its cost {cost} is below \
         its lower bound {lower_bound}; nothing was written"
    )]
    PlanMismatch {
        /// Conflicts that are left and not named.
        unsaid: u64,
        /// What the plan costs.
        cost: u64,
        /// What every plan costs at least, as the plan says.
        lower_bound: u64,
    },
    /// A key that could be guessed.
    #[error(
        "the key for pseudonyms has {bytes} bytes that count, or is one byte over and over; it takes at least 16"
    )]
    WeakKey {
        /// Bytes without the line end.
        bytes: usize,
    },
    /// Two users came to one pseudonym.
    #[error("internal check failed: two users have one pseudonym; nothing was reported")]
    PseudonymClash,
    /// Two snapshots have nobody in common: there is nothing to compare.
    #[error(
        "`{old}` and `{new}` have no {kind} in common: everything would be gone on one side and new on the other"
    )]
    NothingShared {
        /// The one.
        old: String,
        /// The other.
        new: String,
        /// Of what they have nothing in common.
        kind: &'static str,
    },
    /// A snapshot of another tenant than those of the ledger.
    #[error("`{added}` has no package in common with `{known}` and the other snapshots of the ledger")]
    LedgerTenant {
        /// One that is there.
        known: String,
        /// The one that was to be added.
        added: String,
    },
    /// Two snapshots name the same people by other names: nobody would be found again.
    #[error("{} and {}: nobody would be known again", .0[0], .0[1])]
    OtherNames(Box<[OtherNames; 2]>),
    /// A snapshot of which nobody knows the moment cannot be put in a ledger.
    #[error("`{label}` shows no date, and a ledger is in the order of dates")]
    NoLedgerMoment {
        /// The snapshot.
        label: String,
    },
    /// A ledger has another snapshot of the same moment.
    #[error(
        "the ledger has `{known}` of {moment} already, and `{added}` of the same moment shows other conflicts"
    )]
    LedgerMoment {
        /// The moment.
        moment: sod_model::Timestamp,
        /// The one that is there.
        known: String,
        /// The one that was to be added.
        added: String,
    },
    /// A report folder that cannot be read back.
    #[error(transparent)]
    Past(#[from] sod_report::past::PastError),
    /// The observer asked to stop.
    #[error("stopped before the work was done; no file was written")]
    Cancelled,
    /// Results could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Error {
    /// What the user can do about it, for a help line of its own; `None` when the message says all there is to say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoSuchState { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoSuchState { near: None, .. } => {
                Some("choose among them, or `live` (held or about to be), or `all`".to_owned())
            }
            Self::PairSumMismatch { .. } | Self::PlanMismatch { .. } => {
                Some("this is a defect of sod: please report it with the command and the version".to_owned())
            }
            Self::WeakKey { .. } => {
                Some("make one with `openssl rand -hex 32 > pseudonym.key`, and keep it secret".to_owned())
            }
            Self::PseudonymClash => Some("use another key".to_owned()),
            Self::NothingShared { .. } => Some(
                "compare two exports of one tenant that identify people in the same way ($expand=target), or say \
                 --allow-unjoined"
                    .to_owned(),
            ),
            Self::LedgerTenant { .. } => {
                Some("a ledger is of one tenant: name the right export, or begin another ledger".to_owned())
            }
            Self::OtherNames(sides) => Some(OtherNames::help(sides).to_owned()),
            Self::LedgerMoment { .. } => Some(
                "a ledger has one judgement of each moment: use the same rules, exceptions and states, or begin another \
                 ledger"
                    .to_owned(),
            ),
            Self::Past(error) => Some(error.help().to_owned()),
            Self::MomentNeeded | Self::NoMoment | Self::NoLedgerMoment { .. } => {
                Some("say --as-of with a date such as 2026-11-22".to_owned())
            }
            Self::Cancelled | Self::Documents(_) | Self::Unreadable { .. } => None,
            Self::Write(error) => error.help().map(str::to_owned),
        }
    }
}

/// How a snapshot names users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherNames {
    /// As it was given.
    pub label: String,
    /// Whether it is a report, which has its names for good.
    pub is_report: bool,
    /// The key of its pseudonyms, by its id; `None` where it names users as the inputs do.
    pub key: Option<String>,
}

impl OtherNames {
    fn help(sides: &[Self; 2]) -> &'static str {
        match sides.iter().find(|side| !side.is_report) {
            None => "write both reports with the same key, or both without: `sod analyze INPUT --out DIR`",
            Some(export) if export.key.is_none() => {
                "give the key of the other one with --pseudonymise KEYFILE: the export is then named in the same way"
            }
            Some(_) => {
                "give the key of the other one with --pseudonymise, or leave it out where there is none"
            }
        }
    }
}

impl std::fmt::Display for OtherNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Some(key) => write!(f, "`{}` names users by pseudonyms of the key {key}", self.label),
            None => write!(f, "`{}` names users as the inputs do", self.label),
        }
    }
}

fn all(errors: &[DocumentError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<String>>().join("\n\n")
}

/// What kind of thing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An access package.
    Package,
    /// A user.
    User,
    /// A rule.
    Rule,
    /// An assignment.
    Assignment,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::User => "user",
            Self::Rule => "rule",
            Self::Assignment => "assignment",
        }
    }

    const fn named_by(self) -> &'static str {
        match self {
            Self::Package => "has that display name",
            Self::User => "has that principal name or e-mail address",
            Self::Rule | Self::Assignment => "has that id",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// A package, user or rule that is not there, or not just once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// Not the form of an id, in a tenant where all ids have one.
    #[error(
        "`{found}` is not a {kind} id (expected a GUID such as 2506aef1-3929-4d24-a61e-7c8b83d95e6f), and no {kind} {}",
        .kind.named_by()
    )]
    Malformed {
        /// What kind of thing was asked for.
        kind: Kind,
        /// What was given.
        found: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A good id, but nothing in the inputs has it.
    #[error("no {kind} `{found}` is in the inputs ({known} known)")]
    Unknown {
        /// What kind of thing was asked for.
        kind: Kind,
        /// What was given.
        found: String,
        /// How many there are.
        known: usize,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A name that several bear.
    #[error("{} {kind}s are called `{found}`: {}", .candidates.len(), .candidates.join(", "))]
    Ambiguous {
        /// What kind of thing was asked for.
        kind: Kind,
        /// What was given.
        found: String,
        /// The ids.
        candidates: Vec<String>,
    },
    /// Both sides of a pair are one package.
    #[error("both packages are {id}; expected two different ones: no package is incompatible with itself")]
    SamePackage {
        /// The id.
        id: String,
    },
}

impl FindError {
    /// What the user can do about it, for a help line of its own; `None` when the message says all there is to say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Malformed { near: Some(near), .. } | Self::Unknown { near: Some(near), .. } => {
                Some(format!("did you mean {near}?"))
            }
            Self::Malformed { kind, .. } | Self::Unknown { kind, .. } => Some(
                match kind {
                    Kind::Package => {
                        "`sod pairs INPUT` lists the packages that are held together, with id and name; an id that is \
                         not there is of another tenant, or the export lacks it"
                    }
                    Kind::User => {
                        "give the object id, another id of the export, the principal name or the e-mail address; a \
                         user who is not there has no assignment in the export"
                    }
                    Kind::Rule => "`sod analyze INPUT` lists the violated rules with their ids",
                    Kind::Assignment => "`sod explain INPUT --user U` lists the assignments of a user with their ids",
                }
                .to_owned(),
            ),
            Self::Ambiguous { kind, candidates, .. } => {
                candidates.first().map(|first| format!("say which {kind} by its id, such as {first}"))
            }
            Self::SamePackage { .. } => None,
        }
    }
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" or ")
}
