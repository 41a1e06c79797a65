//! One assignment as Microsoft Graph (beta) shows it, with target and accessPackage expanded: about 1,070 bytes.
//!
//! Everything about it follows from three numbers (user, package, which assignment), so that any form of the export says
//! the same. Names carry what real ones do: letters beyond ASCII, raw and escaped, quotes, commas, apostrophes, slashes.

use crate::mix::{mix, uuid};
use std::fmt::Write;

const GIVEN: [&str; 16] = [
    "Amélie",
    "Bo",
    "Chiara",
    "Dagny",
    "Eun-ji",
    "Farid",
    "Gráinne",
    "Håkon",
    "Ioana",
    "Jürgen",
    "Keiko",
    "Łucja",
    "Mohamed",
    "Nguyễn",
    "Oluwaseun",
    "Δήμητρα",
];
const FAMILY: [&str; 15] = [
    "Abdullah",
    "Blažek",
    "Castañeda",
    "D'Angelo",
    "Eklund",
    "Fitzgerald",
    "García Márquez",
    "Hồ",
    "Iyer",
    "Jankowska",
    "Kovačević",
    "Lindqvist-Berg",
    "de la Cruz",
    "Nakamura",
    "O'Sullivan",
];
const THINGS: [&str; 9] = [
    "Ledger, posting",
    "Vendor \"master\" editing",
    "Payment run",
    "Salary / payroll",
    "Entrepôt – lecture",
    "Trésorerie",
    "Größenklassen",
    "Source code & releases",
    "Café booking",
];
/// Out of 100: the rest is delivered.
const STATES: [(&str, u64); 4] =
    [("Expired", 3), ("Delivering", 1), ("PartiallyDelivered", 1), ("DeliveryFailed", 1)];

/// What a line of the export says, before it is written in any form.
pub struct Record<'n> {
    pub user: &'n User,
    pub package: &'n Package,
    /// The assignment's id, its state, and 64 bits of chance for the rest.
    pub id: String,
    pub state: &'static str,
    chance: u64,
}

/// A person: the record of the subject, the directory object, the names.
pub struct User {
    number: u64,
    record: String,
    pub object: String,
    pub name: String,
    pub mail: String,
}

/// An access package.
pub struct Package {
    pub id: String,
    pub catalog: String,
    policies: [String; 2],
    pub name: String,
}

impl User {
    /// Number `number` of the tenant.
    #[must_use]
    pub fn new(number: u64) -> Self {
        let chance = mix(40, number);
        let (given, family) =
            (GIVEN[chance as usize % GIVEN.len()], FAMILY[(chance >> 8) as usize % FAMILY.len()]);
        let name = match chance >> 16 & 63 {
            0 => format!("{given} \"Ace\" {family}"),
            1 => format!("{family}, {given} (extern)"),
            _ => format!("{given} {family}"),
        };
        Self {
            number,
            record: uuid(41, number),
            object: uuid(42, number),
            name,
            mail: format!("person.{number:07}@northwind.example"),
        }
    }
}

impl Package {
    /// Number `number` of the tenant.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self {
            id: uuid(50, number),
            catalog: uuid(51, number / 25),
            policies: [uuid(52, number), uuid(53, number)],
            name: format!("{} {number:05}", THINGS[mix(54, number) as usize % THINGS.len()]),
        }
    }
}

impl<'n> Record<'n> {
    /// Assignment `serial` of the export.
    #[must_use]
    pub fn new(user: &'n User, package: &'n Package, serial: u64) -> Self {
        let chance = mix(60, serial);
        let mut left = chance % 100;
        let state = STATES.iter().find(|(_, share)| {
            let hit = left < *share;
            left = left.saturating_sub(*share);
            hit
        });
        Self {
            user,
            package,
            id: uuid(61, serial),
            state: state.map_or("Delivered", |(name, _)| name),
            chance,
        }
    }

    /// The policy by which it was assigned.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.package.policies[(self.chance >> 20 & 1) as usize]
    }

    /// When it ended, if it has.
    #[must_use]
    pub fn expired(&self) -> Option<String> {
        let (month, second) = (1 + (self.chance >> 24) % 12, (self.chance >> 30) % 60);
        (self.state == "Expired").then(|| format!("2025-{month:02}-17T22:41:{second:02}.4410872Z"))
    }

    /// Appends the record as compact JSON.
    pub fn write_json(&self, out: &mut String) {
        let Self { user, package, id, state, chance } = self;
        let status = if *state == "Delivered" { "Delivered" } else { "Unknown" };
        let (month, day) = (1 + (chance >> 36) % 12, 1 + (chance >> 40) % 28);
        let (end, kind) = match chance >> 46 & 3 {
            0 => (quoted(&format!("2027-{month:02}-{day:02}T00:00:00Z")), "afterDateTime"),
            _ => ("null".to_owned(), "noExpiration"),
        };
        let expired = self.expired().map_or("null".to_owned(), |moment| quoted(&moment));
        // Some clients escape what is beyond ASCII, some do not; here it depends on the person.
        let name = if user.number.is_multiple_of(3) { escaped(&user.name) } else { quoted(&user.name) };
        let (title, policy) = (quoted(&package.name), self.policy());
        let (pid, cid, rid, oid, mail) =
            (&package.id, &package.catalog, &user.record, &user.object, &user.mail);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            concat!(
                r#"{{"id":"{id}","catalogId":"{cid}","accessPackageId":"{pid}","assignmentPolicyId":"{policy}","#,
                r#""targetId":"{rid}","assignmentStatus":"{status}","assignmentState":"{state}","isExtended":false,"#,
                r#""expiredDateTime":{expired},"schedule":{{"startDateTime":"2024-{month:02}-{day:02}T07:30:12.{fraction:07}Z","#,
                r#""recurrence":null,"expiration":{{"endDateTime":{end},"duration":null,"type":"{kind}"}}}},"#,
                r#""customExtensionCalloutInstances":[],"target":{{"id":"{rid}","objectId":"{oid}","displayName":{name},"#,
                r#""principalName":"{mail}","email":"{mail}","altSecId":null,"onPremisesSecurityIdentifier":null,"#,
                r#""type":"User"}},"accessPackage":{{"id":"{pid}","catalogId":"{cid}","displayName":{title},"#,
                r#""description":"Grants what {title_text} needs","isHidden":false,"isRoleScopesVisible":false}}}}"#
            ),
            id = id,
            cid = cid,
            pid = pid,
            policy = policy,
            rid = rid,
            status = status,
            state = state,
            expired = expired,
            month = month,
            day = day,
            fraction = (chance >> 10) % 10_000_000,
            end = end,
            kind = kind,
            oid = oid,
            name = name,
            mail = mail,
            title = title,
            title_text = title.trim_matches('"'),
        );
    }
}

/// A JSON string with what must be escaped, and the slash, which some writers escape too.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('/', "\\/"))
}

/// The same in ASCII alone.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for unit in quoted(text).encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}
