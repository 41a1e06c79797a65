//! Large arrays of zeroes, on large pages where the system has them.
//!
//! Memory that is touched for the first time costs more than the counting that is done in it, and rows that lie anywhere in an
//! array cost a miss of the page table each: 2 MiB pages make both rare (measured: a sixth of the whole on a million users).
//! Everywhere but on Linux, and for small arrays, this is a `Vec`: the allocator may have warm memory for it, which has not been
//! handed back to the system and need not be cleared by it.

use std::ops::{Deref, DerefMut};

/// No system has smaller pages.
const SMALL: usize = 4 << 10;
/// A large page.
#[cfg(all(target_os = "linux", not(miri)))]
const LARGE: usize = 2 << 20;

/// Types for which all bytes zero is a value, and that own nothing.
pub trait Zeroed: Copy + Default + PartialEq + Send + Sync + private::Sealed {}

mod private {
    pub trait Sealed {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
    impl Sealed for crate::Line {}
}

impl Zeroed for u16 {}
impl Zeroed for u32 {}
impl Zeroed for u64 {}
impl Zeroed for crate::Line {}

/// A fixed number of values, all zero in the beginning; a slice in every other respect.
///
/// ```
/// let mut pages = sod_kernel::Pages::<u16>::new(3_000_000);
/// pages[2_999_999] = 7;
/// assert_eq!((pages.len(), pages[0], pages[2_999_999]), (3_000_000, 0, 7));
/// ```
#[derive(Debug)]
pub struct Pages<T: Zeroed> {
    memory: Memory<T>,
}

#[derive(Debug)]
enum Memory<T: Zeroed> {
    Heap(Vec<T>),
    #[cfg(all(target_os = "linux", not(miri)))]
    Mapped(mapped::Mapping<T>),
}

impl<T: Zeroed> Pages<T> {
    /// So many zeroes. Pages that are never written to take no memory.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self::used_up_to(len, len)
    }

    /// So many zeroes, of which at most the first `used` will be written to: large pages are for these alone.
    #[must_use]
    pub fn used_up_to(len: usize, used: usize) -> Self {
        #[cfg(all(target_os = "linux", not(miri)))]
        if len.saturating_mul(size_of::<T>()) >= LARGE
            && let Some(mapping) = mapped::Mapping::new(len, used.min(len))
        {
            return Self { memory: Memory::Mapped(mapping) };
        }
        let _ = used;
        Self { memory: Memory::Heap(vec![T::default(); len]) }
    }
}

/// Writes to each page of an array of zeroes that was never touched, for whoever will add to what is there.
///
/// Whoever reads such a page first is given one that all arrays share, and at the first write another in its place; then every
/// processor that runs a thread of this process is interrupted, for it might remember the former. On a virtual machine that costs
/// more than the page. Best done by the thread that goes on to use the array.
///
/// ```
/// let mut counts = vec![0u32; 100_000];
/// sod_kernel::touch(&mut counts);
/// counts.iter_mut().for_each(|count| *count += 1);
/// assert_eq!(counts, vec![1; 100_000]);
/// ```
pub fn touch<T: Zeroed>(zeroes: &mut [T]) {
    debug_assert!(zeroes.iter().all(|value| *value == T::default()), "what was counted would be lost");
    zeroes.iter_mut().step_by(SMALL / size_of::<T>()).for_each(|value| *value = T::default());
}

impl<T: Zeroed> Deref for Pages<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.memory {
            Memory::Heap(values) => values,
            #[cfg(all(target_os = "linux", not(miri)))]
            Memory::Mapped(mapping) => mapping.values(),
        }
    }
}

impl<T: Zeroed> DerefMut for Pages<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.memory {
            Memory::Heap(values) => values,
            #[cfg(all(target_os = "linux", not(miri)))]
            Memory::Mapped(mapping) => mapping.values_mut(),
        }
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
#[expect(unsafe_code, reason = "memory from the system, and a wish about its pages")]
mod mapped {
    use super::{LARGE, Zeroed};
    use std::marker::PhantomData;
    use std::ptr::NonNull;

    /// An anonymous mapping, private to the process.
    #[derive(Debug)]
    pub(super) struct Mapping<T> {
        // INVARIANT (mapping): `base` is a mapping of `bytes` bytes that is ours alone, readable and writable; `values` lies in it,
        // on a border of 2 MiB, with room for `len` values.
        base: NonNull<libc::c_void>,
        bytes: usize,
        values: NonNull<T>,
        len: usize,
        owns: PhantomData<T>,
    }

    // SAFETY: the mapping is owned like a `Vec<T>`, and values are `Send` and `Sync` (`Zeroed`).
    unsafe impl<T: Zeroed> Send for Mapping<T> {}
    // SAFETY: as above.
    unsafe impl<T: Zeroed> Sync for Mapping<T> {}

    impl<T: Zeroed> Mapping<T> {
        /// `None` when the system has no room.
        pub(super) fn new(len: usize, used: usize) -> Option<Self> {
            let bytes =
                len.checked_mul(size_of::<T>())?.checked_next_multiple_of(LARGE)?.checked_add(LARGE)?;
            // SAFETY: a new mapping at a place of the system's choice touches nothing that exists.
            let base = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    bytes,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                    -1,
                    0,
                )
            };
            if base == libc::MAP_FAILED {
                return None;
            }
            let base = NonNull::new(base)?;
            let skipped = base.as_ptr().align_offset(LARGE);
            // SAFETY: less than 2 MiB are skipped, and the mapping is that much longer than the values.
            let first = unsafe { base.byte_add(skipped) };
            // Of a large page all is cleared, and taken from the system: one that will be used for less than three quarters is not
            // worth it.
            let large = (used * size_of::<T>() + LARGE / 4) / LARGE * LARGE;
            // SAFETY: a range of the mapping; the call is advice, and its failure means small pages.
            unsafe { libc::madvise(first.as_ptr(), large, libc::MADV_HUGEPAGE) };
            Some(Self { base, bytes, values: first.cast(), len, owns: PhantomData })
        }

        pub(super) fn values(&self) -> &[T] {
            // SAFETY: by the invariant; the system hands out zeroes, which are values (`Zeroed`).
            unsafe { std::slice::from_raw_parts(self.values.as_ptr(), self.len) }
        }

        pub(super) fn values_mut(&mut self) -> &mut [T] {
            // SAFETY: as above, and `self` is borrowed alone.
            unsafe { std::slice::from_raw_parts_mut(self.values.as_ptr(), self.len) }
        }
    }

    impl<T> Drop for Mapping<T> {
        fn drop(&mut self) {
            // SAFETY: by the invariant the mapping is ours, and nothing refers to it any more.
            unsafe { libc::munmap(self.base.as_ptr(), self.bytes) };
        }
    }
}
