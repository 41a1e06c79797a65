//! Decodes one assignment object: v1.0, beta, PowerShell and flat spellings, field by field.
//!
//! The version is never decided for a whole file: real files mix the spellings.

use crate::date::date;
use crate::decoded::{
    AssignmentRow, DecodedPart, PackageFacts, PackageKey, RowState, SideRecord, Spellings, SubjectFacts,
    SubjectIds,
};
use crate::node::{Node, Object, is_cut_off};
use crate::quote;
use crate::side::{boxed, external_id, nested, package_facts};
use sod_model::{ExternalId, Guid, RecordLocation, RejectCode, StateId, StateTable, Timestamp};

/// What an object without the field is told in `--map`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fallback {
    /// The package of records that name none (one file a package).
    pub(crate) package: Option<ExternalId>,
    /// The user of records that name none (assignments nested in a user).
    pub(crate) subject: SubjectIds,
}

/// Decodes an assignment into `part`, or says why not.
pub(crate) fn assignment(
    record: &Object<'_>,
    location: RecordLocation,
    fallback: &Fallback,
    part: &mut DecodedPart,
) -> Result<(), (RejectCode, String)> {
    part.spellings.merge(spellings(record));
    let (mut subject, facts) = subject(record);
    if subject.is_empty() {
        subject = fallback.subject.clone();
    }
    let package_object = record.object("accesspackage");
    let package =
        package_key(record, package_object).or_else(|| fallback.package.clone().map(PackageKey::Id));
    let Some(package) = package.filter(|_| !subject.is_empty()) else {
        return Err(missing(record, subject.is_empty(), fallback.package.is_none()));
    };
    let state = state(record);
    let (since, until) = dates(record, &state, part);
    const PARTS: [&str; 6] = [
        "target",
        "accesspackage",
        "schedule",
        "assignmentpolicy",
        "accesspackageassignmentpolicy",
        "customextensioncalloutinstances",
    ];
    if PARTS.iter().any(|name| record.get(name).is_some_and(Node::is_cut_off)) {
        part.cut_off_parts += 1;
    }
    if !facts.is_empty() {
        part.side.push(SideRecord::Subject { ids: subject.clone(), facts });
    }
    if let Some(object) = package_object {
        nested(object, part);
    }
    if let Some(said) = said_of_package(record, package_object, &package) {
        part.side.push(SideRecord::Package(said));
    }
    let policy_object = record.first_object(&["assignmentpolicy", "accesspackageassignmentpolicy"]);
    let policy = record
        .first_text(&["assignmentpolicyid", "accesspackageassignmentpolicyid", "policyid"])
        .map(|text| ExternalId::new(&text))
        .or_else(|| policy_object.and_then(|policy| external_id(policy, "id")));
    if let (Some(id), Some(object)) = (&policy, policy_object) {
        part.side.push(crate::side::policy(id.clone(), object));
    }
    part.assignments.push(AssignmentRow {
        id: record.first_text(&["id", "assignmentid"]).map(|text| ExternalId::new(&text)),
        subject,
        package,
        policy,
        state,
        since,
        until,
        location,
    });
    Ok(())
}

pub(crate) fn spellings(record: &Object<'_>) -> Spellings {
    let pascal =
        record.members.first().is_some_and(|(key, _)| key.starts_with(|c: char| c.is_ascii_uppercase()));
    Spellings {
        v1: record.has_any(&["state", "status", "assignmentpolicy"]),
        beta: record.has_any(&["assignmentstate", "assignmentstatus", "assignmentpolicyid", "isextended"]),
        pascal,
        flat: record.has_any(&["targetobjectid", "accesspackagedisplayname", "targetprincipalname"]),
        plain: record.has_any(&["user", "userid"]),
    }
}

/// Who, from `target`, `targetId` and the flat columns.
fn subject(record: &Object<'_>) -> (SubjectIds, SubjectFacts) {
    let id =
        |text: Option<std::borrow::Cow<'_, str>>| text.map(|text| ExternalId::new(&text)).filter(is_real);
    let mut ids = SubjectIds { object: id(record.text("targetobjectid")), ..SubjectIds::default() };
    let mut facts = SubjectFacts {
        display_name: boxed(record.text("targetdisplayname")),
        principal_name: boxed(record.text("targetprincipalname")),
        email: boxed(record.text("targetemail")),
        subject_type: boxed(record.text("targetsubjecttype")),
        user_type: None,
        department: None,
    };
    let target_id = id(record.text("targetid"));
    // In the flat files `TargetId` is the subject record; in beta bodies a bare `targetId` may be either.
    if ids.object.is_some() || record.has("targetobjectid") {
        ids.record = target_id;
    } else {
        ids.target = target_id;
    }
    if let Some(target) = record.object("target") {
        ids.object = id(target.text("objectid")).or(ids.object);
        ids.record = id(target.text("id")).or(ids.record);
        facts.display_name = boxed(target.text("displayname")).or(facts.display_name);
        facts.principal_name = boxed(target.text("principalname")).or(facts.principal_name);
        facts.email = boxed(target.text("email")).or(facts.email);
        facts.subject_type = boxed(target.first_text(&["subjecttype", "type"])).or(facts.subject_type);
    }
    // A script may have put an id where Graph has an object.
    if let Some(text) = record.text("target").filter(|text| !is_cut_off(text) && ids.is_empty()) {
        match Guid::parse(&text) {
            Some(_) => ids.target = Some(ExternalId::new(&text)),
            None => plain_id(&text, &mut ids),
        }
    }
    if ids.is_empty() {
        // A script's own columns beside those of the package.
        ids.object = id(record.text("objectid"));
        facts.principal_name =
            facts.principal_name.or(boxed(record.first_text(&["userprincipalname", "principalname"])));
        facts.email = facts.email.or(boxed(record.first_text(&["mail", "email"])));
    }
    if ids.is_empty()
        && let Some(text) = record.first_text(&["userid", "user"])
    {
        plain_id(&text, &mut ids);
    }
    if ids.is_empty() {
        ids.name = name_id(&facts);
    }
    (ids, facts)
}

/// The GUID of zeros stands for nobody; as an id it would make one person of many.
pub(crate) fn is_real(id: &ExternalId) -> bool {
    !matches!(id, ExternalId::Guid(guid) if !is_real_guid(guid.to_u128()))
}

/// The same of the bits of a GUID.
pub(crate) fn is_real_guid(guid: u128) -> bool {
    guid != 0
}

/// The identifier of a person who has no other: principal name, else e-mail, in lower case.
pub(crate) fn name_id(facts: &SubjectFacts) -> Option<ExternalId> {
    let name = facts.principal_name.as_ref().or(facts.email.as_ref())?;
    Some(ExternalId::new(&name.to_lowercase()))
}

/// What stands in a plain user column: an address names a person as principal names do, without regard to case.
pub(crate) fn plain_id(text: &str, ids: &mut SubjectIds) {
    if text.contains('@') {
        ids.name = Some(ExternalId::new(&text.to_lowercase()));
    } else {
        ids.plain = Some(ExternalId::new(text));
    }
}

fn package_key(record: &Object<'_>, object: Option<&Object<'_>>) -> Option<PackageKey> {
    let id = record.text("accesspackageid").map(|text| ExternalId::new(&text));
    let id = id.or_else(|| object.and_then(|object| external_id(object, "id")));
    let id = id.or_else(|| record.first_text(&["packageid", "package"]).map(|text| ExternalId::new(&text)));
    if let Some(id) = id {
        return Some(PackageKey::Id(id));
    }
    if let Some(text) = record.text("accesspackage").filter(|text| !is_cut_off(text)) {
        return Some(PackageKey::Id(ExternalId::new(&text)));
    }
    let name = boxed(record.first_text(&["accesspackagedisplayname", "accesspackagename"]));
    name.or_else(|| object.and_then(|object| boxed(object.text("displayname")))).map(PackageKey::Name)
}

/// Name, catalog and incompatibilities that stand beside the assignment.
fn said_of_package(
    record: &Object<'_>,
    object: Option<&Object<'_>>,
    key: &PackageKey,
) -> Option<PackageFacts> {
    let PackageKey::Id(id) = key else { return None };
    let mut said = object.map(package_facts).unwrap_or_default();
    said.id = Some(id.clone());
    let name = || boxed(record.first_text(&["accesspackagedisplayname", "accesspackagename"]));
    said.display_name = said.display_name.or_else(name);
    said.catalog = said.catalog.or_else(|| external_id(record, "catalogid"));
    let bare = PackageFacts { id: Some(id.clone()), ..PackageFacts::default() };
    (said != bare).then_some(said)
}

/// The state, from `state` or `assignmentState`; never from `status`.
fn state(record: &Object<'_>) -> RowState {
    let value = ["state", "assignmentstate"]
        .iter()
        .filter_map(|name| record.get(name))
        .find(|value| !matches!(value, Node::Null));
    match value {
        // PowerShell may write the enumeration's number.
        Some(Node::Number(number)) => match number.as_u64() {
            Some(value) if value < 5 => RowState::Known(StateId(value as u16)),
            _ => RowState::Other(number.to_string().into()),
        },
        Some(value) => value.text().map_or(RowState::Missing, |text| row_state(&text)),
        None => RowState::Missing,
    }
}

/// A state by its name.
pub(crate) fn row_state(text: &str) -> RowState {
    match StateTable::find_known(text) {
        Some(state) => RowState::Known(state),
        None if text.trim().is_empty() => RowState::Missing,
        None => RowState::Other(quote::state(text.trim()).into()),
    }
}

fn dates(
    record: &Object<'_>,
    state: &RowState,
    part: &mut DecodedPart,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let schedule = record.object("schedule");
    let start = schedule.and_then(|schedule| schedule.text("startdatetime"));
    let since = date(start.or_else(|| record.first_text(&["schedulestartdatetime", "startdatetime"])), part);
    let end = schedule.and_then(|schedule| schedule.object("expiration")?.text("enddatetime"));
    let end = date(end, part);
    let expired = date(record.first_text(&["expireddatetime", "enddatetime"]), part);
    note_moment(record, state, since, expired, part);
    let until = end.or(expired);
    note_past_end(state, until, part);
    (since, until)
}

/// Counts rows that are held although they ended before this version of sod was made (2026-11-22): sod reads no clock,
/// but that much is past for certain. It matters only where the data shows no later moment.
pub(crate) fn note_past_end(state: &RowState, until: Option<Timestamp>, part: &mut DecodedPart) {
    const MADE: Timestamp = Timestamp(1_795_305_600);
    let held = matches!(state, RowState::Known(StateTable::DELIVERED) | RowState::Missing);
    part.past_stamps += u64::from(held && until.is_some_and(|until| until < MADE));
}

/// What the record shows to be past: dates of creation, the start of what is delivered, the end of what expired.
fn note_moment(
    record: &Object<'_>,
    state: &RowState,
    since: Option<Timestamp>,
    expired: Option<Timestamp>,
    part: &mut DecodedPart,
) {
    let past = |name: &str| record.text(name).and_then(|text| Timestamp::parse(&text));
    part.saw_moment(past("snapshotdate"));
    part.saw_moment(past("createddatetime"));
    if let RowState::Known(state) = state {
        note_moment_of(*state, since, expired, part);
    }
}

/// What the dates of a row show to be past.
pub(crate) fn note_moment_of(
    state: StateId,
    since: Option<Timestamp>,
    expired: Option<Timestamp>,
    part: &mut DecodedPart,
) {
    match state {
        StateTable::DELIVERED => part.saw_moment(since),
        StateTable::EXPIRED => part.saw_moment(expired),
        _ => {}
    }
}

/// The reason why a record has no user or no package.
fn missing(record: &Object<'_>, no_user: bool, no_package: bool) -> (RejectCode, String) {
    let cut_off: Vec<&str> = ["target", "accesspackage"]
        .into_iter()
        .filter(|name| record.get(name).is_some_and(Node::is_cut_off))
        .collect();
    if !cut_off.is_empty() {
        let what = cut_off.join(" and ");
        return (
            RejectCode::TruncatedDepth,
            format!("{what}: ConvertTo-Json cut the object off; export again with -Depth 10"),
        );
    }
    match (no_user, no_package && package_key(record, record.object("accesspackage")).is_none()) {
        (true, true) => (
            RejectCode::NoUserNoPackage,
            "neither target nor accessPackage: export with $expand=target,accessPackage".to_owned(),
        ),
        (true, false) => (
            RejectCode::NoUser,
            "no target, targetId or user column with a value: export with $expand=target".to_owned(),
        ),
        _ => (
            RejectCode::NoPackage,
            "no accessPackageId and no accessPackage with an id: export with $expand=accessPackage, \
             or say --map package=@file"
                .to_owned(),
        ),
    }
}
