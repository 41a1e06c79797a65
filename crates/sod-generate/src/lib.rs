//! Synthetic tenants: the same for the same seed, in every export shape, with injectable dirt.
//!
//! [`Tenant`] is the world: packages whose popularity falls as Zipf's law has it, a few that nearly everybody holds,
//! departments that prefer their own, guests, history, several policies a package, incompatibilities that people
//! violate. [`write_export`] writes it down in an [`ExportShape`], with the [`Dirt`] that exports of that shape have in
//! practice, and [`truth`] says what a correct reader must make of the same export. Writer and truth walk one sequence
//! of rows, so they cannot drift apart.
//!
//! Everything is a pure function of the specification, in integers, without a clock: the same seed is the same bytes
//! on every platform. Users and assignments are computed when they are asked for, never held.
//!
//! Taken for granted: nothing. Refused: reading anything, and knowing how a reader works.
//!
//! ```
//! use sod_generate::{Dirt, ExportOptions, ExportShape, Tenant, TenantSpec, truth, write_export};
//!
//! let tenant = Tenant::new(TenantSpec { users: 200, packages: 25, assignments: 1_500, seed: 42 })?;
//! let options = ExportOptions {
//!     dirt: vec![Dirt::DanglingNextLink, Dirt::MissingUser],
//!     ..ExportOptions::new(ExportShape::GraphV1)
//! };
//! let folder = std::env::temp_dir().join(format!("sod-generate-crate-doc-{}", std::process::id()));
//! let written = write_export(&tenant, &options, &folder, &mut |_rows| true)?;
//!
//! let truth = truth(&tenant, &options)?;
//! assert_eq!(written.rows, truth.rows_expected);
//! assert!(truth.warnings.contains("dangling-next-link"));
//! assert!(truth.rejected.iter().all(|row| row.code == "no-user"));
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
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
mod dirt;
mod error;
mod format;
mod group;
mod guid;
mod hostile;
mod incompatible;
mod moment;
mod names;
mod options;
mod package;
mod quota;
mod random;
mod row;
mod shape;
mod spec;
mod supports;
mod tenant;
mod truth;
mod user;
mod view;
mod write;

pub use assignment::{AssignmentState, Assignments, GeneratedAssignment};
pub use dirt::{Dirt, UnknownDirt};
pub use error::GenerateError;
pub use group::GeneratedGroup;
pub use guid::Guid;
pub use moment::BASE;
pub use options::{Compression, ExportOptions};
pub use package::{GeneratedCatalog, GeneratedPackage, GeneratedPolicy, PolicyKind};
pub use row::RowRole;
pub use shape::{ExportShape, UnknownShape};
pub use spec::{PACKAGES_MAX, SpecError, TenantSpec};
pub use tenant::Tenant;
pub use truth::{Truth, TruthReject, TruthRow, truth};
pub use user::GeneratedUser;
pub use write::{Written, write_export};
