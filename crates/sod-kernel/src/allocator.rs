//! A wish about the allocator of the process.

/// Has the C library hand memory back to the system as soon as a large piece of it is freed.
///
/// Left alone, glibc comes to keep freed pieces of up to 32 MiB, in a heap for each thread that others cannot use: while an export
/// is read, large tables are outgrown again and again, and an eighth of the peak is memory that nobody uses (measured on 1.5 million
/// assignments). For programs that do one large thing and end, called once at their beginning. A server that makes and frees such
/// pieces all the time is better off without. Does nothing where the C library is another.
///
/// ```
/// sod_kernel::hand_memory_back();
/// let large = vec![0u8; 8 << 20];
/// drop(large); // at once no part of the process any more
/// ```
pub fn hand_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    #[expect(unsafe_code, reason = "the standard library cannot ask for it")]
    {
        /// Pieces from here on are mappings of their own. Smaller ones are many, and would cost a call of the system each.
        const LARGE: libc::c_int = 1 << 19;
        // SAFETY: the parameters exist and take any number; threads may allocate meanwhile.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * LARGE);
        }
    }
}
