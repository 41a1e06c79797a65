//! People: each a pure function of the seed and a number.

use crate::guid::Guid;
use crate::moment::{BASE, DAY};
use crate::names::{FAMILY, GIVEN, ORGANIZATIONS, TITLES, pick};
use crate::random::{Rng, Stream};

/// A person of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedUser {
    /// The number of the user, `0..users`.
    pub index: u32,
    /// The id of the directory object.
    pub object_id: Guid,
    /// The id of the subject record inside entitlement management: never the same as `object_id`.
    pub subject_id: Guid,
    /// The name; not unique, as in life.
    pub display_name: String,
    /// The user principal name; unique.
    pub principal_name: String,
    /// The e-mail address; unique, for members the same as the principal name.
    pub mail: String,
    /// The department, an index: its people prefer its packages.
    pub department: u8,
    /// The title.
    pub job_title: &'static str,
    /// Whether `userType` is `Guest` rather than `Member`.
    pub is_guest: bool,
    /// The connected organisation that some guests come from, an index below 5.
    pub organization: Option<u8>,
    /// Whether the account may sign in; deleted and disabled people keep assignments for a while.
    pub account_enabled: bool,
    /// When the account was created.
    pub created: i64,
}

/// The part of a user that decides what the user holds; cheap, nothing is allocated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserCore {
    pub(crate) department: u8,
    pub(crate) is_guest: bool,
}

fn core_from(rng: &mut Rng, departments: u32) -> UserCore {
    // The minimum of two draws: the first departments are larger than the last.
    let (one, other) = (rng.below(u64::from(departments)), rng.below(u64::from(departments)));
    UserCore { department: one.min(other) as u8, is_guest: rng.percent(9) }
}

/// The department of a user and whether the user is a guest.
pub(crate) fn user_core(seed: u64, index: u32, departments: u32) -> UserCore {
    core_from(&mut Rng::at(seed, Stream::UserTrait, u64::from(index)), departments)
}

/// The user of a number.
pub(crate) fn user(seed: u64, index: u32, departments: u32) -> GeneratedUser {
    let mut rng = Rng::at(seed, Stream::UserTrait, u64::from(index));
    let UserCore { department, is_guest } = core_from(&mut rng, departments);
    let (given, given_ascii) = GIVEN.get(rng.below(GIVEN.len() as u64) as usize).copied().unwrap_or_default();
    let (family, family_ascii) =
        FAMILY.get(rng.below(FAMILY.len() as u64) as usize).copied().unwrap_or_default();
    let number = u64::from(index) + 1;
    let organization = is_guest.then(|| rng.below(ORGANIZATIONS.len() as u64) as u8);
    let (mail, principal_name) = match organization.and_then(|at| ORGANIZATIONS.get(usize::from(at))) {
        Some((_, domain)) => (
            format!("{given_ascii}.{family_ascii}{number}@{domain}"),
            format!("{given_ascii}.{family_ascii}{number}_{domain}#EXT#@contoso.onmicrosoft.example"),
        ),
        None => {
            let address = format!("{given_ascii}.{family_ascii}{number}@contoso.example");
            (address.clone(), address)
        }
    };
    GeneratedUser {
        index,
        object_id: Guid::at(seed, Stream::ObjectId, u64::from(index)),
        subject_id: Guid::at(seed, Stream::SubjectId, u64::from(index)),
        display_name: format!("{given} {family}"),
        principal_name,
        mail,
        department,
        job_title: pick_title(&mut rng),
        is_guest,
        // Half of the guests were invited by hand and belong to no connected organisation.
        organization: organization.filter(|_| index.is_multiple_of(2)),
        account_enabled: !rng.percent(2),
        created: BASE - DAY * 2_500 + rng.below(1_500 * DAY as u64) as i64,
    }
}

fn pick_title(rng: &mut Rng) -> &'static str {
    let (one, other) = (rng.below(TITLES.len() as u64), rng.below(TITLES.len() as u64));
    pick(&TITLES, one.min(other) as usize)
}
