//! Which column of a table is which, by its header.

use crate::options::{ColumnMap, ColumnRef};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    AssignmentId,
    UserObjectId,
    UserRecordOrObjectId,
    UserPlain,
    PrincipalName,
    Email,
    UserName,
    PackageId,
    PackageName,
    State,
    PolicyId,
    Since,
    Until,
    Catalog,
    GroupId,
    MemberId,
    Department,
    Ignored,
}

/// A header as it is compared: lower case, letters and digits only, so that `$_.Target.ObjectId`, `Target ObjectId`
/// and `target_object_id` are one.
pub(crate) fn normalised(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a header means.
pub(crate) fn meaning(header: &str) -> Column {
    match normalised(header).as_str() {
        "id" | "assignmentid" | "accesspackageassignmentid" => Column::AssignmentId,
        "targetobjectid" | "userobjectid" | "objectid" | "aadobjectid" | "entraobjectid" => {
            Column::UserObjectId
        }
        "targetid" => Column::UserRecordOrObjectId,
        "user" | "userid" | "target" | "principal" | "principalid" | "subject" | "subjectid" | "identity"
        | "identityid" | "employee" | "employeeid" | "username" | "account" | "accountid" => {
            Column::UserPlain
        }
        "targetprincipalname" | "principalname" | "userprincipalname" | "targetuserprincipalname" | "upn" => {
            Column::PrincipalName
        }
        "targetemail" | "email" | "mail" | "useremail" => Column::Email,
        "targetdisplayname" | "userdisplayname" | "displayname" | "name" => Column::UserName,
        "accesspackageid" | "packageid" | "package" | "accesspackage" => Column::PackageId,
        "accesspackagedisplayname" | "accesspackagename" | "packagename" | "packagedisplayname" => {
            Column::PackageName
        }
        "state" | "assignmentstate" => Column::State,
        "assignmentpolicyid" | "policyid" | "accesspackageassignmentpolicyid" => Column::PolicyId,
        "startdatetime" | "schedulestartdatetime" | "assignmentstartdate" | "since" => Column::Since,
        "expireddatetime" | "enddatetime" | "actualassignmentenddate" | "assignmentenddate" | "until" => {
            Column::Until
        }
        "catalogid" => Column::Catalog,
        "groupid" => Column::GroupId,
        "memberid" | "members" | "member" => Column::MemberId,
        "department" => Column::Department,
        _ => Column::Ignored,
    }
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueOf {
    Cell(usize),
    Fixed(String),
}

/// The fields of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) id: Option<ValueOf>,
    pub(crate) user_object: Option<ValueOf>,
    pub(crate) user_record: Option<ValueOf>,
    pub(crate) user_plain: Option<ValueOf>,
    pub(crate) principal_name: Option<ValueOf>,
    pub(crate) email: Option<ValueOf>,
    pub(crate) user_name: Option<ValueOf>,
    pub(crate) package_id: Option<ValueOf>,
    pub(crate) package_name: Option<ValueOf>,
    pub(crate) state: Option<ValueOf>,
    pub(crate) policy: Option<ValueOf>,
    pub(crate) since: Option<ValueOf>,
    pub(crate) until: Option<ValueOf>,
    pub(crate) catalog: Option<ValueOf>,
    pub(crate) group: Option<ValueOf>,
    pub(crate) member: Option<ValueOf>,
    pub(crate) department: Option<ValueOf>,
    /// The header is that of the official recipe.
    pub(crate) official: bool,
    /// A column of unknown meaning speaks of packages.
    pub(crate) unknown_package: bool,
}

/// A column of the user, the package or the state that stands there twice under one name.
pub(crate) fn repeated_column(header: &[String]) -> Option<&str> {
    use Column::{PackageId, PackageName, State, UserObjectId, UserPlain, UserRecordOrObjectId};
    let matters = |name: &&String| {
        let matter = [PackageId, PackageName, State, UserObjectId, UserPlain, UserRecordOrObjectId];
        matter.contains(&meaning(name))
    };
    let mut met: Vec<String> = Vec::new();
    header.iter().filter(matters).find_map(|name| {
        let short = normalised(name);
        let again = met.contains(&short);
        met.push(short);
        again.then_some(name.as_str())
    })
}

/// Whether the caller's name of a column is that of the header.
pub(crate) fn is_called(known: &str, name: &str) -> bool {
    known.trim().eq_ignore_ascii_case(name.trim())
}

impl Layout {
    /// By header; the first column of a meaning counts. Of two columns that could be the user's or the package's id, the one
    /// that says so is, and the other is the name.
    pub(crate) fn of_header(header: &[String]) -> Self {
        let mut layout = Self { official: header.iter().any(|name| name.contains("$_.")), ..Self::default() };
        let ids: Vec<String> =
            header.iter().map(|name| normalised(name)).filter(|name| name.ends_with("id")).collect();
        let package_id = ids.iter().any(|id| meaning(id) == Column::PackageId);
        // `user` beside `userid`, `username` beside `userid`; but `user` beside `employeeid` may be either.
        let has_user_id = |name: &str| {
            let stem = name.strip_suffix("name").unwrap_or(name);
            ids.iter().any(|id| id.strip_suffix("id") == Some(stem) && meaning(id) == Column::UserPlain)
        };
        for (at, name) in header.iter().enumerate() {
            let short = normalised(name);
            let slot = match meaning(name) {
                Column::UserPlain if !short.ends_with("id") && has_user_id(&short) => &mut layout.user_name,
                Column::PackageId if !short.ends_with("id") && package_id => &mut layout.package_name,
                Column::AssignmentId => &mut layout.id,
                Column::UserObjectId => &mut layout.user_object,
                Column::UserRecordOrObjectId => &mut layout.user_record,
                Column::UserPlain => &mut layout.user_plain,
                Column::PrincipalName => &mut layout.principal_name,
                Column::Email => &mut layout.email,
                Column::UserName => &mut layout.user_name,
                Column::PackageId => &mut layout.package_id,
                Column::PackageName => &mut layout.package_name,
                Column::State => &mut layout.state,
                Column::PolicyId => &mut layout.policy,
                Column::Since => &mut layout.since,
                Column::Until => &mut layout.until,
                Column::Catalog => &mut layout.catalog,
                Column::GroupId => &mut layout.group,
                Column::MemberId => &mut layout.member,
                Column::Department => &mut layout.department,
                Column::Ignored => {
                    layout.unknown_package |= normalised(name).contains("package");
                    continue;
                }
            };
            slot.get_or_insert(ValueOf::Cell(at));
        }
        layout
    }

    /// What the caller says goes before the header. `Err` names a column that the table does not have.
    pub(crate) fn apply(&mut self, map: &ColumnMap, header: &[String], stem: &str) -> Result<(), String> {
        let find = |column: &ColumnRef| match column {
            ColumnRef::Constant(value) => Ok(ValueOf::Fixed(value.clone())),
            ColumnRef::FileStem => Ok(ValueOf::Fixed(stem.to_owned())),
            ColumnRef::Number(number) if *number <= header.len() => Ok(ValueOf::Cell(number - 1)),
            ColumnRef::Number(number) => Err(format!("#{number}")),
            ColumnRef::Name(name) => header
                .iter()
                .position(|known| is_called(known, name))
                .map(ValueOf::Cell)
                .ok_or_else(|| format!("'{name}'")),
        };
        if let Some(column) = &map.user {
            let found = find(column)?;
            let known = match column {
                ColumnRef::Name(name) => meaning(name),
                _ => Column::UserPlain,
            };
            (self.user_object, self.user_record, self.user_plain) = (None, None, None);
            match known {
                Column::UserObjectId => self.user_object = Some(found),
                Column::UserRecordOrObjectId => self.user_record = Some(found),
                _ => self.user_plain = Some(found),
            }
        }
        if let Some(column) = &map.package {
            let found = find(column)?;
            let by_name = matches!(column, ColumnRef::Name(name) if meaning(name) == Column::PackageName);
            (self.package_id, self.package_name) =
                if by_name { (None, Some(found)) } else { (Some(found), None) };
        }
        if let Some(column) = &map.state {
            self.state = Some(find(column)?);
        }
        if let Some(column) = &map.id {
            self.id = Some(find(column)?);
        }
        Ok(())
    }

    pub(crate) fn names_user(&self) -> bool {
        self.user_object.is_some()
            || self.user_record.is_some()
            || self.user_plain.is_some()
            || self.principal_name.is_some()
            || self.email.is_some()
    }

    /// Columns that only a table of assignments has.
    pub(crate) fn tells_of_assignments(&self) -> bool {
        self.state.is_some() || self.policy.is_some() || self.until.is_some()
    }

    pub(crate) fn names_package(&self) -> bool {
        self.package_id.is_some() || self.package_name.is_some()
    }
}
