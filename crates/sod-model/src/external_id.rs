//! Identifiers as the directory writes them.

use std::cmp::Ordering;
use std::fmt;

/// A directory GUID. Upper and lower case are the same identifier; it is always written in lower case.
///
/// ```
/// use sod_model::Guid;
/// let guid = Guid::parse("2506AEF1-3929-4D24-A61E-7C8B83D95E6F").unwrap();
/// assert_eq!(guid.to_string(), "2506aef1-3929-4d24-a61e-7c8b83d95e6f");
/// assert_eq!(Guid::parse("2506aef139294d24a61e7c8b83d95e6f"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid {
    high: u64,
    low: u64,
}

impl Guid {
    /// Reads the 36-character form `8-4-4-4-12`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
        let mut value: u128 = 0;
        for (position, &byte) in bytes.iter().enumerate() {
            if matches!(position, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return None;
                }
                continue;
            }
            let digit = (byte as char).to_digit(16)?;
            value = (value << 4) | u128::from(digit);
        }
        Some(Self::from_u128(value))
    }

    /// The GUID whose 128 bits are `value`, most significant digit first.
    #[must_use]
    pub const fn from_u128(value: u128) -> Self {
        Self { high: (value >> 64) as u64, low: value as u64 }
    }

    /// The 128 bits, most significant digit first.
    #[must_use]
    pub const fn to_u128(self) -> u128 {
        ((self.high as u128) << 64) | self.low as u128
    }

    fn write_to(self, out: &mut [u8; 36]) {
        let value = self.to_u128();
        let mut shift = 128;
        for (position, slot) in out.iter_mut().enumerate() {
            *slot = if matches!(position, 8 | 13 | 18 | 23) {
                b'-'
            } else {
                shift -= 4;
                let digit = ((value >> shift) & 0xf) as u8;
                if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
            };
        }
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 36];
        self.write_to(&mut buffer);
        f.pad(std::str::from_utf8(&buffer).unwrap_or_default())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guid({self})")
    }
}

/// An identifier as the export has it: a GUID (compared without regard to case) or any other text (compared exactly).
///
/// Ordered by the bytes of the written form, whatever the kind: this is the order of every report.
///
/// ```
/// use sod_model::ExternalId;
/// assert_eq!(ExternalId::new("2506AEF1-3929-4D24-A61E-7C8B83D95E6F"), ExternalId::new("2506aef1-3929-4d24-a61e-7c8b83d95e6f"));
/// assert_eq!(ExternalId::new("{2506aef1-3929-4d24-a61e-7c8b83d95e6f}"), ExternalId::new("2506aef1-3929-4d24-a61e-7c8b83d95e6f"));
/// assert!(ExternalId::new("10") < ExternalId::new("9"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExternalId {
    /// A GUID, the usual case.
    Guid(Guid),
    /// Anything else, as written.
    Text(Box<str>),
}

impl ExternalId {
    /// Reads an identifier; surrounding blanks are not part of it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        // `{GUID}` is how the registry and some scripts write it.
        let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        Guid::parse(bare).map_or_else(|| Self::Text(text.into()), Self::Guid)
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(guid) => guid.fmt(f),
            Self::Text(text) => f.pad(text),
        }
    }
}

impl Ord for ExternalId {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Guid(a), Self::Guid(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Guid(a), Self::Text(b)) => {
                let mut buffer = [0; 36];
                a.write_to(&mut buffer);
                buffer.as_slice().cmp(b.as_bytes())
            }
            (Self::Text(_), Self::Guid(_)) => other.cmp(self).reverse(),
        }
    }
}

impl PartialOrd for ExternalId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_is_the_order_of_the_written_bytes(a in "[0-9a-f-]{0,3}|[a-z]{1,4}", b in any::<u128>(), c in any::<u128>()) {
            let ids = [ExternalId::new(&a), ExternalId::Guid(Guid::from_u128(b)), ExternalId::Guid(Guid::from_u128(c))];
            for x in &ids {
                for y in &ids {
                    prop_assert_eq!(x.cmp(y), x.to_string().as_bytes().cmp(y.to_string().as_bytes()));
                }
            }
        }

        #[test]
        fn a_written_guid_reads_back(value in any::<u128>()) {
            let guid = Guid::from_u128(value);
            prop_assert_eq!(Guid::parse(&guid.to_string()), Some(guid));
            prop_assert_eq!(Guid::parse(&guid.to_string().to_uppercase()), Some(guid));
        }
    }
}
