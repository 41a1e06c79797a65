//! The nouns of sod: what an export contains, what people hold, what must not be held together.
//!
//! Types and their invariants only. Nothing here reads a file, knows a wire format, looks at a clock or prints.
//! The verbs live in the sibling crates; see `ARCHITECTURE.md` for the data's way through them.
//!
//! ```
//! use sod_model::{AssignmentMatrix, PackageId, UserId};
//!
//! // Users 0 and 1 both hold packages 0 and 1; user 2 holds package 1 only.
//! let holdings = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
//! let matrix = AssignmentMatrix::from_holdings(3, 2, holdings);
//! assert_eq!(matrix.column(PackageId(1)).len(), 3);
//! assert_eq!(matrix.row(UserId(2)), [PackageId(1)]);
//! ```
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod assignment;
mod assignments;
mod causes;
mod change;
mod codes;
mod combination;
mod conflict;
mod directory;
mod exception;
mod external_id;
mod finding;
mod held;
mod ids;
mod ledger;
mod matrix;
mod minimal;
mod observer;
mod origin;
mod pair;
mod period;
mod provenance;
mod remediation;
mod resource_role;
mod rule;
mod snapshot;
mod state;
mod timestamp;

pub use assignment::{Assignment, RecordLocation};
pub use assignments::{AssignmentTable, RowOrder};
pub use causes::{CauseCohort, Causes, Component, Link, PackageCause};
pub use change::{
    CauseCode, CauseKind, ChangeCause, ChangeClass, ChangedUser, ConflictChange, ConflictStatus, DiffCounts,
    DiffWarning, Ending, FileHole, FileNames, FileRow, InputFile, MissingFile, Named, PairChange, SideFacts,
    SnapshotDiff,
};
pub use codes::{RefusalCode, RejectCode, WarningCode};
pub use combination::{Combination, CombinationKind, Contained};
pub use conflict::{Conflict, ConflictSet};
pub use directory::{Directory, EntraCatalog, Group, Package, PackageIdKind, Policy, User, UserIdKind};
pub use exception::{
    EndingException, ExceptedUsers, Exception, ExceptionFinding, ExceptionSet, ExceptionUse,
    ExceptionsEnding, Standing,
};
pub use external_id::{ExternalId, Guid};
pub use finding::{
    Finding, FindingCode, FindingLevel, FindingNeeds, NotChecked, Place, Subject, SubjectKind,
};
pub use held::{ConflictGroup, HeldSet};
pub use ids::{
    CatalogId, ExceptionId, GroupId, PackageId, PolicyId, ResourceRoleId, RuleId, SourceId, StateId, UserId,
};
pub use ledger::{
    DECLARATION_RECORDS, Entry, Ledger, LedgerConflict, LedgerError, LedgerKey, LedgerSnapshot,
    MEMBER_RECORDS, People, RuleSight, Seen, SeenConflict, Sight, TrendRow,
};
pub use matrix::{AssignmentMatrix, Holding};
pub use minimal::MinimalSets;
pub use observer::{Event, Observer, Phase, Silent};
pub use origin::{JudgedFile, JudgedKind, Origins, UnknownName};
pub use pair::{PackagePair, PairCount, report_order};
pub use period::Period;
pub use provenance::{
    Compression, Encoding, Position, Provenance, RejectedRecord, RowCounts, Shape, SideCounts, Source,
    Warning,
};
pub use remediation::{
    Act, FallsShort, HeldBack, Hindrance, Impossible, NotKept, PlanCheck, PlanStep, RemediationPlan, Removal,
    Shortage, Unproven, WayOut,
};
pub use resource_role::{ResourceRole, ResourceRoles};
pub use rule::{Rule, RuleFacts, RuleOrigin, RuleSet, Severity, Term};
pub use snapshot::Snapshot;
pub use state::{StateFilter, StateFilterError, StateTable};
pub use timestamp::Timestamp;

/// The page of stable codes: what each rejected row, warning and refusal means and how to mend it.
#[doc = include_str!("../docs/codes.md")]
pub mod code_reference {}
