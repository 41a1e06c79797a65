//! Which packages declare which others, and which groups, incompatible.
//!
//! The relation is directed, as in Entra: "A lists B" keeps holders of B from being assigned A and says nothing about
//! the other way. Some pairs here are declared both ways and some one way only, and since they are drawn from one
//! department's popular packages, there are people who hold both.

use crate::package::{Blueprint, GeneratedPackage};
use crate::random::{Rng, Stream};

/// Writes the lists into the packages.
pub(crate) fn declare(
    seed: u64,
    packages: &mut [GeneratedPackage],
    plans: &[Blueprint],
    of_department: &[Vec<u32>],
    groups: u32,
) {
    let mut rng = Rng::at(seed, Stream::Incompatible, 0);
    for list in of_department {
        // The curated pairs: duties 0 and 1 both ways, 2 and 3 one way.
        let holder_of = |duty: u8| {
            list.iter().copied().find(|&at| plans.get(at as usize).and_then(|plan| plan.duty) == Some(duty))
        };
        if let (Some(one), Some(other)) = (holder_of(0), holder_of(1)) {
            add(packages, one, other);
            add(packages, other, one);
        }
        if let (Some(one), Some(other)) = (holder_of(2), holder_of(3)) {
            add(packages, one, other);
        }
        // One package in fifteen lists another of its department, nearer the popular end of the list.
        for &at in list {
            if rng.below(15) == 0 {
                let place = rng.below(list.len().div_ceil(3) as u64) as usize;
                let other = list.get(place).copied().unwrap_or(at);
                add(packages, at, other);
                if rng.percent(40) {
                    add(packages, other, at);
                }
            }
        }
    }
    for package in packages {
        if groups > 0 && package.department.is_some() && rng.below(10) == 0 {
            package.incompatible_groups.push(rng.below(u64::from(groups)) as u32);
        }
    }
}

fn add(packages: &mut [GeneratedPackage], at: u32, other: u32) {
    if let Some(package) = packages.get_mut(at as usize)
        && at != other
        && !package.incompatible_packages.contains(&other)
    {
        package.incompatible_packages.push(other);
    }
}
