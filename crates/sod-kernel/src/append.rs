//! Bytes written behind others, into memory that nobody cleared.

use std::mem::MaybeUninit;

/// Has `fill` write up to `count` bytes behind the text, and tells how many it wrote: it returns the beginning of the room that it
/// was given, as far as that is written. Clearing memory only to overwrite it costs a twentieth of the time in which a large
/// export is read (measured).
///
/// # Errors
///
/// Those of `fill`; the text is as before then.
///
/// ```
/// # #[cfg(unix)] {
/// let file = std::fs::File::open("Cargo.toml").unwrap();
/// let mut text = b"# ".to_vec();
/// let count = sod_kernel::append(&mut text, 9, |room| rustix::io::pread(&file, room, 0).map(|(written, _)| written)).unwrap();
/// assert_eq!((count, &*text), (9, &b"# [package]"[..]));
/// # }
/// ```
pub fn append<E>(
    text: &mut Vec<u8>,
    count: usize,
    fill: impl for<'r> FnOnce(&'r mut [MaybeUninit<u8>]) -> Result<&'r mut [u8], E>,
) -> Result<usize, E> {
    text.reserve(count);
    let room = &mut text.spare_capacity_mut()[..count];
    let begin = room.as_ptr();
    let written = fill(room)?;
    // A slice of anything else says nothing about the room.
    let written = if std::ptr::eq(begin.cast(), written.as_ptr()) { written.len().min(count) } else { 0 };
    let len = text.len() + written;
    #[expect(unsafe_code, reason = "the standard library has no safe way to say that memory is written")]
    // SAFETY: the capacity reaches `count` bytes beyond the old length, and the first `written` of these, no more than `count`,
    // were lent as a slice of `u8` a moment ago: bytes of such a slice are initialised.
    unsafe {
        text.set_len(len);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes so much of `from` as there is room for.
    fn copy<'r>(room: &'r mut [MaybeUninit<u8>], from: &[u8]) -> &'r mut [u8] {
        let count = room.len().min(from.len());
        let room = &mut room[..count];
        room.iter_mut().zip(from).for_each(|(to, from)| {
            to.write(*from);
        });
        #[expect(unsafe_code, reason = "what else the system does")]
        // SAFETY: all of it was written.
        unsafe {
            &mut *(std::ptr::from_mut(room) as *mut [u8])
        }
    }

    #[test]
    fn what_was_written_is_behind_the_text_and_nothing_else() {
        let mut text = Vec::new();
        let mut expected = Vec::new();
        for count in [0, 1, 7, 64, 3000] {
            for wanted in [0, count / 2, count, count + 5] {
                let piece: Vec<u8> = (0..count).map(|at| at as u8).collect();
                let found = append(&mut text, wanted, |room| {
                    assert_eq!(room.len(), wanted);
                    Ok::<_, ()>(copy(room, &piece))
                });
                expected.extend(piece.iter().take(wanted));
                assert_eq!((found, &text), (Ok(count.min(wanted)), &expected));
            }
        }
        assert_eq!(append(&mut text, 10, |_| Err("broken")), Err("broken"));
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_not_the_beginning_of_the_room_does_not_count() {
        let mut text = b"known".to_vec();
        // Nobody says that the first byte is written.
        assert_eq!(append(&mut text, 8, |room| Ok::<_, ()>(&mut copy(room, b"12345678")[1..])), Ok(0));
        assert_eq!(text, b"known");
    }
}
