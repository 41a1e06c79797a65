//! Eight 64-by-64 bit matrices turned at once, and members read off a bit column.
//!
//! Turning is the recursive exchange of off-diagonal squares (Warren, "Hacker's Delight", 2nd edition, section 7-3), on eight
//! matrices side by side: every step is the same for all lanes, so that the compiler makes whole vectors of it.

use crate::Line;

/// Exchanges the bits `mask << shift` of each upper word with the bits `mask` of its lower word.
#[inline(always)]
fn exchange(rows: &mut [[u64; 8]; 8], low: usize, high: usize, shift: u32, mask: u64) {
    let (mut upper, mut lower) = (rows[low], rows[high]);
    for (a, b) in upper.iter_mut().zip(&mut lower) {
        let difference = ((*a >> shift) ^ *b) & mask;
        *b ^= difference;
        *a ^= difference << shift;
    }
    (rows[low], rows[high]) = (upper, lower);
}

/// Turns bit `u` of word `columns[r * 8 + w]` into bit `r` of word `w` of `lines[u]`.
#[inline(always)]
pub(crate) fn turn(columns: &[u64; 512], lines: &mut [Line; 64]) {
    let mut rows = [[0u64; 8]; 64];
    // The wide exchanges join rows that are 32, 16 and 8 apart: eight rows r, r + 8, ... stay in registers for all three.
    for r in 0..8 {
        let mut eight = [[0u64; 8]; 8];
        for (at, row) in eight.iter_mut().enumerate() {
            row.copy_from_slice(&columns[(r + at * 8) * 8..][..8]);
        }
        for at in 0..4 {
            exchange(&mut eight, at, at + 4, 32, 0x0000_0000_ffff_ffff);
        }
        for at in [0, 1, 4, 5] {
            exchange(&mut eight, at, at + 2, 16, 0x0000_ffff_0000_ffff);
        }
        for at in [0, 2, 4, 6] {
            exchange(&mut eight, at, at + 1, 8, 0x00ff_00ff_00ff_00ff);
        }
        for (at, row) in eight.iter().enumerate() {
            rows[r + at * 8] = *row;
        }
    }
    // The narrow ones join rows that are 4, 2 and 1 apart.
    for r in 0..8 {
        let mut eight = [[0u64; 8]; 8];
        eight.copy_from_slice(&rows[r * 8..][..8]);
        for at in 0..4 {
            exchange(&mut eight, at, at + 4, 4, 0x0f0f_0f0f_0f0f_0f0f);
        }
        for at in [0, 1, 4, 5] {
            exchange(&mut eight, at, at + 2, 2, 0x3333_3333_3333_3333);
        }
        for at in [0, 2, 4, 6] {
            exchange(&mut eight, at, at + 1, 1, 0x5555_5555_5555_5555);
        }
        for (line, row) in lines[r * 8..][..8].iter_mut().zip(&eight) {
            line.0 = *row;
        }
    }
}

/// For each byte, the places of its bits, ascending.
static PLACES: [[u16; 8]; 256] = {
    let mut places = [[0u16; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut at) = (0, 0);
        while bit < 8 {
            if (byte >> bit) & 1 == 1 {
                places[byte][at] = bit;
                at += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    places
};

/// Appends `base`, `base + 1`, ... for each set bit of `word` at `list[len..]`, and gives the new length. Up to 8 entries
/// beyond it may be overwritten; what does not fit is left out.
#[inline(always)]
pub(crate) fn append_places(word: u64, base: u16, list: &mut [u16], mut len: usize) -> usize {
    for (byte, at) in word.to_le_bytes().into_iter().zip((0u16..).step_by(8)) {
        let places = &PLACES[usize::from(byte)];
        if let Some(target) = list.get_mut(len..len + 8) {
            for (slot, place) in target.iter_mut().zip(places) {
                *slot = place.wrapping_add(base).wrapping_add(at);
            }
            len += byte.count_ones() as usize;
        }
    }
    len
}
