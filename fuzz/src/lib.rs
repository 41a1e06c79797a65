//! What must hold for every input, whatever it is: shared by the targets that read documents.

mod twins;

pub use twins::check_twins;

use sod_ingest::{Input, LoadError, LoadOptions, load};
use sod_model::{Encoding, Holding, Silent, Snapshot, StateFilter};

/// Loads the bytes and checks what the walls of `ARCHITECTURE.md` promise. Panics where they do not hold.
pub fn load_and_check(name: &str, bytes: &[u8], options: &LoadOptions) -> Option<Snapshot> {
    let input = Input::Bytes { name: name.to_owned(), bytes: bytes.into() };
    load_and_check_input(&input, bytes, options).ok()
}

/// The same for an input whose content is `bytes`.
fn load_and_check_input(input: &Input, bytes: &[u8], options: &LoadOptions) -> Result<Snapshot, LoadError> {
    let outcome = load(std::slice::from_ref(input), options, &Silent).map(|loaded| loaded.snapshot);
    match &outcome {
        Ok(snapshot) => check_snapshot(snapshot, bytes, options),
        Err(error) => check_refusals(error),
    }
    outcome
}

fn check_snapshot(snapshot: &Snapshot, bytes: &[u8], options: &LoadOptions) {
    let rows = snapshot.provenance.rows();
    assert_eq!(rows.read, rows.accepted + rows.rejected + rows.repeated, "rows do not add up: {rows:?}");
    assert_eq!(rows.accepted, snapshot.assignments().len() as u64);
    assert_eq!(rows.rejected, snapshot.provenance.rejected.len() as u64);

    let (users, packages) = (snapshot.directory.users().len(), snapshot.directory.packages().len());
    for assignment in snapshot.assignments() {
        assert!(assignment.user.index() < users && assignment.package.index() < packages);
        assert!(!snapshot.states.name(assignment.state).is_empty());
    }
    assert_eq!(snapshot.state_totals().iter().map(|(_, n)| n).sum::<u64>(), rows.accepted);

    // Positions are in the text as it is read; where that is the text as given, they must lie in it.
    let as_given = std::str::from_utf8(bytes).is_ok();
    // Who keeps holdings alone has said that places may be forgotten; what is rejected only when all is read has none then.
    let places_kept = !options.holdings_alone || options.strict;
    for rejected in &snapshot.provenance.rejected {
        assert!(rejected.position.line >= 1 || !places_kept, "{rejected:?}");
        let source = &snapshot.provenance.sources[rejected.source.index()];
        if as_given && source.encoding == Encoding::Utf8 {
            assert!(rejected.position.byte <= bytes.len() as u64, "{rejected:?}");
        }
        assert!(is_one_line(&rejected.detail), "{rejected:?}");
    }
    for warning in &snapshot.provenance.warnings {
        assert!(
            warning.count > 0 && !warning.message.is_empty() && is_one_line(&warning.message),
            "{warning:?}"
        );
    }

    let matrix = snapshot.matrix(&Holding { states: StateFilter::all() });
    assert!(matrix.holdings() <= rows.accepted);
    assert!(snapshot.matrix(&Holding::default()).holdings() <= matrix.holdings());
}

fn check_refusals(error: &LoadError) {
    assert!(matches!(error, LoadError::Refused(_)), "nobody asked to stop: {error}");
    assert!(!error.refusals().is_empty(), "refused without a reason");
    for refusal in error.refusals() {
        assert!(!refusal.message.is_empty() && is_one_line(&refusal.message), "{refusal:?}");
    }
}

/// What was found in a file may be quoted, but it must not break the line or reach the terminal as a command.
fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
