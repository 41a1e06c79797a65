//! A good answer before the search begins: greedy, then freed of what it does not need.

use super::cover::{Cover, Mark, alive};
use super::problem::Way;

/// The better of two greedy answers, without anything superfluous.
pub(super) fn start(cover: &Cover) -> Vec<usize> {
    let cost = |removed: &Vec<usize>| -> u128 { removed.iter().map(|&place| cover.price(place)).sum() };
    let (by_duty, by_use) = (shrink(cover, by_duty(cover)), shrink(cover, by_use(cover)));
    if cost(&by_use) < cost(&by_duty) { by_use } else { by_duty }
}

/// Duty by duty, the way that is cheapest then.
fn by_duty(cover: &Cover) -> Vec<usize> {
    let mut marks = vec![Mark::Open; cover.prices.len()];
    for duty in &cover.duties {
        let cheapest = |(way, lacks): (&Way, usize)| -> Vec<usize> {
            let mut places: Vec<usize> = way.open(&marks).collect();
            places.sort_by_key(|&place| cover.price(place));
            places.truncate(lacks);
            places
        };
        let ways = alive(duty, &marks).map(cheapest);
        let way = ways.min_by_key(|places| places.iter().map(|&place| cover.price(place)).sum::<u128>());
        remove(&mut marks, &way.unwrap_or_default());
    }
    gone(&marks)
}

/// Holding by holding, the one that gets furthest for its price.
fn by_use(cover: &Cover) -> Vec<usize> {
    // A step on a way that lacks n is worth one nth of this.
    const WHOLE: u128 = 1 << 16;
    let mut marks = vec![Mark::Open; cover.prices.len()];
    loop {
        let mut uses = vec![0u128; marks.len()];
        for duty in &cover.duties {
            for (way, lacks) in alive(duty, &marks) {
                for place in way.open(&marks) {
                    uses.get_mut(place)
                        .into_iter()
                        .for_each(|used| *used += WHOLE / lacks.max(1) as u128 + 1);
                }
            }
        }
        let used = uses.iter().enumerate().filter(|(_, used)| **used > 0);
        // Compared crosswise, for there are no fractions: a/p < b/q exactly if aq < bp. The first of equals stays.
        let best = used.reduce(|best, next| {
            let ahead =
                next.1.saturating_mul(cover.price(best.0)) > best.1.saturating_mul(cover.price(next.0));
            if ahead { next } else { best }
        });
        let Some((place, _)) = best else { return gone(&marks) };
        remove(&mut marks, &[place]);
    }
}

/// Takes back what is not needed, the dearest first and of equals the last, until nothing more can be.
pub(super) fn shrink(cover: &Cover, mut removed: Vec<usize>) -> Vec<usize> {
    let mut marks = vec![Mark::Stays; cover.prices.len()];
    remove(&mut marks, &removed);
    removed.sort_by_key(|&place| std::cmp::Reverse((cover.price(place), place)));
    for place in removed {
        set(&mut marks, place, Mark::Stays);
        if !cover.is_done(&marks) {
            set(&mut marks, place, Mark::Gone);
        }
    }
    gone(&marks)
}

fn remove(marks: &mut [Mark], places: &[usize]) {
    places.iter().for_each(|&place| set(marks, place, Mark::Gone));
}

fn set(marks: &mut [Mark], place: usize, to: Mark) {
    marks.get_mut(place).into_iter().for_each(|mark| *mark = to);
}

fn gone(marks: &[Mark]) -> Vec<usize> {
    marks.iter().enumerate().filter(|(_, mark)| **mark == Mark::Gone).map(|(place, _)| place).collect()
}
