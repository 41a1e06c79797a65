//! What kind of record an object is: by its type, else by the page it stands in, else by its fields.

use crate::node::{Node, Object};
use sod_model::StateTable;

/// Kinds of records that sod knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Assignment,
    Package,
    User,
    Group,
    Membership,
    Policy,
    Catalog,
    /// Nothing but an id and a name (and a description).
    Named,
    /// Known, but of no use to this analysis; the name is for `inspect`.
    Other(&'static str),
    Unknown,
}

/// What the page or the path tells about the records within.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// Lower-case name of the collection, e.g. `incompatibleaccesspackages`.
    pub(crate) collection: Option<String>,
    /// The object that owns the collection.
    pub(crate) owner: Option<String>,
}

impl Surroundings {
    /// Reads `...$metadata#a/b('ID')/collection(select)/$entity`.
    pub(crate) fn of_context(context: &str) -> Self {
        let Some((_, path)) = context.split_once("$metadata#") else { return Self::default() };
        let path = path.trim_end_matches("/$entity");
        let mut found = Self::default();
        for segment in path.split('/') {
            let (name, rest) =
                segment.split_once('(').map_or((segment, None), |(name, rest)| (name, Some(rest)));
            found.collection = Some(name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase());
            if let Some(key) =
                rest.and_then(|rest| rest.strip_prefix('\'')).and_then(|rest| rest.split('\'').next())
            {
                found.owner = Some(key.to_owned());
            }
        }
        found
    }

    /// Reads a path such as `.../AccessPackages/<id>/incompatibleAccessPackages.json` or `.../Groups/<id>/Members/x.json`.
    /// Only asked where the content does not say whose list it is.
    pub(crate) fn of_path(path: &str) -> Self {
        const LISTS: [&str; 7] = [
            "incompatibleaccesspackages",
            "accesspackagesincompatiblewith",
            "incompatiblegroups",
            "members",
            "transitivemembers",
            "resourcerolescopes",
            "accesspackageresourcerolescopes",
        ];
        let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
        let text = |part| std::str::from_utf8(part).unwrap_or_default();
        let mut parts = path.as_bytes().rsplit(is_separator).peekable();
        while let Some(part) = parts.next() {
            // Asked for each file of an export that has a file for each object, most of which are named by ids: nothing is
            // copied only to be compared, and little is compared.
            let first = part.first().map(u8::to_ascii_lowercase);
            if !LISTS.iter().any(|list| list.as_bytes().first().copied() == first) {
                continue;
            }
            let part = text(part);
            let stem = part.split('.').next().unwrap_or(part);
            let named = |list: &&&str| {
                let (name, rest) = stem.split_at_checked(list.len()).unwrap_or_default();
                name.eq_ignore_ascii_case(list) && (rest.is_empty() || rest.starts_with('-'))
            };
            let list = LISTS.iter().find(named);
            if let Some(list) = list {
                let owner = parts.peek().map(|owner| text(owner).to_owned());
                // `incompatibleGroups-<id>.json` names its owner itself.
                let own =
                    part.get(list.len() + 1..).map(|rest| rest.split('.').next().unwrap_or(rest).to_owned());
                let own = own.filter(|own| sod_model::Guid::parse(own).is_some());
                let owner = own.or_else(|| owner.filter(|owner| sod_model::Guid::parse(owner).is_some()));
                if owner.is_some() {
                    return Self { collection: Some((*list).to_owned()), owner };
                }
            }
        }
        Self::default()
    }
}

/// The `@odata.type` of an object, lower case, without its namespace.
pub(crate) fn odata_type(record: &Object<'_>) -> Option<String> {
    let name = record.text("@odata.type")?;
    Some(name.rsplit('.').next().unwrap_or(&name).trim_start_matches('#').to_ascii_lowercase())
}

pub(crate) fn kind_of(record: &Object<'_>, surroundings: &Surroundings) -> Kind {
    if let Some(kind) = odata_type(record).and_then(|name| kind_of_type(&name)) {
        return kind;
    }
    if let Some(kind) = surroundings.collection.as_deref().and_then(kind_of_collection) {
        return kind;
    }
    kind_of_fields(record)
}

fn kind_of_type(name: &str) -> Option<Kind> {
    Some(match name {
        "accesspackageassignment" => Kind::Assignment,
        "accesspackage" => Kind::Package,
        "accesspackageassignmentpolicy" => Kind::Policy,
        "accesspackagecatalog" => Kind::Catalog,
        "user" | "serviceprincipal" | "agentidentity" | "accesspackagesubject" => Kind::User,
        "group" => Kind::Group,
        "accesspackageassignmentrequest" => Kind::Other("assignment-request"),
        "accesspackageassignmentresourcerole" => Kind::Other("assignment-resource-role"),
        "accesspackageresourcerolescope" => Kind::Other("resource-role-scope"),
        "connectedorganization" => Kind::Other("connected-organization"),
        name if name.starts_with("accessreview") => Kind::Other("access-review"),
        name if name.starts_with("accesspackage") => Kind::Other("access-package-detail"),
        _ => return None,
    })
}

fn kind_of_collection(name: &str) -> Option<Kind> {
    Some(match name {
        "assignments" | "accesspackageassignments" => Kind::Assignment,
        "accesspackages" => Kind::Package,
        "assignmentpolicies" | "accesspackageassignmentpolicies" => Kind::Policy,
        "catalogs" | "accesspackagecatalogs" => Kind::Catalog,
        "users" => Kind::User,
        "groups" => Kind::Group,
        "assignmentrequests" | "accesspackageassignmentrequests" => Kind::Other("assignment-request"),
        "connectedorganizations" => Kind::Other("connected-organization"),
        "accesspackageresourcerolescopes" | "resourcerolescopes" => Kind::Other("resource-role-scope"),
        name if name.starts_with("governance") || name.starts_with("privileged") => {
            Kind::Other("privileged-access")
        }
        "settings" | "entitlementmanagementsettings" => Kind::Other("settings"),
        "definitions" | "instances" | "decisions" | "historydefinitions" => Kind::Other("access-review"),
        name if name.starts_with("accessreview") => Kind::Other("access-review"),
        "invitations" => Kind::Other("invitation"),
        _ => return None,
    })
}

const REQUEST: [&str; 5] = ["requesttype", "requeststate", "requeststatus", "requestor", "isvalidationonly"];
const POLICY: [&str; 10] = [
    "requestorsettings",
    "requestapprovalsettings",
    "accessreviewsettings",
    "reviewsettings",
    "allowedtargetscope",
    "specificallowedtargets",
    "durationindays",
    "canextend",
    "customextensionhandlers",
    "customextensionstagesettings",
];
const PACKAGE: [&str; 10] = [
    "incompatibleaccesspackages",
    "accesspackagesincompatiblewith",
    "incompatiblegroups",
    "ishidden",
    "isrolescopesvisible",
    "accesspackagecatalog",
    "accesspackageassignmentpolicies",
    "assignmentpolicies",
    "resourcerolescopes",
    "accesspackageresourcerolescopes",
];
const SUBJECT: [&str; 5] = ["target", "targetid", "targetobjectid", "targetprincipalname", "targetemail"];
const PACKAGE_OF: [&str; 4] =
    ["accesspackage", "accesspackageid", "accesspackagedisplayname", "accesspackagename"];
const USER: [&str; 5] = ["userprincipalname", "usertype", "givenname", "surname", "principalname"];
const GROUP: [&str; 4] = ["securityenabled", "mailenabled", "grouptypes", "membershiprule"];
const CATALOG: [&str; 3] = ["catalogtype", "catalogstatus", "isexternallyvisible"];

fn kind_of_fields(record: &Object<'_>) -> Kind {
    let has = |names: &[&str]| record.has_any(names);
    if has(&[
        "roledefinitionid",
        "ruleidentifier",
        "admineligiblesettings",
        "permittedoperations",
        "registeredroot",
        "approvaltype",
    ]) {
        return Kind::Other("privileged-access");
    }
    if has(&REQUEST) && record.has("catalogid") {
        return Kind::Other("resource-request");
    }
    if has(&REQUEST) {
        return Kind::Other("assignment-request");
    }
    if has(&SUBJECT) && has(&PACKAGE_OF) || has(&["assignmentstate", "assignmentstatus"]) {
        return Kind::Assignment;
    }
    if has(&["user", "userid"]) && has(&["package", "packageid", "accesspackageid"]) {
        return Kind::Assignment;
    }
    // Flat rows of a script's own: the user by the columns of a directory user, beside the package.
    if has(&["objectid", "userprincipalname", "principalname", "email", "mail"])
        && has(&PACKAGE_OF)
        && !has(&POLICY)
    {
        return Kind::Assignment;
    }
    if has(&POLICY) {
        return Kind::Policy;
    }
    if has(&CATALOG) {
        return Kind::Catalog;
    }
    let proposed = record.text("state").is_some_and(|state| matches!(&*state, "configured" | "proposed"));
    if has(&["identitysources"]) || proposed && record.has("displayname") {
        return Kind::Other("connected-organization");
    }
    if has(&[
        "originsystem",
        "originid",
        "accesspackageresourcerole",
        "accesspackageresourcescope",
        "isrootscope",
    ]) {
        return Kind::Other("resource");
    }
    if record.has("state")
        && (has(&["schedule", "expireddatetime", "status"]) || has(&SUBJECT))
        && !has(&PACKAGE)
    {
        return Kind::Assignment;
    }
    if has(&PACKAGE) {
        return Kind::Package;
    }
    if record.has("groupid") && record.has("members") {
        return Kind::Membership;
    }
    kind_of_directory_fields(record)
}

fn kind_of_directory_fields(record: &Object<'_>) -> Kind {
    let has = |names: &[&str]| record.has_any(names);
    if has(&GROUP) && !has(&["userprincipalname"]) {
        return Kind::Group;
    }
    if has(&USER) || (record.has("objectid") && record.has("displayname")) || has(&["mail", "accountenabled"])
    {
        return Kind::User;
    }
    if record.has("catalogid") && record.has("displayname") {
        return Kind::Package;
    }
    if record.has("id") && record.has("displayname") && has(&["assignments", "accesspackageassignments"]) {
        return Kind::Package;
    }
    // Rows cut down by `$select`: better rejected for what they lack than taken for something else.
    if record.has("id") && (is_subject(record) || has(&PACKAGE_OF) && !record.has("displayname")) {
        return Kind::Assignment;
    }
    let state = record.first_text(&["state", "assignmentstate"]);
    if record.has("id") && state.is_some_and(|state| StateTable::find_known(&state).is_some()) {
        return Kind::Assignment;
    }
    if record.has("id") && record.has("accesspackageid") {
        return Kind::Policy;
    }
    if has(&["appid", "approles", "approleid", "serviceprincipalid", "applicationid"]) {
        return Kind::Other("application");
    }
    if has(&["externaluserlifecycleaction"]) {
        return Kind::Other("settings");
    }
    if record.has("policyid") && record.has("policydisplayname") {
        return Kind::Other("access-package-detail");
    }
    if has(&["assignedtome", "stages", "steps"]) {
        return Kind::Other("approval");
    }
    if has(&["reviewers", "reviewedby", "decision", "instanceenumerationscope"]) {
        return Kind::Other("access-review");
    }
    if has(&["endpointconfiguration", "authenticationconfiguration"]) {
        return Kind::Other("custom-extension");
    }
    if record.has("id") && record.text("displayname").is_some() {
        return if is_named(record) { Kind::Named } else { Kind::Unknown };
    }
    Kind::Unknown
}

/// Names a subject of entitlement management; other services have targets, too.
fn is_subject(record: &Object<'_>) -> bool {
    record.has_any(&["targetid", "targetobjectid"])
        || record.object("target").is_some_and(|target| target.has_any(&["objectid", "principalname"]))
}

/// Only an id, a name and what often stands beside them.
fn is_named(record: &Object<'_>) -> bool {
    const KNOWN: [&str; 7] = [
        "id",
        "displayname",
        "description",
        "snapshotdate",
        "@odata.type",
        "createddatetime",
        "modifieddatetime",
    ];
    record.members.iter().all(|(key, value)| {
        matches!(value, Node::Null)
            || key.starts_with("@odata")
            || KNOWN.iter().any(|known| key.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        match serde_json::from_str(text).unwrap() {
            Node::Object(record) => kind_of(&record, &Surroundings::default()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn records_are_known_by_their_fields() {
        for (text, expected) in [
            (
                r#"{"id":"1","state":"delivered","status":"Delivered","expiredDateTime":null,"schedule":{}}"#,
                Kind::Assignment,
            ),
            (r#"{"Id":"1","AccessPackageId":"p","TargetId":"t","TargetObjectId":"o"}"#, Kind::Assignment),
            (
                r#"{"id":"1","displayName":"c","state":"published","catalogType":"userManaged"}"#,
                Kind::Catalog,
            ),
            (r#"{"id":"1","displayName":"x","isHidden":false}"#, Kind::Package),
            (r#"{"id":"1","displayName":"x","catalogId":"c"}"#, Kind::Package),
            (r#"{"id":"1","displayName":"x","canExtend":false,"accessPackageId":"p"}"#, Kind::Policy),
            (r#"{"id":"1","requestType":"UserAdd","state":"delivered"}"#, Kind::Other("assignment-request")),
            (r#"{"ObjectID":"1","DisplayName":"x","UserPrincipalName":"u"}"#, Kind::User),
            (r#"{"GroupId":"1","Members":null}"#, Kind::Membership),
            (r#"{"Id":"1","DisplayName":"x","SnapshotDate":"2026-01-01"}"#, Kind::Named),
            (r#"{"id":"1","displayName":"x","securityEnabled":true}"#, Kind::Group),
            (
                r#"{"id":"1","state":"configured","identitySources":[]}"#,
                Kind::Other("connected-organization"),
            ),
            (
                r#"{"id":"1","roleDefinitionId":"r","assignmentState":"Eligible"}"#,
                Kind::Other("privileged-access"),
            ),
            (r#"{"compilerOptions":{}}"#, Kind::Unknown),
            (r#"{}"#, Kind::Unknown),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn surroundings_name_the_owner_of_a_list() {
        let found = Surroundings::of_context(
            "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/accessPackages('88203d16')/incompatibleAccessPackages(id,displayName)",
        );
        assert_eq!(
            (found.collection.as_deref(), found.owner.as_deref()),
            (Some("incompatibleaccesspackages"), Some("88203d16"))
        );
        let found = Surroundings::of_context(
            "https://graph.microsoft.com/beta/$metadata#accessPackageAssignments/$entity",
        );
        assert_eq!((found.collection.as_deref(), found.owner), (Some("accesspackageassignments"), None));
        let id = "88203d16-0e31-41d4-87b2-dd402f1435e9";
        for path in [
            format!("x/{id}/IncompatibleGroups.json"),
            format!("x/incompatibleGroups-{id}.json"),
            format!("x/{id}/incompatibleGroups/1.json"),
        ] {
            let found = Surroundings::of_path(&path);
            assert_eq!(
                (found.collection.as_deref(), found.owner.as_deref()),
                (Some("incompatiblegroups"), Some(id)),
                "{path}"
            );
        }
        assert_eq!(Surroundings::of_path("x/members.json"), Surroundings::default());
    }
}
