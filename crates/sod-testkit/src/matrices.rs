//! Generated matrices, with the edges that break counting code: container borders, nobody, everybody, one of each.
//!
//! Roaring keeps 65,536 consecutive ids in a container, as a sorted list up to 4,096 members and as a bit set beyond: user
//! ids around 65,536 and columns around 4,096 members meet both kinds and both sides of each border.

use crate::Holdings;
use proptest::collection::vec;
use proptest::prelude::*;

/// Any of the shapes below; mostly small, so that what fails is short.
pub fn matrix() -> impl Strategy<Value = Holdings> {
    prop_oneof![
        6 => small_matrix(),
        2 => zipf_matrix(),
        2 => large_matrix(),
    ]
}

/// A few users and packages: random, empty, full, one user, one package, nobody holding anything, repeated rows, someone
/// who holds everything, something that everybody holds.
pub fn small_matrix() -> impl Strategy<Value = Holdings> {
    prop_oneof![
        6 => random(0..30, 0..12),
        2 => with_everything(),
        1 => (0u32..6, 0u32..6).prop_map(|(users, packages)| full(users, packages)),
        1 => random(1..2, 0..20),
        1 => random(0..20, 1..2),
        1 => (0u32..9, 0u32..9).prop_map(|(users, packages)| Holdings::new(users, packages, Vec::new())),
        1 => random(1..8, 1..6).prop_map(|mut holdings| {
            holdings.held.extend(holdings.held.clone());
            holdings
        }),
    ]
}

fn random(
    users: std::ops::Range<u32>,
    packages: std::ops::Range<u32>,
) -> impl Strategy<Value = Holdings> + Clone {
    (users, packages).prop_flat_map(|(users, packages)| {
        vec((0..users.max(1), 0..packages.max(1)), 0..120)
            .prop_map(move |held| Holdings::new(users, packages, held))
    })
}

fn full(users: u32, packages: u32) -> Holdings {
    let held = (0..users).flat_map(|user| (0..packages).map(move |package| (user, package)));
    Holdings::new(users, packages, held.collect())
}

/// One user holds every package, and one package is held by every user.
fn with_everything() -> impl Strategy<Value = Holdings> {
    (random(1..30, 1..12), any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(
        |(mut holdings, user, package)| {
            let user = user.index(holdings.users as usize) as u32;
            let package = package.index(holdings.packages as usize) as u32;
            holdings.held.extend((0..holdings.packages).map(|package| (user, package)));
            holdings.held.extend((0..holdings.users).map(|user| (user, package)));
            holdings
        },
    )
}

/// A few popular packages and many rare ones, as tenants have: package `p` is held with a chance of about 1/(p + 1).
pub fn zipf_matrix() -> impl Strategy<Value = Holdings> {
    (1u32..150, 1u32..60, any::<u64>()).prop_map(|(users, packages, seed)| {
        let mut random = SplitMix(seed);
        let mut held = Vec::new();
        for user in 0..users {
            for package in 0..packages {
                if random.below(u64::from(package) + 1) == 0 {
                    held.push((user, package));
                }
            }
        }
        // Rows come in no particular order.
        for at in (1..held.len()).rev() {
            held.swap(at, random.below(at as u64 + 1) as usize);
        }
        Holdings::new(users, packages, held)
    })
}

/// Matrices that are large in one direction and thin in the other: ids on container borders, columns of 4,096 and 4,097
/// members, more than 65,536 packages.
pub fn large_matrix() -> impl Strategy<Value = Holdings> {
    prop_oneof![
        2 => on_user_borders(),
        1 => with_full_containers(),
        1 => many_packages(),
    ]
}

const BORDER: [u32; 6] = [0, 65_534, 65_535, 65_536, 65_537, 131_072];

fn on_user_borders() -> impl Strategy<Value = Holdings> {
    vec((prop::sample::select(&BORDER), 0u32..6), 0..30).prop_map(|held| Holdings::new(131_073, 6, held))
}

/// Columns of 4,095 to 4,097 consecutive users, starting before or after the border between two containers.
fn with_full_containers() -> impl Strategy<Value = Holdings> {
    let start = prop_oneof![Just(0u32), Just(61_439), Just(61_440), 65_530u32..65_540];
    vec((start, 4_095u32..4_098), 1..4).prop_map(|columns| {
        let held = columns.iter().enumerate().flat_map(|(package, &(start, members))| {
            (start..start + members).map(move |user| (user, package as u32))
        });
        Holdings::new(70_000, 5, held.collect())
    })
}

fn many_packages() -> impl Strategy<Value = Holdings> {
    let package = prop_oneof![prop::sample::select(&BORDER), 0u32..131_073];
    vec((0u32..4, package), 0..40).prop_map(|held| Holdings::new(4, 131_073, held))
}

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (2014); the same everywhere for the same seed.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
