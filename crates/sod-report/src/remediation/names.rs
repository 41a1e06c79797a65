//! Who and what a plan speaks of, as the external ids and names that leave the process.

use crate::explain::{NamedId, UserRef};
use sod_model::{Directory, GroupId, PackageId, UserId};

pub(super) fn package(directory: &Directory, id: PackageId) -> NamedId {
    let known = directory.package(id);
    NamedId {
        id: known.map(|known| known.id.to_string()).unwrap_or_default(),
        name: known.and_then(|known| known.display_name.as_deref()).map(str::to_owned),
    }
}

pub(super) fn group(directory: &Directory, id: GroupId) -> NamedId {
    let known = directory.group(id);
    NamedId {
        id: known.map(|known| known.id.to_string()).unwrap_or_default(),
        name: known.and_then(|known| known.display_name.as_deref()).map(str::to_owned),
    }
}

pub(super) fn user(directory: &Directory, id: UserId) -> UserRef {
    let known = directory.user(id);
    let text = |text: Option<&str>| text.map(str::to_owned);
    UserRef {
        id: known.map(|known| known.id.to_string()).unwrap_or_default(),
        name: text(known.and_then(|known| known.display_name.as_deref())),
        principal_name: text(known.and_then(|known| known.principal_name.as_deref())),
    }
}
