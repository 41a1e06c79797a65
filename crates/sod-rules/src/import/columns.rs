//! Which column of a pair table is which.

use super::ImportCode;
use super::collect::Collector;
use super::table::Table;
use crate::document::printable;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What a column of a pair table can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    A,
    B,
    SystemA,
    SystemB,
    Id,
    Name,
    Severity,
    Risk,
    Description,
    Owner,
    Process,
    Advice,
    Control,
    Frameworks,
    ValidFrom,
    ValidTo,
    State,
    Ignore,
}

/// Each with its key in `--map`, and the headers that mean it without one: letters and digits alone, in lower case.
const ROLES: [(Role, &str, &[&str]); 18] = [
    (
        Role::A,
        "a",
        &[
            "rolea",
            "role1",
            "tcode1",
            "entitlementa",
            "packagea",
            "package1",
            "functiona",
            "function1",
            "dutya",
            "firstduty",
        ],
    ),
    (
        Role::B,
        "b",
        &[
            "roleb",
            "role2",
            "tcode2",
            "entitlementb",
            "packageb",
            "package2",
            "functionb",
            "function2",
            "dutyb",
            "secondduty",
        ],
    ),
    (Role::SystemA, "system_a", &["systema", "applicationa"]),
    (Role::SystemB, "system_b", &["systemb", "applicationb"]),
    (Role::Id, "id", &["riskid", "ruleid", "id"]),
    (Role::Name, "name", &["rulename", "riskname", "name"]),
    (Role::Severity, "severity", &["risklevel", "severity", "level"]),
    (Role::Risk, "risk", &["riskdescription", "businessriskdescription", "reason", "risk"]),
    (Role::Description, "description", &["description"]),
    (Role::Owner, "owner", &["owner", "ruleowner", "riskowner"]),
    (Role::Process, "process", &["process", "businessprocess"]),
    (Role::Advice, "advice", &["advice", "recommendation"]),
    (Role::Control, "control", &["control", "mitigation", "mitigatingcontrol", "compensatingcontrol"]),
    (Role::Frameworks, "frameworks", &["framework", "frameworks"]),
    (Role::ValidFrom, "valid_from", &["validfrom"]),
    (Role::ValidTo, "valid_to", &["validto"]),
    (Role::State, "enabled", &["enabled", "active", "status", "state"]),
    (Role::Ignore, "ignore", &[]),
];

/// Which columns of a pair table are which: `a=COL,b=COL[,id=COL]...`, where `COL` is a header or `#N`.
///
/// ```
/// use sod_rules::PairColumns;
/// let columns: PairColumns = "a=Left,b=#3,severity=Weight,ignore=Ticket".parse().unwrap();
/// assert_eq!(columns.to_string(), "a=Left,b=#3,severity=Weight,ignore=Ticket");
/// assert!("first=Left".parse::<PairColumns>().is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairColumns(Vec<(Role, String)>);

impl fmt::Display for PairColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> =
            self.0.iter().map(|(role, column)| format!("{}={column}", key(*role))).collect();
        f.write_str(&parts.join(","))
    }
}

fn key(wanted: Role) -> &'static str {
    ROLES.iter().find(|(role, ..)| *role == wanted).map_or("", |(_, key, _)| key)
}

impl FromStr for PairColumns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut columns: Vec<(Role, String)> = Vec::new();
        for part in text.split(',') {
            let wrong = |problem: &str| {
                let keys: Vec<&str> = ROLES.iter().map(|(_, key, _)| *key).collect();
                format!(
                    "`{}` {problem}; expected a=COL,b=COL and more, where COL is a header or #N for the N-th column, and \
                     the keys are {}",
                    printable(part.trim()),
                    keys.join(", ")
                )
            };
            let (key, column) = part.split_once('=').ok_or_else(|| wrong("is not KEY=COL"))?;
            let key = key.trim().to_lowercase();
            let role = ROLES.iter().find(|(_, known, _)| *known == key).map(|(role, ..)| *role);
            let role = role.ok_or_else(|| wrong("names a key that does not exist"))?;
            if column.trim().is_empty() {
                return Err(wrong("names no column"));
            }
            if role != Role::Ignore && columns.iter().any(|(known, _)| *known == role) {
                return Err(wrong("gives one key twice"));
            }
            columns.push((role, column.trim().to_owned()));
        }
        Ok(Self(columns))
    }
}

/// Where each role stands in a table.
pub(super) struct Layout {
    places: BTreeMap<Role, usize>,
    /// Columns for which there is no role.
    pub(super) spare: Vec<usize>,
}

impl Layout {
    pub(super) fn at(&self, role: Role) -> Option<usize> {
        self.places.get(&role).copied()
    }

    /// What the caller says goes first, then what the header says; whatever is wrong is told, all of it.
    pub(super) fn of(table: &Table, said: &PairColumns, notes: &mut Collector) -> Option<Self> {
        let place = table.place(&table.header, "");
        let names: Vec<String> = (0..table.header.cells.len()).map(|at| table.column(at)).collect();
        let all = printable(&names.join(", "));
        let (mut places, mut used, mut sound) = (BTreeMap::new(), Vec::new(), true);
        for (role, column) in &said.0 {
            match find(table, column).as_slice() {
                [at] => {
                    used.push(*at);
                    places.insert(*role, *at);
                }
                found => {
                    let count = if found.is_empty() { "no column is" } else { "several columns are" };
                    let what = format!("{count} called `{}`", printable(column));
                    notes.problem(
                        ImportCode::Columns,
                        place.clone(),
                        what,
                        format!("the columns are: {all}"),
                    );
                    sound = false;
                }
            }
        }
        for (role, key, headers) in ROLES {
            let means = |at: &usize| !used.contains(at) && headers.contains(&&*plain(table.header.cell(*at)));
            let found: Vec<usize> = (0..names.len()).filter(means).collect();
            match found.as_slice() {
                _ if places.contains_key(&role) => {}
                [] => {}
                [at] => drop(places.insert(role, *at)),
                several => {
                    let called: Vec<String> =
                        several.iter().map(|at| format!("`{}`", printable(&table.column(*at)))).collect();
                    let what = format!("{} could all be `{key}`", called.join(" and "));
                    let why = format!("say which one is: --map {key}=COLUMN (or #N)");
                    notes.problem(ImportCode::Columns, place.clone(), what, why);
                    sound = false;
                }
            }
        }
        let missing: Vec<&str> =
            [Role::A, Role::B].into_iter().filter(|side| !places.contains_key(side)).map(key).collect();
        if sound && !missing.is_empty() {
            let what = format!("the columns {all}");
            let why = "none of them is known as the one or the other side of a pair; say which are: --map a=COLUMN,b=COLUMN";
            notes.problem(ImportCode::Columns, place, what, why);
        }
        if !sound || !missing.is_empty() {
            return None;
        }
        used.extend(places.values());
        let spare = (0..names.len()).filter(|at| !used.contains(at)).collect();
        Some(Self { places, spare })
    }
}

fn find(table: &Table, column: &str) -> Vec<usize> {
    let columns = table.header.cells.len();
    if let Some(number) = column.strip_prefix('#').and_then(|number| number.parse::<usize>().ok()) {
        return number.checked_sub(1).filter(|at| *at < columns).into_iter().collect();
    }
    (0..columns).filter(|at| table.header.cell(*at).to_lowercase() == column.to_lowercase()).collect()
}

/// Letters and digits alone, in lower case.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
