//! Learns the shape of assignment records: which bytes are the same in every record, and what stands between them.
//!
//! A shape is a [`Skeleton`] for `sod-kernel` and the place of each value that an assignment is made of. Only records
//! whose meaning is plain are learned: one spelling of each field, objects where Graph has objects. Everything else, and
//! every record that deviates from the shapes at hand, is left to the general decoder of `record`, which has the last word
//! on what a record means; what is read by shape must equal what that decoder would have said.
//!
//! Three rules make this safe. A value that the general decoder looks at is a *slot* here, or the record is not learned.
//! A value that it does not look at must still be valid JSON, so it is matched as untrusted. And the objects that repeat
//! (target, package, policy) are matched as trusted, because `fast` compares them byte by byte, through a hash, with ones
//! that were decoded before.

use crate::decoded::Spellings;
use crate::nested::{Child, children};
use sod_kernel::text::{Skeleton, Step};

/// What a slot of a shape is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Role {
    Record,
    Id,
    PackageId,
    PolicyId,
    CatalogId,
    TargetId,
    State,
    Since,
    End,
    Expired,
    Created,
    Target,
    TargetObject,
    TargetRecord,
    Package,
    PackageObject,
    Policy,
    PolicyObject,
}

const ROLES: usize = Role::PolicyObject as usize + 1;

/// Texts of a subject, which are facts about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    DisplayName,
    PrincipalName,
    Email,
    SubjectType,
    /// Of no use; it must still be text.
    Other,
}

/// A record shape.
#[derive(Clone, Debug)]
pub(crate) struct Learned {
    pub(crate) skeleton: Skeleton,
    steps: Vec<Step>,
    /// Slot of each role.
    slots: [Option<u16>; ROLES],
    /// Slots of the texts of a subject.
    pub(crate) facts: Vec<(Fact, u16)>,
    pub(crate) slot_count: u16,
    /// The subject has more than texts: only the general decoder may take in a new one.
    pub(crate) intricate_target: bool,
    /// Line ends in one record with the separator.
    pub(crate) lines_between: u32,
    /// Line ends in the separator.
    pub(crate) lines_in_separator: u32,
    /// Parts that are only compared may have any number of lines.
    pub(crate) lines_vary: bool,
    pub(crate) spellings: Spellings,
    /// The record that taught it.
    pub(crate) sample: Box<[u8]>,
    /// What stands before a record, and how it begins.
    pub(crate) opening: Box<[u8]>,
    pub(crate) separator: Box<[u8]>,
}

impl Learned {
    /// Whether both match the same records.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.separator == other.separator && self.steps == other.steps
    }

    /// Whether so many records of the shape, which begin and end with the text, have the same number of lines each. Constant
    /// text has its line ends in all of them, and others can only come on top: so it is enough to look at the sum.
    pub(crate) fn is_even(&self, text: &[u8], records: usize) -> bool {
        let between = self.lines_between as usize;
        !self.lines_vary
            && match records * between {
                0 => memchr::memchr(b'\n', text).is_none(),
                all => memchr::memchr_iter(b'\n', text).count() == all - self.lines_in_separator as usize,
            }
    }

    /// The slot of a role, if the shape has the field.
    pub(crate) fn slot(&self, role: Role) -> Option<usize> {
        self.slots.get(role as usize).copied().flatten().map(usize::from)
    }
}

/// Names that the general decoder looks at and that no learned shape has: their meaning depends on one another.
const INTRICATE: [&str; 34] = [
    "targetobjectid",
    "targetdisplayname",
    "targetprincipalname",
    "targetemail",
    "targetsubjecttype",
    "objectid",
    "userprincipalname",
    "principalname",
    "mail",
    "email",
    "userid",
    "user",
    "packageid",
    "package",
    "accesspackagedisplayname",
    "accesspackagename",
    "assignmentid",
    "schedulestartdatetime",
    "startdatetime",
    "enddatetime",
    "policydisplayname",
    // Those at which the splitter looks.
    "error",
    "value",
    "body",
    "responses",
    "assignments",
    "accesspackageassignments",
    "data",
    "items",
    "results",
    "records",
    "@odata.context",
    "@odata.nextlink",
    "odata.nextlink",
];

/// The shape of a record that the general decoder took for an assignment; `None` if it is not one of the plain kind.
pub(crate) fn learn(record: &[u8], separator: &[u8], spellings: Spellings) -> Option<Learned> {
    let mut lesson = Lesson {
        text: record,
        done: 0,
        steps: Vec::new(),
        slots: [None; ROLES],
        facts: Vec::new(),
        next: 0,
        intricate_target: false,
    };
    lesson.mark(Role::Record, false)?;
    lesson.record()?;
    lesson.literal(record.len());
    let end = lesson.slots.first().copied().flatten()?;
    lesson.steps.push(Step::Mark { slot: end, end: true });
    let Lesson { steps, slots, facts, next, intricate_target, .. } = lesson;
    let has = |role: Role| slots.get(role as usize).copied().flatten().is_some();
    let tells_all = has(Role::State)
        && (has(Role::PackageId) || has(Role::PackageObject))
        && (has(Role::TargetId) || has(Role::TargetObject) || has(Role::TargetRecord));
    let skeleton = tells_all.then(|| Skeleton::new(&steps, separator, next)).flatten()?;
    let lines = |text: &[u8]| memchr::memchr_iter(b'\n', text).count() as u32;
    let lines_vary = steps.iter().any(|step| matches!(step, Step::Container { trusted: true, .. }));
    let first = steps.iter().find_map(|step| match step {
        Step::Literal(text) => Some(text.clone()),
        _ => None,
    })?;
    let opening = [separator, &first].concat().into();
    Some(Learned {
        skeleton,
        steps,
        slots,
        facts,
        slot_count: next,
        intricate_target,
        lines_between: lines(record) + lines(separator),
        lines_in_separator: lines(separator),
        lines_vary,
        spellings,
        sample: record.into(),
        opening,
        separator: separator.into(),
    })
}

struct Lesson<'t> {
    text: &'t [u8],
    /// The text before this is in the steps.
    done: usize,
    steps: Vec<Step>,
    slots: [Option<u16>; ROLES],
    facts: Vec<(Fact, u16)>,
    next: u16,
    intricate_target: bool,
}

/// What is done with the members of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Schedule,
    Expiration,
    Target,
    Package,
    Policy,
    /// An object that nobody looks into.
    Free,
}

impl Lesson<'_> {
    fn literal(&mut self, to: usize) {
        let text = self.text.get(self.done..to).unwrap_or_default();
        if !text.is_empty() {
            self.steps.push(Step::Literal(text.to_vec()));
        }
        self.done = to;
    }

    /// A new slot for a role, which may have one only.
    fn slot(&mut self, role: Role) -> Option<u16> {
        let place = self.slots.get_mut(role as usize).filter(|place| place.is_none())?;
        *place = Some(self.next);
        self.next += 1;
        *place
    }

    fn mark(&mut self, role: Role, end: bool) -> Option<()> {
        let slot = if end { self.slots.get(role as usize).copied().flatten()? } else { self.slot(role)? };
        self.steps.push(Step::Mark { slot, end });
        Some(())
    }

    /// A value with a slot, not yet followed by text.
    fn value(&mut self, child: &Child, slot: Option<u16>, trusted: bool) {
        self.literal(child.place.start);
        self.steps.push(Step::Value { slot, trusted });
        self.done = child.place.end;
    }

    fn bytes(&self, child: &Child) -> &[u8] {
        self.text.get(child.place.clone()).unwrap_or_default()
    }

    fn is_object(&self, child: &Child) -> bool {
        self.bytes(child).first() == Some(&b'{')
    }

    fn is_null(&self, child: &Child) -> bool {
        self.bytes(child) == b"null"
    }

    /// A string or `null`.
    fn is_text(&self, child: &Child) -> bool {
        self.bytes(child).first() == Some(&b'"') || self.is_null(child)
    }

    /// The members of the object at `from`, with places in the whole text. Each name once, and only plain names.
    fn members(&self, from: usize, to: usize) -> Option<Vec<Child>> {
        let mut members = children(self.text.get(from..to)?);
        for member in &mut members {
            member.place = member.place.start + from..member.place.end + from;
        }
        let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        names.sort_unstable();
        let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        (names.windows(2).all(|two| two.first() != two.last()) && names.iter().all(plain)).then_some(members)
    }

    fn record(&mut self) -> Option<()> {
        for member in self.members(0, self.text.len())? {
            let role = match member.name.as_str() {
                "id" => Role::Id,
                "accesspackageid" => Role::PackageId,
                "assignmentpolicyid" | "accesspackageassignmentpolicyid" | "policyid" => Role::PolicyId,
                "catalogid" => Role::CatalogId,
                "targetid" => Role::TargetId,
                "state" | "assignmentstate" => Role::State,
                "expireddatetime" => Role::Expired,
                "createddatetime" | "snapshotdate" => Role::Created,
                "target" => {
                    self.repeated(&member, Role::Target, Inside::Target)?;
                    continue;
                }
                "accesspackage" => {
                    self.repeated(&member, Role::Package, Inside::Package)?;
                    continue;
                }
                "assignmentpolicy" | "accesspackageassignmentpolicy" => {
                    self.repeated(&member, Role::Policy, Inside::Policy)?;
                    continue;
                }
                "schedule" if self.is_object(&member) => {
                    self.inside(&member, Inside::Schedule)?;
                    continue;
                }
                // What may be cut off is the same in every record, or the record is looked at closely.
                "schedule" | "customextensioncalloutinstances" => {
                    let ok = self.is_null(&member) || self.bytes(&member).first() == Some(&b'[');
                    ok.then_some(())?;
                    if !self.is_null(&member) {
                        self.free(&member)?;
                    }
                    continue;
                }
                // A number here is the answer to a request; the splitter looks at it.
                "status" => {
                    self.is_text(&member).then_some(())?;
                    let slot = self.next;
                    self.next += 1;
                    self.value(&member, Some(slot), false);
                    continue;
                }
                // Decides the kind of record: part of the constant text.
                "@odata.type" => continue,
                name if INTRICATE.contains(&name) => return None,
                _ => {
                    self.free(&member)?;
                    continue;
                }
            };
            self.is_text(&member).then_some(())?;
            let slot = self.slot(role)?;
            self.value(&member, Some(slot), false);
        }
        Some(())
    }

    /// An object that is the same in many records. `null` becomes constant text.
    fn repeated(&mut self, child: &Child, role: Role, inside: Inside) -> Option<()> {
        if self.is_null(child) {
            return Some(());
        }
        self.is_object(child).then_some(())?;
        self.literal(child.place.start);
        self.mark(role, false)?;
        self.inside(child, inside)?;
        self.literal(child.place.end);
        self.mark(role, true)
    }

    fn inside(&mut self, object: &Child, inside: Inside) -> Option<()> {
        for member in self.members(object.place.start, object.place.end)? {
            let role = match (inside, member.name.as_str()) {
                (Inside::Schedule, "startdatetime") => Role::Since,
                (Inside::Schedule, "expiration") if self.is_object(&member) => {
                    self.inside(&member, Inside::Expiration)?;
                    continue;
                }
                (Inside::Schedule, "expiration") => {
                    self.is_null(&member).then_some(())?;
                    continue;
                }
                (Inside::Expiration, "enddatetime") => Role::End,
                (Inside::Target, "id") => Role::TargetRecord,
                (Inside::Target, "objectid") => Role::TargetObject,
                (Inside::Target, name) => {
                    self.fact(&member, name)?;
                    continue;
                }
                (Inside::Package, "id") => Role::PackageObject,
                (Inside::Policy, "id") => Role::PolicyObject,
                (Inside::Package | Inside::Policy, _) => {
                    self.trusted(&member);
                    continue;
                }
                _ => {
                    self.free(&member)?;
                    continue;
                }
            };
            self.is_text(&member).then_some(())?;
            let trusted = matches!(inside, Inside::Target | Inside::Package | Inside::Policy);
            let slot = self.slot(role)?;
            self.value(&member, Some(slot), trusted);
        }
        Some(())
    }

    /// A member of a subject: all its texts have slots, so that one that is new can be checked and taken in.
    fn fact(&mut self, member: &Child, name: &str) -> Option<()> {
        if !self.is_text(member) {
            self.intricate_target = true;
            self.trusted(member);
            return Some(());
        }
        let fact = match name {
            "displayname" => Fact::DisplayName,
            "principalname" => Fact::PrincipalName,
            "email" => Fact::Email,
            "subjecttype" | "type" => Fact::SubjectType,
            _ => Fact::Other,
        };
        let repeats = self.facts.iter().any(|(known, _)| *known == fact);
        (!repeats || fact == Fact::Other).then_some(())?;
        let slot = self.next;
        self.next += 1;
        self.facts.push((fact, slot));
        self.value(member, Some(slot), true);
        Some(())
    }

    /// A value that is compared as part of a repeated object.
    fn trusted(&mut self, member: &Child) {
        if matches!(self.bytes(member).first(), Some(b'{' | b'[')) {
            self.literal(member.place.start);
            self.steps.push(Step::Container { slot: None, trusted: true });
            self.done = member.place.end;
        } else {
            self.value(member, None, true);
        }
    }

    /// A value that nobody looks at. It must be valid all the same, so only simple ones may vary.
    fn free(&mut self, member: &Child) -> Option<()> {
        match self.bytes(member).first()? {
            b'{' => self.inside(member, Inside::Free),
            b'[' => {
                self.literal(member.place.start);
                let is_empty = matches!(self.bytes(member), b"[]");
                // A list with something in it is constant text, if it is the same in every record.
                if is_empty {
                    self.steps.push(Step::Container { slot: None, trusted: false });
                    self.done = member.place.end;
                }
                Some(())
            }
            _ => {
                self.value(member, None, false);
                Some(())
            }
        }
    }
}
