//! Assignment states and the choice among them.

use crate::ids::StateId;
use std::fmt;

/// The states that Microsoft documents, in the order of the v1.0 schema. Their ids are fixed.
const KNOWN: [&str; 5] = ["delivering", "partiallyDelivered", "delivered", "expired", "deliveryFailed"];

/// The states of a snapshot: the documented five and whatever else the export says (an evolvable enumeration: an
/// unknown state is kept under its own name, never dropped).
///
/// ```
/// use sod_model::StateTable;
/// let mut states = StateTable::new();
/// assert_eq!(states.intern("Delivered"), StateTable::DELIVERED);
/// let frozen = states.intern("Frozen");
/// assert_eq!((states.name(frozen), StateTable::is_known(frozen)), ("Frozen", false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateTable {
    names: Vec<Box<str>>,
}

impl Default for StateTable {
    fn default() -> Self {
        Self::new()
    }
}

impl StateTable {
    /// Being delivered, not yet held.
    pub const DELIVERING: StateId = StateId(0);
    /// Some resources of the package were delivered.
    pub const PARTIALLY_DELIVERED: StateId = StateId(1);
    /// Held.
    pub const DELIVERED: StateId = StateId(2);
    /// Ended; exports contain the history.
    pub const EXPIRED: StateId = StateId(3);
    /// Delivery failed.
    pub const DELIVERY_FAILED: StateId = StateId(4);

    /// The five documented states.
    #[must_use]
    pub fn new() -> Self {
        Self { names: KNOWN.iter().map(|&name| name.into()).collect() }
    }

    /// The id of a state by its name, in any case. More than 65,000 different unknown names share the last one.
    pub fn intern(&mut self, name: &str) -> StateId {
        let name = name.trim();
        if let Some(id) = self.find(name) {
            return id;
        }
        if self.names.len() >= usize::from(u16::MAX) {
            return StateId(u16::MAX - 1);
        }
        self.names.push(name.into());
        StateId((self.names.len() - 1) as u16)
    }

    /// The id of a state that the table has.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<StateId> {
        self.names.iter().position(|known| known.eq_ignore_ascii_case(name)).map(|at| StateId(at as u16))
    }

    /// The id of a documented state by its name, in any case.
    #[must_use]
    pub fn find_known(name: &str) -> Option<StateId> {
        let name = name.trim();
        KNOWN.iter().position(|known| known.eq_ignore_ascii_case(name)).map(|at| StateId(at as u16))
    }

    /// The name of a state: camelCase for documented states, as found for others.
    #[must_use]
    pub fn name(&self, state: StateId) -> &str {
        self.names.get(state.index()).map_or("", |name| name)
    }

    /// Whether Microsoft documents the state.
    #[must_use]
    pub const fn is_known(state: StateId) -> bool {
        (state.0 as usize) < KNOWN.len()
    }

    /// How much of the access a state means, for choosing between contradicting copies of one assignment: the
    /// copy that is held more wins, so that no conflict is lost.
    #[must_use]
    pub const fn liveness(state: StateId) -> u8 {
        match state.0 {
            2 => 5,
            1 => 4,
            0 => 3,
            4 => 1,
            3 => 0,
            _ => 2,
        }
    }

    /// Every state of the table, documented ones first.
    pub fn iter(&self) -> impl Iterator<Item = (StateId, &str)> {
        self.names.iter().enumerate().map(|(at, name)| (StateId(at as u16), name.as_ref()))
    }
}

/// Which states count as holding a package.
///
/// ```
/// use sod_model::{StateFilter, StateTable};
/// let states = StateTable::new();
/// let live = StateFilter::parse("live").unwrap();
/// assert!(live.matches(StateTable::DELIVERING, &states));
/// assert!(!live.matches(StateTable::EXPIRED, &states));
/// assert_eq!(StateFilter::default().to_string(), "delivered");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFilter {
    // INVARIANT (state filter): either `all`, or at least one name.
    all: bool,
    names: Vec<Box<str>>,
}

impl Default for StateFilter {
    fn default() -> Self {
        Self { all: false, names: vec!["delivered".into()] }
    }
}

/// A list of states that says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFilterError {
    /// What was given.
    pub found: Box<str>,
}

impl fmt::Display for StateFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "'{}' names no state; expected a comma-separated list such as 'delivered', 'live' \
             (delivering, partiallyDelivered, delivered), 'all', or names of states",
            self.found
        )
    }
}

impl std::error::Error for StateFilterError {}

impl StateFilter {
    /// Reads a comma-separated list of state names, `live` or `all`, in any case.
    ///
    /// # Errors
    /// When the list is empty or has an empty element. Names that the export does not know are not an error here:
    /// see [`StateFilter::unknown_to`].
    pub fn parse(text: &str) -> Result<Self, StateFilterError> {
        let mut filter = Self { all: false, names: Vec::new() };
        for name in text.split(',') {
            let name = name.trim();
            if name.is_empty() {
                return Err(StateFilterError { found: text.into() });
            }
            if name.eq_ignore_ascii_case("all") {
                filter.all = true;
            } else if name.eq_ignore_ascii_case("live") {
                for live in ["delivering", "partiallyDelivered", "delivered"] {
                    filter.add(live);
                }
            } else {
                filter.add(KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(&name));
            }
        }
        Ok(filter)
    }

    fn add(&mut self, name: &str) {
        if !self.names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.names.push(name.into());
        }
    }

    /// Every state, the unknown ones too.
    #[must_use]
    pub const fn all() -> Self {
        Self { all: true, names: Vec::new() }
    }

    /// Whether an assignment in `state` counts as held.
    #[must_use]
    pub fn matches(&self, state: StateId, states: &StateTable) -> bool {
        self.all || self.names.iter().any(|name| name.eq_ignore_ascii_case(states.name(state)))
    }

    /// Whether whatever counts by the other one counts by this one, too.
    ///
    /// ```
    /// use sod_model::StateFilter;
    /// let [delivered, live] = ["delivered", "live"].map(|text| StateFilter::parse(text).unwrap());
    /// assert!(live.covers(&delivered) && !delivered.covers(&live));
    /// assert!(StateFilter::all().covers(&live) && !live.covers(&StateFilter::all()));
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let has = |name: &str| self.names.iter().any(|own| own.eq_ignore_ascii_case(name));
        self.all || (!other.all && other.names.iter().all(|name| has(name)))
    }

    /// The chosen names that neither Microsoft documents nor the snapshot has: very likely misspelt.
    #[must_use]
    pub fn unknown_to(&self, states: &StateTable) -> Vec<&str> {
        self.names.iter().map(AsRef::as_ref).filter(|name| states.find(name).is_none()).collect()
    }
}

impl fmt::Display for StateFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names beside `all` add nothing, but one that no input has was asked for all the same: who reads the text again
        // must be told so again.
        let all = self.all.then_some("all");
        let names: Vec<&str> = all.into_iter().chain(self.names.iter().map(AsRef::as_ref)).collect();
        f.write_str(&names.join(","))
    }
}
