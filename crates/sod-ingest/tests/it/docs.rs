//! Microsoft's documented answers, where they are present: each is read as what it is, or refused with its reason.

use crate::harness::file;
use std::fmt::Write as _;
use std::path::Path;

/// One line a file: facts only, no text of the documents but short codes, kinds and numbers.
#[test]
fn documented_answers_are_what_they_are() {
    let data = Path::new("../../../shared/data/graph-docs");
    if !data.is_dir() {
        eprintln!("not run: {} is not present", data.display());
        return;
    }
    let mut paths: Vec<_> = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), 142);
    let mut text = String::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let export = file(&name, std::fs::read(&path).unwrap()).with(|options| options.allow_empty = true);
        writeln!(text, "{name}: {}", line(&export)).unwrap();
    }
    insta::with_settings!({ prepend_module_to_snapshot => true }, { insta::assert_snapshot!("documented_answers", text) });
}

fn line(export: &crate::harness::Export) -> String {
    let snapshot = match export.load() {
        Ok(snapshot) => snapshot,
        Err(error) => {
            let refusal = &error.refusals()[0];
            let message: String = refusal.message.chars().take(100).collect();
            return format!("refused {}: {message}", refusal.code);
        }
    };
    crate::harness::check_accounting(&snapshot);
    let source = &snapshot.provenance.sources[0];
    let rows = source.rows;
    let mut text =
        format!("{}, rows {}+{}+{}", source.shape.name(), rows.accepted, rows.rejected, rows.repeated);
    for (kind, count) in &source.side {
        write!(text, ", {kind} {count}").unwrap();
    }
    for record in &snapshot.provenance.rejected {
        write!(text, ", rejected {} at byte {}", record.code, record.position.byte).unwrap();
    }
    text
}
