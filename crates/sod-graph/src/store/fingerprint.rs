//! What tells one snapshot from another: links to further pages are good for one alone.

use super::Store;
use std::hash::{BuildHasher, Hash, Hasher};

impl Store {
    /// A number of all that answers are made of, the same wherever it is loaded.
    pub(crate) fn fingerprint(&self) -> u64 {
        let (table, directory) = (self.snapshot.table(), &self.snapshot.directory);
        let mut hasher = foldhash::quality::FixedState::with_seed(0).build_hasher();
        let to = &mut hasher;
        (table.users(), table.packages(), table.states()).hash(to);
        table.for_each_id_key(0..table.len(), |key| key.hash(to));
        for row in 0..table.len() {
            table.get(row).map(|row| (row.policy, row.since, row.until)).hash(to);
        }
        for (state, name) in self.snapshot.states.iter() {
            (state, name).hash(to);
        }
        for user in directory.users() {
            (&user.id, &user.aliases, &user.display_name).hash(to);
            (&user.email, &user.principal_name, &user.subject_type).hash(to);
        }
        for package in directory.packages() {
            (&package.id, &package.display_name, package.catalog).hash(to);
            (&package.incompatible_packages, &package.incompatible_groups).hash(to);
        }
        for group in directory.groups() {
            (&group.id, &group.display_name, &group.members).hash(to);
        }
        for policy in directory.policies() {
            (&policy.id, &policy.display_name, policy.package).hash(to);
        }
        for catalog in directory.catalogs() {
            (&catalog.id, &catalog.display_name).hash(to);
        }
        let tables = &self.tables;
        tables.records.hash(to);
        (&tables.assignments, &tables.users, &tables.packages, &tables.policies, &tables.catalogs).hash(to);
        (&tables.organizations, &tables.named_by, &self.counted).hash(to);
        for (row, ids) in &tables.named_otherwise {
            (row, ids).hash(to);
        }
        hasher.finish()
    }
}
