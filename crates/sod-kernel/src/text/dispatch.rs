//! From a [`Level`] to code that was compiled for it.

use super::lanes::{Lanes, Task};
use super::portable::Portable;
use crate::Level;

#[cfg(target_arch = "aarch64")]
use super::neon::Neon;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};

/// Does the task with the instructions of a level, or with the best below it that the processor has.
#[inline]
pub(super) fn run<T: Task>(level: Level, task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    if level == Level::Avx512
        && let Some(lanes) = Avx512::detect()
    {
        return lanes.enter(task);
    }
    #[cfg(target_arch = "x86_64")]
    if level >= Level::Avx2
        && let Some(lanes) = Avx2::detect()
    {
        return lanes.enter(task);
    }
    #[cfg(target_arch = "aarch64")]
    if level == Level::Neon
        && let Some(lanes) = Neon::detect()
    {
        return lanes.enter(task);
    }
    Portable.enter(task)
}
