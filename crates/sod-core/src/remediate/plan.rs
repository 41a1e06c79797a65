//! How hard to search, and what must be left.

/// How hard to search, and what must be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemediationOptions {
    /// Branchings for each distinct problem before its search is cut; 0 gives the greedy answer and its bound.
    pub nodes_max: u64,
    /// No package falls under so many holders; one that has no more already loses nobody. 0 is no floor.
    pub holders_min: u32,
}

impl Default for RemediationOptions {
    /// 50,000 branchings, no floor.
    fn default() -> Self {
        Self { nodes_max: 50_000, holders_min: 0 }
    }
}
