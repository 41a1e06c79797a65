//! What the rows of the co-holding table are made of: ids, names, holders and the three ratios.

use sod_model::{AssignmentMatrix, Directory, PackageId, PairCount};

/// Everything about packages that the rows repeat, computed once.
#[derive(Clone, Debug)]
pub struct PairContext {
    // INVARIANT (parallel tables): all three are as long as the matrix has packages.
    ids: Vec<Box<str>>,
    names: Vec<Option<Box<str>>>,
    holders: Vec<u64>,
    users_holding: u64,
}

impl PairContext {
    /// Takes ids and names from the directory and holders from the matrix; both must speak of the same packages.
    #[must_use]
    pub fn new(directory: &Directory, matrix: &AssignmentMatrix) -> Self {
        let packages = (0..matrix.packages() as u32).map(|at| directory.package(PackageId(at)));
        let (mut ids, mut names) = (Vec::new(), Vec::new());
        for package in packages {
            ids.push(package.map_or_else(Box::default, |package| package.id.to_string().into_boxed_str()));
            names.push(package.and_then(|package| package.display_name.clone()));
        }
        let holders = matrix.holders().to_vec();
        Self { ids, names, holders, users_holding: matrix.users_holding() }
    }

    /// The written id of a package; empty when it is unknown.
    #[must_use]
    pub fn id(&self, package: PackageId) -> &str {
        self.ids.get(package.index()).map_or("", |id| id)
    }

    /// The name of a package, if the inputs tell.
    #[must_use]
    pub fn name(&self, package: PackageId) -> Option<&str> {
        self.names.get(package.index()).and_then(|name| name.as_deref())
    }

    /// Distinct users who hold a package.
    #[must_use]
    pub fn holders(&self, package: PackageId) -> u64 {
        self.holders.get(package.index()).copied().unwrap_or_default()
    }

    /// Users who hold at least one package: the `users` of `lift`.
    #[must_use]
    pub const fn users_holding(&self) -> u64 {
        self.users_holding
    }

    /// How many packages there are.
    #[must_use]
    pub fn packages(&self) -> usize {
        self.ids.len()
    }

    /// One row of the table, for readers who want it in hand rather than in a file.
    #[must_use]
    pub fn row(&self, count: &PairCount) -> PairRow<'_> {
        let (a, b) = (count.pair.low(), count.pair.high());
        let (holders_a, holders_b) = (self.holders(a), self.holders(b));
        let holders_both = u64::from(count.holders_both);
        PairRow {
            package_a: self.id(a),
            package_b: self.id(b),
            package_a_name: self.name(a),
            package_b_name: self.name(b),
            holders_a,
            holders_b,
            holders_both,
            shares: PairShares::new(holders_a, holders_b, holders_both, self.users_holding),
        }
    }
}

/// One row of the table; `package_a` < `package_b` in byte order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairRow<'a> {
    /// Id of the first package.
    pub package_a: &'a str,
    /// Id of the second package.
    pub package_b: &'a str,
    /// Name of the first package, if known.
    pub package_a_name: Option<&'a str>,
    /// Name of the second package, if known.
    pub package_b_name: Option<&'a str>,
    /// Distinct users who hold the first.
    pub holders_a: u64,
    /// Distinct users who hold the second.
    pub holders_b: u64,
    /// Distinct users who hold both.
    pub holders_both: u64,
    /// The ratios.
    pub shares: PairShares,
}

/// The three ratios of a pair.
///
/// ```
/// use sod_report::pairs::PairShares;
/// let shares = PairShares::new(4, 8, 2, 16);
/// assert_eq!((shares.share_a, shares.share_b, shares.lift), (0.5, 0.25, 1.0));
/// assert_eq!(PairShares::new(0, 8, 0, 16).lift, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairShares {
    /// both / a; 0 when nobody holds the first.
    pub share_a: f64,
    /// both / b; 0 when nobody holds the second.
    pub share_b: f64,
    /// both * users / (a * b): 1 when holding one says nothing about holding the other; 0 when a or b is 0.
    pub lift: f64,
}

impl PairShares {
    /// The ratios of `both` holders among `a`, `b` and `users` who hold anything.
    #[must_use]
    pub fn new(a: u64, b: u64, both: u64, users: u64) -> Self {
        // The products may pass 2^64 in theory; as 128-bit integers they are exact, and each ratio is rounded once
        // per operand, the same on every machine.
        let ratio = |part: u128, whole: u128| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        Self {
            share_a: ratio(both.into(), a.into()),
            share_b: ratio(both.into(), b.into()),
            lift: ratio(u128::from(both) * u128::from(users), u128::from(a) * u128::from(b)),
        }
    }
}
