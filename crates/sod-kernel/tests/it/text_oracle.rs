//! The matcher's meaning: byte by byte, nothing foreseen.

use sod_kernel::text::{NULL, Scan, Step};

/// Where the string ends that begins at `at`, behind its closing quote.
fn string(text: &[u8], mut at: usize, trusted: bool) -> Option<usize> {
    loop {
        at += 1;
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if trusted => at += 1,
            b'\\' => return None,
            byte if !trusted && !(0x20..=0x7f).contains(byte) => return None,
            _ => {}
        }
    }
}

fn integer(text: &[u8], at: usize) -> Option<usize> {
    let of_number = |byte: &u8| byte.is_ascii_digit() || b".eE+-".contains(byte);
    let end = at + text[at..].iter().position(|byte| !of_number(byte))?;
    let number = std::str::from_utf8(&text[at..end]).ok()?;
    let digits = number.strip_prefix('-').unwrap_or(number);
    let canonical = digits == "0" || (!digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()));
    (canonical && !digits.is_empty()).then_some(end)
}

/// The place of a value and the first byte behind it.
fn value(text: &[u8], at: usize, slot: Option<u16>, trusted: bool) -> Option<([usize; 2], usize)> {
    let rest = text.get(at..)?;
    if rest.first() == Some(&b'"') {
        let next = string(text, at, trusted)?;
        return Some(([at + 1, next - 1], next));
    }
    if rest.starts_with(b"null") {
        return Some(([NULL as usize; 2], at + 4));
    }
    let word = [&b"true"[..], b"false"].into_iter().find(|word| rest.starts_with(word));
    let next = word.map(|word| at + word.len()).or_else(|| integer(text, at))?;
    slot.is_none().then_some(([at, next], next))
}

fn container(text: &[u8], start: usize, trusted: bool) -> Option<usize> {
    let (mut at, mut open) = (start, Vec::new());
    loop {
        match *text.get(at)? {
            b'"' if !open.is_empty() => at = string(text, at, true)? - 1,
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            byte @ (b']' | b'}') if open.pop() != Some(byte) => return None,
            _ => {}
        }
        at += 1;
        if open.is_empty() || open.len() > 64 {
            let allowed = at > start + 1 && open.is_empty() && (trusted || at == start + 2);
            return allowed.then_some(at);
        }
    }
}

fn record(steps: &[Step], slots: u16, text: &[u8], mut at: usize) -> Option<(Vec<[u32; 2]>, usize)> {
    let mut places = vec![[NULL; 2]; slots.into()];
    for step in steps {
        let (slot, [start, end]) = match *step {
            Step::Literal(ref bytes) => {
                at += text.get(at..)?.starts_with(bytes).then_some(bytes.len())?;
                continue;
            }
            Step::Mark { slot, end } => {
                places[usize::from(slot)][usize::from(end)] = at as u32;
                continue;
            }
            Step::Value { slot, trusted } => {
                let (place, next) = value(text, at, slot, trusted)?;
                at = next;
                (slot, place)
            }
            Step::Container { slot, trusted } => {
                let next = container(text, at, trusted)?;
                (slot, [std::mem::replace(&mut at, next), next])
            }
        };
        if let Some(slot) = slot {
            places[usize::from(slot)] = [start as u32, end as u32];
        }
    }
    Some((places, at))
}

/// `Skeleton::scan`.
pub(super) fn scan(
    (steps, separator, slots): (&[Step], &[u8], u16),
    text: &[u8],
    at: usize,
    max: usize,
) -> (Scan, Vec<[u32; 2]>) {
    let (mut scan, mut places) = (Scan { records: 0, end: at, separated: false }, Vec::new());
    while scan.records < max {
        let Some((found, end)) = record(steps, slots, text, scan.end) else { break };
        places.extend(found);
        let separated = text[end..].starts_with(separator);
        let end = if separated { end + separator.len() } else { end };
        scan = Scan { records: scan.records + 1, end, separated };
        if !separated {
            break;
        }
    }
    (scan, places)
}
