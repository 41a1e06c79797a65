//! The only source of chance: splitmix64's finisher as a hash, so that any fact about a row is a function of its number.

/// 64 well mixed bits of `value` for the question `about`.
#[must_use]
pub fn mix(about: u64, value: u64) -> u64 {
    let mut bits = value.wrapping_add(about.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A version 4 UUID, the same for the same kind and number.
#[must_use]
pub fn uuid(kind: u64, number: u64) -> String {
    let (high, low) = (mix(2 * kind, number), mix(2 * kind + 1, number));
    let version = high & !0xf000 | 0x4000;
    let variant = low & !(0b11 << 62) | 0b10 << 62;
    let (a, b, c) = (version >> 32, version >> 16 & 0xffff, version & 0xffff);
    format!("{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", variant >> 48, variant & 0xffff_ffff_ffff)
}
