//! The functions of assignments.

use super::Router;
use super::find::no_such;
use crate::edm::ACCESS_PACKAGE;
use crate::escape::shown;
use crate::fault::Fault;
use crate::store::order_by_id;
use sod_engine::{ExternalId, FindError, PackageId, UserId, find_user};

impl Router<'_, '_> {
    /// `additionalAccess`: of two packages, as Microsoft documents it; of one or of none, by what packages declare
    /// incompatible, which is our reading of the schema's two other forms.
    pub(super) fn additional_access(
        &self,
        arguments: &[(String, String)],
    ) -> Result<(Vec<u32>, bool), Fault> {
        const NAMES: [&str; 2] = ["accessPackageId", "incompatibleAccessPackageId"];
        let mut given: [Option<&str>; 2] = [None, None];
        for (name, value) in arguments {
            let slot = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
            let Some(slot) = slot.and_then(|at| given.get_mut(at)) else {
                return Err(Fault::bad_request(format!(
                    "additionalAccess has no parameter '{}'; expected {}.",
                    shown(name),
                    NAMES.join(" and ")
                )));
            };
            if slot.replace(value).is_some() {
                let message = format!("The parameter '{}' of additionalAccess was given twice.", shown(name));
                return Err(Fault::bad_request(message));
            }
        }
        let directory = &self.desk.store.snapshot.directory;
        let package = |text: &str| {
            directory
                .find_package(&ExternalId::new(text))
                .ok_or_else(|| no_such(self.desk.store, &ACCESS_PACKAGE, text))
        };
        let declared = |package: PackageId| {
            directory
                .package(package)
                .map(|package| package.incompatible_packages.as_slice())
                .unwrap_or_default()
        };
        let says = &self.desk.store.tables.says_incompatible;
        match given {
            [Some(first), Some(second)] => {
                let (first, second) = (package(first)?, package(second)?);
                if first == second {
                    return Err(Fault::new(
                        400,
                        "AccessPackageIdsNotDistinct",
                        "accessPackageId and incompatibleAccessPackageId are the same package. The two access package \
                         IDs must be distinct.",
                    ));
                }
                Ok((self.desk.store.additional(first, &[second]), false))
            }
            [Some(first), None] => {
                let first = package(first)?;
                let may_lack = says.get(first.index()) != Some(&true);
                Ok((self.desk.store.additional(first, declared(first)), may_lack))
            }
            [None, Some(_)] => Err(Fault::bad_request(
                "additionalAccess needs accessPackageId where it is given incompatibleAccessPackageId.",
            )),
            [None, None] => {
                let packages = (0..directory.packages().len() as u32).map(PackageId);
                let found =
                    packages.flat_map(|package| self.desk.store.additional(package, declared(package)));
                let mut found: Vec<u32> = found.collect();
                order_by_id(&self.desk.store.snapshot, &mut found);
                Ok((found, says.iter().any(|says| !says)))
            }
        }
    }

    /// `filterByCurrentUser(on='target')`: whoever asks, and their assignments; `None` where the export has no such user.
    pub(super) fn of_current_user(
        &self,
        arguments: &[(String, String)],
    ) -> Result<Option<(UserId, Vec<u32>)>, Fault> {
        let on = match arguments {
            [(name, on)] if name.eq_ignore_ascii_case("on") => on,
            _ => return Err(Fault::bad_request("filterByCurrentUser needs one parameter: on='target'.")),
        };
        if !on.eq_ignore_ascii_case("target") {
            return Err(Fault::bad_request(format!(
                "filterByCurrentUser(on='{}') cannot be answered from a snapshot; expected on='target'.",
                shown(on)
            )));
        }
        let snapshot = &self.desk.store.snapshot;
        let user = match (self.page_of, self.current_user) {
            // Clients repeat no header for further pages.
            (Some(user), _) => user,
            (None, Some(name)) => match find_user(snapshot, name) {
                Ok(user) => user,
                Err(error @ FindError::Ambiguous { .. }) => {
                    return Err(Fault::bad_request(error.to_string()));
                }
                // Whoever holds nothing may well not be in the export; nor is whose id is of another kind.
                Err(_) => return Ok(None),
            },
            (None, None) => {
                return Err(Fault::new(
                    403,
                    "Forbidden",
                    "filterByCurrentUser needs a signed-in user, and nobody said who that is: name one with --as-user, or \
                     with the header sod-user.",
                ));
            }
        };
        let mut rows: Vec<u32> = snapshot.rows_of(user).map(|row| row as u32).collect();
        order_by_id(snapshot, &mut rows);
        Ok(Some((user, rows)))
    }
}
