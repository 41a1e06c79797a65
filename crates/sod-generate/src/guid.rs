//! GUIDs derived from the seed.

use crate::random::{Stream, hash};
use std::fmt;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A GUID, written in lower case with hyphens.
///
/// ```
/// use sod_generate::Guid;
/// let id = Guid(0x2506aef1_3929_4d24_a61e_7c8b83d95e6f);
/// assert_eq!(id.to_string(), "2506aef1-3929-4d24-a61e-7c8b83d95e6f");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub u128);

impl Guid {
    /// The GUID at one place: random bits with the version and variant of a random GUID.
    pub(crate) const fn at(seed: u64, stream: Stream, index: u64) -> Self {
        let high = hash(seed, stream, index);
        let low = hash(seed ^ 0x5851_f42d_4c95_7f2d, stream, index);
        let bits = ((high as u128) << 64) | low as u128;
        let version = (bits & !(0xf << 76)) | (0x4 << 76);
        Self((version & !(0x3 << 62)) | (0x2 << 62))
    }

    /// The 36 characters.
    #[must_use]
    pub fn to_ascii(self) -> [u8; 36] {
        let mut text = [b'-'; 36];
        let mut digits = self.0;
        // From the last digit to the first; the four hyphens stay where they are.
        for (at, byte) in text.iter_mut().enumerate().rev() {
            if !matches!(at, 8 | 13 | 18 | 23) {
                *byte = HEX.get((digits & 0xf) as usize).copied().unwrap_or(b'0');
                digits >>= 4;
            }
        }
        text
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.to_ascii()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_are_those_of_a_random_guid() {
        for index in 0..100 {
            let text = Guid::at(3, Stream::ObjectId, index).to_string();
            assert_eq!(text.as_bytes()[14], b'4', "{text}");
            assert!(b"89ab".contains(&text.as_bytes()[19]), "{text}");
        }
    }
}
