//! Shared input of the criterion benchmarks in `benches/`: deterministic tenants, columns and exports.
//!
//! The same bytes on every machine, from splitmix64 and no other source of chance. It takes for granted that a tenant is
//! roughly Zipf-like (a few packages that nearly everybody holds, many that few do); `README.md` says what that leaves out.

pub mod csr;
pub mod records;

use roaring::RoaringBitmap;
use sod_model::{AssignmentMatrix, PackageId, UserId};

/// `measured`, or `tried` where criterion only runs everything once (`cargo bench -- --test`).
#[must_use]
pub fn size(measured: usize, tried: usize) -> usize {
    if std::env::args().any(|argument| argument == "--test") { tried } else { measured }
}

/// Splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
///
/// ```
/// // The reference values for seed 1234567.
/// let mut random = sod_benches::SplitMix(1_234_567);
/// assert_eq!([random.draw(), random.draw()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
/// ```
#[derive(Clone, Debug)]
pub struct SplitMix(pub u64);

impl SplitMix {
    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number below one.
    pub fn unit(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The shape of a benchmark tenant.
#[derive(Clone, Copy, Debug)]
pub struct Tenant {
    /// In the name of the benchmark.
    pub name: &'static str,
    /// Users.
    pub users: u32,
    /// Packages.
    pub packages: u32,
    /// Draws for each user; repeats make the holdings fewer.
    pub draws: u32,
}

/// Small, middle and large: from a triangle of counts that fits the L2 cache to one that does not fit any.
pub const TENANTS: [Tenant; 3] = [
    Tenant { name: "small", users: 5_000, packages: 300, draws: 12 },
    Tenant { name: "middle", users: 40_000, packages: 1_500, draws: 15 },
    Tenant { name: "large", users: 150_000, packages: 6_000, draws: 20 },
];

/// A tenant with few packages, each held by a quarter of the users: the case for columns.
pub const DENSE: Tenant = Tenant { name: "dense", users: 40_000, packages: 200, draws: 60 };

impl Tenant {
    /// The tenant's matrix. The package drawn is the integer part of `(packages + 1)^u - 1` for uniform u: package p comes
    /// with a chance of about 1/(p + 1), and the ids are then spread, so that popular packages are not neighbours.
    #[must_use]
    pub fn matrix(&self, seed: u64) -> AssignmentMatrix {
        self.drawn(seed, |unit, packages| (packages + 1.0).powf(unit) - 1.0)
    }

    /// The same size, with every package as likely as the next.
    #[must_use]
    pub fn flat_matrix(&self, seed: u64) -> AssignmentMatrix {
        self.drawn(seed, |unit, packages| unit * packages)
    }

    fn drawn(&self, seed: u64, package: impl Fn(f64, f64) -> f64) -> AssignmentMatrix {
        // Coprime to the number of packages, as any prime beyond it is: a permutation of the ids.
        const SPREAD: u64 = 1_000_003;
        let mut random = SplitMix(seed);
        let mut held = Vec::with_capacity(self.users as usize * self.draws as usize);
        for user in 0..self.users {
            for _ in 0..self.draws {
                let rank = package(random.unit(), f64::from(self.packages)) as u64;
                let rank = rank.min(u64::from(self.packages) - 1);
                let id = (rank * SPREAD) % u64::from(self.packages);
                held.push((UserId(user), PackageId(id as u32)));
            }
        }
        AssignmentMatrix::from_holdings(self.users as usize, self.packages as usize, held)
    }
}

/// A column over `users` users in which each is a member with chance `share`.
#[must_use]
pub fn column(users: u32, share: f64, seed: u64) -> RoaringBitmap {
    let mut random = SplitMix(seed);
    (0..users).filter(|_| random.unit() < share).collect()
}

/// The column as dense words.
///
/// ```
/// let column = sod_benches::column(1_000, 0.3, 7);
/// let words = sod_benches::words(&column, 1_000);
/// assert_eq!(words.iter().map(|word| u64::from(word.count_ones())).sum::<u64>(), column.len());
/// ```
#[must_use]
pub fn words(column: &RoaringBitmap, users: u32) -> Vec<u64> {
    let mut words = vec![0u64; users.div_ceil(64) as usize];
    for user in column {
        if let Some(word) = words.get_mut(user as usize / 64) {
            *word |= 1 << (user % 64);
        }
    }
    words
}
