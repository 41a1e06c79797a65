//! Tests of the splitter alone.

use super::*;
use proptest::prelude::*;

#[derive(Default)]
struct Collect {
    records: Vec<(u64, String)>,
    pages: Vec<PageEnd>,
    too_large: Vec<u64>,
}

impl SplitSink for Collect {
    fn batch(&mut self, batch: Batch, _last: bool) -> bool {
        for span in &batch.spans {
            let text = &batch.text[span.start as usize..span.end as usize];
            self.records
                .push((batch.offset + u64::from(span.start), String::from_utf8(text.to_vec()).unwrap()));
        }
        true
    }
    fn page_end(&mut self, page: PageEnd) {
        self.pages.push(page);
    }
    fn too_large(&mut self, at: Position) {
        self.too_large.push(at.byte);
    }
}

/// Reads a few bytes at a time, so that every value meets a boundary.
struct Trickle<'a>(&'a [u8], usize);
impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn records(text: &str) -> Result<Vec<String>, (RefusalCode, Position)> {
    let mut whole = Collect::default();
    let outcome = split(text.as_bytes(), 0, &mut Shapes::default(), &mut whole);
    let mut trickled = Collect::default();
    let _ = split(Trickle(text.as_bytes(), 3), 0, &mut Shapes::default(), &mut trickled);
    assert_eq!(whole.records, trickled.records);
    for (offset, record) in &whole.records {
        assert!(text[*offset as usize..].starts_with(record.as_str()));
    }
    match outcome {
        Ok(()) => Ok(whole.records.into_iter().map(|(_, record)| record).collect()),
        Err(SplitError::Refused(code, _, at)) => Err((code, at)),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_way_to_string_records_together() {
    let (a, b) = (r#"{"id":"a","t":{"x":["]}"]}}"#, r#"{"id":"b\"}"}"#);
    for text in [
        format!(r#"{{"@odata.context":"c","value":[{a},{b}],"@odata.nextLink":"n"}}"#),
        format!(r#"{{"value":[{a}]}}{{"value":[{b}]}}"#),
        format!("{{\"Value\" : [ {a} ]}}\r\n{{\"value\":[\n{b}]}}\n"),
        format!(r#"[{{"value":[{a}]}},{{"value":[{b}]}}]"#),
        format!("[{a} , {b}]"),
        format!("{a}\n{b}\n"),
        format!("{a}{b}"),
        format!(r#"{{"tool_version":1,"assignments":[{a},{b}]}}"#),
        format!(r#"{{"responses":[{{"id":"1","status":200,"body":{{"value":[{a},{b}]}}}}]}}"#),
        format!(r#"{{"value":[{{"value":[{a}]}},{{"value":[{b}]}}]}}"#),
        format!("\u{feff}[{a}]\u{feff}{b}"),
    ] {
        assert_eq!(records(&text).unwrap(), [a, b], "{text}");
    }
    assert!(records("").unwrap().is_empty());
    assert!(records("null\n").unwrap().is_empty());
    assert!(records(r#"{"value":[]}"#).unwrap().is_empty());
    assert_eq!(records(r#"[1,"x",null,{}]"#).unwrap(), ["1", "\"x\"", "{}"]);
}

#[test]
fn pages_tell_their_next_link() {
    let mut found = Collect::default();
    let text = r#"{"@odata.context":"c","value":[],"@odata.nextLink":"https:\/\/n"}{"value":[]}"#;
    split(text.as_bytes(), 0, &mut Shapes::default(), &mut found).unwrap();
    assert_eq!(found.pages[0].next_link.as_deref(), Some("https://n"));
    assert_eq!(found.pages[1].next_link, None);
}

#[test]
fn mistakes_between_records_are_found_and_placed() {
    use RefusalCode::{GraphError, Malformed, Truncated};
    for (text, code, byte) in [
        (r#"{"value":[{"id":1}"#, Truncated, 18),
        (r#"{"value":[{"id":1},"#, Truncated, 19),
        (r#"{"value":[{"id":1}] "#, Truncated, 20),
        (r#"[{"id":"1"#, Truncated, 9),
        (r#"{"value":[{"id":1} {"id":2}]}"#, Malformed, 19),
        (r#"{"value":[{"id":1},]}"#, Malformed, 19),
        (r#"{"value":[{"id":1}],}"#, Malformed, 20),
        (r#"{"id":1},{"id":2}"#, Malformed, 8),
        (r#"{"error":{"code":"TooManyRequests"}}"#, GraphError, 0),
        (r#"{"error":"invalid_grant","error_description":"x"}"#, GraphError, 0),
        (r#"[{"value":[]},{"error":{"code":"x"}}]"#, GraphError, 14),
    ] {
        let (found, at) = records(text).unwrap_err();
        assert_eq!((found, at.byte), (code, byte), "{text}");
    }
    assert_eq!(records("[\n{\"id\":1}\n{}]").unwrap_err().1.line, 3);
    // A broken record is handed on, for the decoder to reject; a broken page is refused.
    assert_eq!(records("{id:1}\n{\"id\":2,}").unwrap(), ["{id:1}", "{\"id\":2,}"]);
    assert_eq!(records(r#"{"a" 1,"value":[{}]}"#).unwrap_err().0, Malformed);
}

#[test]
fn records_larger_than_a_batch_and_many_batches() {
    let big = format!(r#"{{"id":"{}"}}"#, "x".repeat(3 * BATCH));
    let many: Vec<String> = (0..100_000).map(|n| format!(r#"{{"id":"record number {n}"}}"#)).collect();
    let text = format!(r#"{{"value":[{big},{}]}}"#, many.join(",\n"));
    let mut found = Collect::default();
    split(text.as_bytes(), 0, &mut Shapes::default(), &mut found).unwrap();
    assert_eq!(found.records.len(), 100_001);
    assert_eq!(found.records[0].1, big);
    assert_eq!(found.records[77_778].1, many[77_777]);
}

/// Records with the context that counts for them, and whether that is to be filled in.
#[derive(Default)]
struct Contexts(Vec<(u64, Option<Arc<str>>, bool)>);

impl SplitSink for Contexts {
    fn batch(&mut self, batch: Batch, _last: bool) -> bool {
        let (context, inherits) = (&batch.context, batch.inherits);
        let place = |span: &Span| (batch.offset + u64::from(span.start), context.clone(), inherits);
        self.0.extend(batch.spans.iter().map(place));
        true
    }
    fn page_end(&mut self, _: PageEnd) {}
    fn too_large(&mut self, _: Position) {}
}

#[test]
fn whoever_begins_in_the_middle_finds_the_contexts_of_whoever_began_before() {
    let row = r#"{"id":"r"}"#;
    let list = r#"{"value":[{"id":"a"},{"id":"b"}]}"#;
    let before = r#"{"@odata.context":"c1","value":[{"id":"a"}]}"#;
    let behind = r#"{"value":[{"id":"a"},{"id":"b"}],"@odata.context":"c2"}"#;
    let one = r#"{"@odata.context":"c3","id":"s"}"#;
    let kinds = [row, list, before, behind, one];
    for number in 0..kinds.len().pow(4) {
        let lines: Vec<&str> = (0..4).map(|at| kinds[number / kinds.len().pow(at) % kinds.len()]).collect();
        let text = lines.join("\n");
        let mut whole = Contexts::default();
        split(text.as_bytes(), 0, &mut Shapes::default(), &mut whole).unwrap();
        let starts = lines.iter().scan(0, |at, line| {
            *at += line.len() as u64 + 1;
            Some(*at)
        });
        for start in starts.take(3) {
            let mut first = Contexts::default();
            let entry = Entry { line: 1, ..Entry::default() };
            let exit = split_until(Stream(text.as_bytes()), entry, start, &mut Shapes::default(), &mut first)
                .unwrap();
            let Some(exit) = exit.filter(|exit| exit.offset == start) else { continue };
            let mut second = Contexts::default();
            let entry = Entry { offset: start, inherits: true, ..Entry::default() };
            let rest = &text.as_bytes()[start as usize..];
            split_until(Stream(rest), entry, u64::MAX, &mut Shapes::default(), &mut second).unwrap();
            for (_, context, inherits) in &mut second.0 {
                if std::mem::take(inherits) {
                    *context = exit.context.clone().or(context.take());
                }
            }
            first.0.append(&mut second.0);
            assert_eq!(first.0, whole.0, "from {start} of\n{text}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_end_in_an_answer(text in "[\\[\\]{}\",:a1\\\\ \n]{0,60}") {
        let _ = records(&text);
    }
}
