//! What people read: the pages of `analyze`, `inspect`, `explain` and `remediate` on a terminal.
//!
//! Functions here turn results into text and return it; nothing prints, asks for the width, or looks at the
//! environment. They take for granted that the numbers belong together and refuse to hide it when they do not: a
//! sum that should be equal and is not is shouted, and rows that are not accounted for are a line of their own.
//! Whatever came from outside is made harmless before it reaches a line.
//!
//! | page | door |
//! |---|---|
//! | `sod analyze` | [`analysis`] |
//! | `sod inspect` | [`inspect()`] |
//! | `sod explain` | [`explained_user`], [`explained_pair`], [`explained_rule`] |
//! | `sod rules check` | [`findings()`] |
//! | `sod diff` | [`diff()`] |
//! | `sod ledger` | [`ledger()`] |
//! | `sod remediate` | [`remediation()`], [`checked_plan`] |
//! | `sod verify` | [`verification()`] |
//! | any table that fits | [`Table`] |
//! | a line of one's own that quotes outsiders | [`harmless`] |

mod conflicts;
mod coverage;
mod diff;
mod explain;
mod findings;
mod inspect;
mod ledger;
mod next;
mod number;
mod page;
mod pairs;
mod read;
mod remediation;
mod style;
mod summary;
mod table;
mod text;
mod verification;
mod warnings;

pub(crate) use conflicts::violated;
pub use diff::diff;
pub use explain::{explained_pair, explained_rule, explained_user};
pub use findings::findings;
pub use inspect::inspect;
pub use ledger::ledger;
pub use next::NextSteps;
pub(crate) use number::{counted, grouped, percent, ratio};
pub use remediation::{PlanSteps, checked_plan, remediation};
pub use style::{Role, Terminal};
pub use summary::analysis;
pub use table::{Cell, Kind, Table};
pub use text::harmless;
pub use verification::verification;
pub(crate) use warnings::mend;
