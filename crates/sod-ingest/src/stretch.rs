//! Decodes one stretch of JSON text, and what lies within: rows in a script's wrapper, pages deep inside others,
//! assignments nested in the package or the user whom they concern.
//!
//! Nothing is dropped: what is no record becomes a rejected one, and what cannot even be counted stops the source.

use crate::bodies::{Body, BodyKind};
use crate::decoded::{DecodedPart, Rejected, SideRecord};
use crate::json::SourceContext;
use crate::kind::{Kind, Surroundings, kind_of};
use crate::lone;
use crate::nested::children;
use crate::node::{Node, Object};
use crate::quote;
use crate::record::{Fallback, assignment};
use crate::side::{external_id, side_record, user};
use crate::split::PageEnd;
use memchr::memchr_iter;
use sod_model::{Position, RecordLocation, RejectCode, SourceId};
use std::borrow::Cow;
use std::ops::Range;

/// One stretch of JSON text and where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Stretch<'t> {
    pub(crate) bytes: &'t [u8],
    pub(crate) position: Position,
    /// How many objects it lies in.
    pub(crate) depth: u32,
}

impl<'t> Stretch<'t> {
    /// The stretch of a child, found by its place.
    fn child(&self, place: &Range<usize>) -> Stretch<'t> {
        let before = self.bytes.get(..place.start).unwrap_or_default();
        let position = Position {
            byte: self.position.byte + place.start as u64,
            line: self.position.line + memchr_iter(b'\n', before).count() as u64,
        };
        Stretch { bytes: self.bytes.get(place.clone()).unwrap_or_default(), position, depth: self.depth + 1 }
    }

    /// The objects of a list, or the one object in its place.
    fn records(&self) -> Vec<Stretch<'t>> {
        match self.bytes.first() {
            Some(b'[') => children(self.bytes).iter().map(|child| self.child(&child.place)).collect(),
            Some(b'{') => vec![*self],
            _ => Vec::new(),
        }
    }
}

/// Wrappers in wrappers, and no deeper.
const DEPTH_MAX: u32 = 16;

type Problem = (RejectCode, String);

/// What holds around the stretch.
pub(crate) struct Decoder<'d> {
    pub(crate) source: &'d SourceContext,
    pub(crate) fallback: &'d Fallback,
    pub(crate) surroundings: &'d Surroundings,
    /// Keep what describes the tenant whole.
    pub(crate) keep_bodies: bool,
}

impl Decoder<'_> {
    /// Decodes one stretch into `part`; what cannot be used becomes one rejected record.
    pub(crate) fn record(&self, stretch: Stretch<'_>, part: &mut DecodedPart) {
        if let Err((code, detail)) = self.try_record(stretch, part) {
            part.speaks |= speaks_of_access(stretch.bytes);
            // What cannot be read may hold several rows: their number is not known, so the source cannot be used.
            if code == RejectCode::MalformedJson && holds_several_rows(stretch.bytes) {
                part.hide_rows(stretch.position, || format!("{}: {detail}", stretch.position).into());
            }
            part.rejected.push(Rejected { position: stretch.position, code, detail: detail.into() });
        }
    }

    /// Decodes a list or an object that stands beside the records of a page, if there are known records in it; what a
    /// script noted about its run is its own affair, unless it speaks of access.
    pub(crate) fn beside(&self, stretch: Stretch<'_>, part: &mut DecodedPart) {
        let mut trial = DecodedPart::default();
        let surroundings = Surroundings::default();
        let decoder = Decoder { surroundings: &surroundings, ..*self };
        for record in stretch.records() {
            decoder.record(record, &mut trial);
        }
        if trial.is_recognised() || trial.speaks {
            part.append(trial);
        }
    }

    fn try_record(&self, stretch: Stretch<'_>, part: &mut DecodedPart) -> Result<(), Problem> {
        let mended;
        let text = match std::str::from_utf8(stretch.bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                part.not_utf8 += u64::from(stretch.depth == 0);
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(stretch.bytes).0
            }
        };
        let (text, node) = match serde_json::from_str::<Node<'_>>(&text) {
            Ok(node) => (&text, node),
            Err(error) => {
                mended = Cow::Owned(lone::mended(&text).ok_or_else(|| malformed(&error))?);
                (&mended, serde_json::from_str(&mended).map_err(|error| malformed(&error))?)
            }
        };
        if node.is_cut_off() {
            let detail = "ConvertTo-Json cut the record off; export again with -Depth 10".to_owned();
            return Err((RejectCode::TruncatedDepth, detail));
        }
        let Node::Object(record) = &node else {
            return Err((
                RejectCode::NotARecord,
                format!("expected an object, found {}", quote::kind(&node)),
            ));
        };
        let mut kind = kind_of(record, self.surroundings);
        // A list that belongs to a group or a package tells nothing about the records in it.
        let path = &self.source.path;
        if path.owner.is_some() && self.surroundings == path && kind == Kind::Unknown {
            kind = Kind::Named;
        }
        match kind {
            Kind::Assignment => assignment(record, self.location(stretch), self.fallback, part),
            // In a list of members or of incompatible packages, an id is enough.
            Kind::Unknown => match side_record(record, kind, self.surroundings, part) {
                Err((RejectCode::UnrecognisedRecord, _)) => self.wrapper(record, stretch, part),
                other => other,
            },
            kind => {
                side_record(record, kind, self.surroundings, part)?;
                if let Some(kind) = BodyKind::of(kind).filter(|_| self.keep_bodies) {
                    let location = self.location(stretch);
                    part.bodies.push(Body { kind, location, text: text.as_ref().into() });
                }
                self.assignments_of(record, kind, stretch, part);
                Ok(())
            }
        }
    }

    fn location(&self, stretch: Stretch<'_>) -> RecordLocation {
        RecordLocation {
            source: SourceId(self.source.source),
            offset: stretch.position.byte,
            length: u32::try_from(stretch.bytes.len()).unwrap_or(u32::MAX),
            line: u32::try_from(stretch.position.line).unwrap_or(u32::MAX),
        }
    }

    /// An object of no known kind may be a script's wrapper around the rows, or a page deep within one. Lists without
    /// any known record in them are the wrapper's own affair.
    fn wrapper(
        &self,
        record: &Object<'_>,
        stretch: Stretch<'_>,
        part: &mut DecodedPart,
    ) -> Result<(), Problem> {
        if record.get("value").is_some_and(Node::is_cut_off) {
            let detail = "ConvertTo-Json cut the page off; export again with -Depth 10".to_owned();
            return Err((RejectCode::TruncatedDepth, detail));
        }
        let context = record.text("@odata.context");
        let inner = context.as_deref().map(Surroundings::of_context);
        let decoder = Decoder { surroundings: inner.as_ref().unwrap_or(self.surroundings), ..*self };
        let mut found = DecodedPart::default();
        let (mut rows_alone, mut unknown_alone) = (false, DecodedPart::default());
        for child in children(stretch.bytes).iter().filter(|_| stretch.depth < DEPTH_MAX) {
            let value = stretch.child(&child.place);
            let is_list = value.bytes.first() == Some(&b'[');
            let mut trial = DecodedPart::default();
            for record in value.records() {
                decoder.record(record, &mut trial);
            }
            // Of a single object only rows count: it may be somebody's `createdBy`. A wrapper in it may hold anything.
            let counts = is_list || trial.has_rows() || self.is_wrapper(value.bytes);
            if counts && trial.is_recognised() {
                rows_alone |= !is_list
                    && trial.assignments.iter().any(|row| row.location.offset == value.position.byte);
                found.append(trial);
            } else if !is_list {
                unknown_alone.append(trial);
            }
        }
        if !found.is_recognised() {
            return Err((
                RejectCode::UnrecognisedRecord,
                "none of the fields of a known kind of record".to_owned(),
            ));
        }
        // Rows under their ids: what stands among them should have been a row.
        if rows_alone {
            found.append(unknown_alone);
        }
        if let Some(link) = record.text("@odata.nextlink") {
            let context = context.as_deref().map(Into::into);
            found.pages.push(PageEnd {
                context,
                next_link: Some(link.into_owned().into()),
                count: None,
                inherits: false,
            });
        }
        part.append(found);
        Ok(())
    }

    fn is_wrapper(&self, bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes).map(lone::readable) else { return false };
        let node = serde_json::from_str(&text);
        matches!(node, Ok(Node::Object(object)) if kind_of(&object, self.surroundings) == Kind::Unknown)
    }

    /// Assignments inside the package or the user whom they concern.
    fn assignments_of(&self, record: &Object<'_>, kind: Kind, stretch: Stretch<'_>, part: &mut DecodedPart) {
        const LISTS: [&str; 2] = ["assignments", "accesspackageassignments"];
        let mut fallback = self.fallback.clone();
        match kind {
            Kind::Package => fallback.package = external_id(record, "id").or(fallback.package),
            Kind::User => {
                if let Some(SideRecord::Subject { ids, .. }) = user(record) {
                    fallback.subject = ids;
                }
            }
            Kind::Catalog | Kind::Policy | Kind::Group => {}
            _ => return,
        }
        if !(record.has_any(&LISTS) || kind == Kind::Catalog && record.has("accesspackages")) {
            return;
        }
        for child in children(stretch.bytes) {
            let value = stretch.child(&child.place);
            if LISTS.contains(&child.name.as_str()) {
                let surroundings = Surroundings { collection: Some("assignments".to_owned()), owner: None };
                let decoder = Decoder { fallback: &fallback, surroundings: &surroundings, ..*self };
                value.records().into_iter().for_each(|record| decoder.record(record, part));
            } else if kind == Kind::Catalog && child.name == "accesspackages" {
                for package in value.records() {
                    let Ok(text) = std::str::from_utf8(package.bytes).map(lone::readable) else { continue };
                    if let Ok(Node::Object(node)) = serde_json::from_str(&text) {
                        self.assignments_of(&node, Kind::Package, package, part);
                    }
                }
            }
        }
    }
}

/// The parser counts lines and columns from where the record begins.
fn malformed(error: &serde_json::Error) -> Problem {
    let of = if error.line() > 0 { " of the record" } else { "" };
    (RejectCode::MalformedJson, format!("{error}{of}"))
}

/// Whether what was not understood may have been rows after all: then it is not set aside as something else.
fn speaks_of_access(bytes: &[u8]) -> bool {
    let text = bytes.to_ascii_lowercase();
    [&b"accesspackage"[..], b"targetid", b"assignmentstate", b"\"target\""]
        .iter()
        .any(|word| memchr::memmem::find(&text, word).is_some())
}

/// Whether the text names the state or the subject of more than one assignment.
fn holds_several_rows(bytes: &[u8]) -> bool {
    let text = bytes.to_ascii_lowercase();
    // One row may say `state` twice: its own, and that of the catalog of its expanded package.
    [(&b"\"assignmentstate\""[..], 1), (b"\"state\"", 2), (b"\"target\"", 1), (b"\"targetid\"", 1)]
        .iter()
        .any(|(name, of_one_row)| memchr::memmem::find_iter(&text, name).count() > *of_one_row)
}
