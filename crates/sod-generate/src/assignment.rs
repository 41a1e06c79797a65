//! Assignments: the rows of each user, a pure function of the seed and the user.

use crate::guid::Guid;
use crate::moment::{BASE, DAY};
use crate::quota::{BLOCK, block_counts};
use crate::random::{Rng, Stream};
use crate::tenant::Tenant;
use crate::user::{UserCore, user_core};

/// The documented states of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssignmentState {
    /// Being delivered, not yet held.
    Delivering,
    /// Some resources of the package were delivered.
    PartiallyDelivered,
    /// Held.
    Delivered,
    /// Ended.
    Expired,
    /// Delivery failed.
    DeliveryFailed,
}

impl AssignmentState {
    /// The name in v1.0: `partiallyDelivered`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivering => "delivering",
            Self::PartiallyDelivered => "partiallyDelivered",
            Self::Delivered => "delivered",
            Self::Expired => "expired",
            Self::DeliveryFailed => "deliveryFailed",
        }
    }

    /// The name in beta and in PowerShell: `PartiallyDelivered`.
    #[must_use]
    pub const fn pascal_name(self) -> &'static str {
        match self {
            Self::Delivering => "Delivering",
            Self::PartiallyDelivered => "PartiallyDelivered",
            Self::Delivered => "Delivered",
            Self::Expired => "Expired",
            Self::DeliveryFailed => "DeliveryFailed",
        }
    }
}

/// One assignment of a package to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratedAssignment {
    /// The id of the assignment.
    pub id: Guid,
    /// The user, an index.
    pub user: u32,
    /// The package, an index.
    pub package: u32,
    /// The policy, an index into the package's policies.
    pub policy: u8,
    /// What became of it.
    pub state: AssignmentState,
    /// The finer status, an open list of words that must never decide what is held.
    pub status: &'static str,
    /// When it began.
    pub start: i64,
    /// When it ends or ended (`schedule.expiration.endDateTime`).
    pub end: Option<i64>,
    /// When it was expired (`expiredDateTime`).
    pub expired: Option<i64>,
}

/// Working space, used again from user to user.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    /// `taken[p]` is the mark of the last user who was given package `p`.
    taken: Vec<u64>,
    mark: u64,
    block: Option<u32>,
    counts: Vec<u32>,
}

impl Scratch {
    pub(crate) fn new(packages: u32) -> Self {
        Self { taken: vec![0; packages as usize], mark: 0, block: None, counts: Vec::new() }
    }

    /// How many rows the user has.
    fn rows(&mut self, tenant: &Tenant, user: u32) -> u32 {
        let block = user / BLOCK;
        if self.block != Some(block) {
            self.counts = block_counts(tenant.spec(), tenant.departments(), block);
            self.block = Some(block);
        }
        self.counts.get((user % BLOCK) as usize).copied().unwrap_or(0)
    }

    /// Takes a package for the current user; false if the user has it already.
    fn take(&mut self, package: u32) -> bool {
        match self.taken.get_mut(package as usize) {
            Some(mark) if *mark != self.mark => {
                *mark = self.mark;
                true
            }
            _ => false,
        }
    }
}

/// Appends the rows of one user: distinct packages first, then history (an ended earlier assignment of a package
/// whose present one has another state).
pub(crate) fn fill_user(
    tenant: &Tenant,
    scratch: &mut Scratch,
    user: u32,
    out: &mut Vec<GeneratedAssignment>,
) {
    let rows = scratch.rows(tenant, user);
    if rows == 0 {
        return;
    }
    let core = user_core(tenant.seed(), user, tenant.departments());
    let mut rng = Rng::at(tenant.seed(), Stream::Holdings, u64::from(user));
    scratch.mark += 1;
    let history = rows / 10;
    let first = out.len();
    for ordinal in 0..rows - history {
        let package = choose(tenant, scratch, core, ordinal, &mut rng);
        out.push(row(tenant, user, package, ordinal, &mut rng));
    }
    let mut earlier = Vec::with_capacity(history as usize);
    for present in out.iter().skip(first).filter(|present| present.state != AssignmentState::Expired) {
        if earlier.len() < history as usize {
            earlier.push(ended(*present, tenant, rows - history + earlier.len() as u32, &mut rng));
        }
    }
    let missing = history - earlier.len() as u32;
    out.append(&mut earlier);
    // A user whose every assignment has ended has no present one to renew: more packages instead.
    for ordinal in rows - missing..rows {
        let package = choose(tenant, scratch, core, ordinal, &mut rng);
        out.push(row(tenant, user, package, ordinal, &mut rng));
    }
}

/// A package that the user does not have yet: company-wide ones first, then mostly the department's own.
fn choose(tenant: &Tenant, scratch: &mut Scratch, core: UserCore, ordinal: u32, rng: &mut Rng) -> u32 {
    if ordinal < tenant.company_wide() && !core.is_guest && rng.percent(90) {
        let package = tenant.by_rank(ordinal as usize);
        if scratch.take(package) {
            return package;
        }
    }
    let own = tenant.packages_of_department(core.department);
    let mut rank = 0;
    for _ in 0..8 {
        let package = if !own.is_empty() && rng.percent(65) {
            let place = tenant.zipf().sample(rng, own.len());
            own.get(place).copied().unwrap_or(0)
        } else {
            rank = tenant.zipf().sample(rng, tenant.packages().len());
            tenant.by_rank(rank)
        };
        if scratch.take(package) {
            return package;
        }
    }
    // Who holds nearly everything is served by looking further down the list: always ends, as nobody has more
    // rows than there are packages.
    let count = tenant.packages().len().max(1);
    (0..count)
        .map(|step| tenant.by_rank((rank + step) % count))
        .find(|&package| scratch.take(package))
        .unwrap_or(0)
}

/// One row about the present.
fn row(tenant: &Tenant, user: u32, package: u32, ordinal: u32, rng: &mut Rng) -> GeneratedAssignment {
    let state = match rng.below(100) {
        0..79 => AssignmentState::Delivered,
        79..93 => AssignmentState::Expired,
        93..96 => AssignmentState::Delivering,
        96..98 => AssignmentState::PartiallyDelivered,
        _ => AssignmentState::DeliveryFailed,
    };
    let policies = tenant.package(package).map_or(1, |package| package.policies.len());
    let policy = rng.below(policies as u64) as u8;
    let duration = tenant
        .package(package)
        .and_then(|package| package.policies.get(usize::from(policy)))
        .map_or(0, |policy| i64::from(policy.duration_days));
    let start = BASE - DAY - rng.below(900 * DAY as u64) as i64;
    // What is held ends ten years after the export or later: a test that runs in 2030 must not find that
    // assignments have run out since.
    let later = BASE + DAY * (3_650 + duration) + rng.below(365 * DAY as u64) as i64;
    let (end, expired) = match state {
        AssignmentState::Expired => {
            let end = start + rng.below((BASE - start) as u64) as i64;
            (Some(end), Some(end))
        }
        _ => ((duration > 0).then_some(later), None),
    };
    let id = Guid::at(tenant.seed(), Stream::AssignmentId, (u64::from(user) << 24) | u64::from(ordinal));
    let status = match state {
        AssignmentState::Delivered if end.is_some() && rng.percent(3) => {
            "NearExpiry1DayNotificationTriggered"
        }
        AssignmentState::Expired => "ExpiredNotificationTriggered",
        other => other.pascal_name(),
    };
    GeneratedAssignment { id, user, package, policy, state, status, start, end, expired }
}

/// An assignment of the same user and package that ended before the present one began.
fn ended(present: GeneratedAssignment, tenant: &Tenant, ordinal: u32, rng: &mut Rng) -> GeneratedAssignment {
    let end = present.start - DAY - rng.below(200 * DAY as u64) as i64;
    GeneratedAssignment {
        id: Guid::at(
            tenant.seed(),
            Stream::AssignmentId,
            (u64::from(present.user) << 24) | u64::from(ordinal),
        ),
        policy: 0,
        state: AssignmentState::Expired,
        status: "ExpiredNotificationTriggered",
        start: end - DAY * 90,
        end: Some(end),
        expired: Some(end),
        ..present
    }
}

/// The rows of a range of users, one after the other; nothing but the present user's rows is held.
#[derive(Clone, Debug)]
pub struct Assignments<'a> {
    tenant: &'a Tenant,
    users: std::ops::Range<u32>,
    scratch: Scratch,
    rows: Vec<GeneratedAssignment>,
    next: usize,
}

impl<'a> Assignments<'a> {
    pub(crate) fn new(tenant: &'a Tenant, users: std::ops::Range<u32>) -> Self {
        let scratch = Scratch::new(tenant.spec().packages);
        Self { tenant, users, scratch, rows: Vec::new(), next: 0 }
    }
}

impl Iterator for Assignments<'_> {
    type Item = GeneratedAssignment;

    fn next(&mut self) -> Option<GeneratedAssignment> {
        while self.next >= self.rows.len() {
            let user = self.users.next()?;
            self.rows.clear();
            self.next = 0;
            fill_user(self.tenant, &mut self.scratch, user, &mut self.rows);
        }
        let row = self.rows.get(self.next).copied();
        self.next += 1;
        row
    }
}
