//! The instruction sets that the hot loops exist for, and which of them this machine has.

use std::fmt;
use std::str::FromStr;

/// An instruction set. All give the same answers; they differ in time.
///
/// ```
/// use sod_kernel::Level;
/// assert!(Level::Portable.is_available() && Level::best().is_available());
/// assert_eq!("avx2".parse(), Ok(Level::Avx2));
/// assert_eq!(
///     "sse9".parse::<Level>().unwrap_err().to_string(),
///     "`sse9` is no instruction set; expected portable or neon or avx2 or avx512"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Plain Rust, on any processor; what every other level must equal.
    Portable,
    /// 128-bit vectors of AArch64.
    Neon,
    /// 256-bit vectors of x86-64 (AVX2, BMI1, BMI2, POPCNT).
    Avx2,
    /// 512-bit vectors of x86-64 (F, BW, DQ, VL, VBMI2 and VPOPCNTDQ: Ice Lake, Zen 4 and later).
    Avx512,
}

impl Level {
    /// Every level, the slowest first.
    pub const ALL: &'static [Self] = &[Self::Portable, Self::Neon, Self::Avx2, Self::Avx512];

    /// The name, as it is parsed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Neon => "neon",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Whether this processor, and this build, can run it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
            Self::Neon => true,
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Self::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("bmi1")
                    && is_x86_feature_detected!("bmi2")
                    && is_x86_feature_detected!("popcnt")
            }
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vbmi2")
                    && is_x86_feature_detected!("avx512vpopcntdq")
            }
            #[allow(unreachable_patterns, reason = "which arms remain depends on the target")]
            _ => false,
        }
    }

    /// The fastest level that is available.
    #[must_use]
    pub fn best() -> Self {
        Self::ALL.iter().copied().rev().find(|level| level.is_available()).unwrap_or(Self::Portable)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that no instruction set has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLevel {
    /// What was given.
    pub found: Box<str>,
}

impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Level::ALL.iter().map(|level| level.name()).collect();
        write!(f, "`{}` is no instruction set; expected {}", self.found, names.join(" or "))
    }
}

impl std::error::Error for UnknownLevel {}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        let named = Self::ALL.iter().find(|level| level.name().eq_ignore_ascii_case(text.trim()));
        named.copied().ok_or_else(|| UnknownLevel { found: text.into() })
    }
}
