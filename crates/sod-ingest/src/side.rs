//! Decodes what is not an assignment: packages, people, groups, memberships, policies, catalogs.

use crate::decoded::{DecodedPart, PackageFacts, SideRecord, SubjectFacts, SubjectIds};
use crate::kind::{Kind, Surroundings, odata_type};
use crate::lists::Lists;
use crate::node::{Node, Object};
use crate::resource_roles::{self, nested_roles};
use crate::split::PageEnd;
use sod_model::{ExternalId, RejectCode, Timestamp};
use std::borrow::Cow;

pub(crate) fn boxed(text: Option<Cow<'_, str>>) -> Option<Box<str>> {
    text.map(|text| text.into_owned().into_boxed_str())
}

pub(crate) fn external_id(record: &Object<'_>, name: &str) -> Option<ExternalId> {
    record.text(name).map(|text| ExternalId::new(&text))
}

/// Decodes a record of `kind` into `part`, or says why not.
pub(crate) fn side_record(
    record: &Object<'_>,
    kind: Kind,
    surroundings: &Surroundings,
    part: &mut DecodedPart,
) -> Result<(), (RejectCode, String)> {
    for name in ["snapshotdate", "createddatetime", "modifieddatetime"] {
        part.saw_moment(record.text(name).and_then(|text| Timestamp::parse(&text)));
    }
    if let Some(listed) = of_list(record, surroundings)? {
        part.count_kind(listed.0);
        part.side.extend(listed.1);
        return Ok(());
    }
    // Links beside a list say that the list goes on.
    for (name, _) in record.members.iter().filter(|(name, _)| is_nested_link(name)) {
        part.pages.push(PageEnd {
            context: Some(name.as_ref().into()),
            next_link: Some(name.as_ref().into()),
            count: None,
            inherits: false,
        });
    }
    if matches!(kind, Kind::Package | Kind::Group | Kind::Membership) {
        refuse_cut_off_lists(record)?;
    }
    let no_id = |what: &str| (RejectCode::NoId, format!("{what} without an id"));
    let name = || boxed(record.text("displayname"));
    let (counted, decoded) = match kind {
        Kind::Package => {
            let facts = PackageFacts { is_record: true, ..package_facts(record) };
            if facts.id.is_none() {
                return Err(no_id("a package"));
            }
            nested(record, part);
            ("package", SideRecord::Package(facts))
        }
        Kind::User => ("user", user(record).ok_or_else(|| no_id("a user"))?),
        Kind::Group => {
            let id = external_id(record, "id").ok_or_else(|| no_id("a group"))?;
            if let Some(members) = record.get("members").and_then(member_ids) {
                part.side.push(SideRecord::Members { group: id.clone(), members });
                part.side.extend(groups_among(record));
            }
            ("group", SideRecord::Group { id, display_name: name() })
        }
        Kind::Membership => {
            let group = external_id(record, "groupid").ok_or_else(|| no_id("a group"))?;
            // `null` is how PowerShell writes the members of a group that has none.
            let members = record.get("members").and_then(member_ids).unwrap_or_default();
            part.side.extend(groups_among(record));
            ("group-membership", SideRecord::Members { group, members })
        }
        Kind::Policy => {
            let id = external_id(record, "id").ok_or_else(|| no_id("a policy"))?;
            ("policy", policy(id, record))
        }
        Kind::Catalog => {
            let id = external_id(record, "id").ok_or_else(|| no_id("a catalog"))?;
            nested_packages(record, &id, part);
            ("catalog", SideRecord::Catalog { id, display_name: name() })
        }
        Kind::Named => {
            let id = external_id(record, "id").ok_or_else(|| no_id("an object"))?;
            ("named-object", SideRecord::Named { id, display_name: name().unwrap_or_default() })
        }
        Kind::Other(counted) => {
            part.count_kind(counted);
            return Ok(());
        }
        Kind::Assignment | Kind::Unknown => {
            return Err((
                RejectCode::UnrecognisedRecord,
                "none of the fields of a known kind of record".to_owned(),
            ));
        }
    };
    part.count_kind(counted);
    part.side.push(decoded);
    Ok(())
}

type Listed = (&'static str, Vec<SideRecord>);

/// A record of a list that belongs to a package or a group and does not say so itself.
fn of_list(record: &Object<'_>, surroundings: &Surroundings) -> Result<Option<Listed>, (RejectCode, String)> {
    let Some(list) = surroundings.collection.as_deref() else { return Ok(None) };
    if resource_roles::LISTS.contains(&list) {
        // Without an owner it is known for what it is, and of no use.
        let Some(package) = surroundings.owner.as_deref().map(ExternalId::new) else { return Ok(None) };
        let roles = vec![resource_roles::role(record)];
        let facts = PackageFacts { id: Some(package.clone()), ..PackageFacts::default() };
        let found = SideRecord::ResourceRoles { package, roles, unclear: false };
        return Ok(Some(("resource-role-scope", vec![SideRecord::Package(facts), found])));
    }
    let is_members = matches!(list, "members" | "transitivemembers");
    let counted = match list {
        "incompatibleaccesspackages" | "accesspackagesincompatiblewith" => "incompatible-package",
        "incompatiblegroups" => "incompatible-group",
        "members" | "transitivemembers" => "group-member",
        _ => return Ok(None),
    };
    let id = external_id(record, "id")
        .ok_or_else(|| (RejectCode::NoId, "an entry of a list without an id".to_owned()))?;
    let Some(owner) = surroundings.owner.as_deref().map(ExternalId::new) else {
        return Err((
            RejectCode::NoDeclaringPackage,
            format!("an entry of {list} whose owner is neither in @odata.context nor in the path"),
        ));
    };
    let display_name = boxed(record.text("displayname"));
    if is_members {
        let is_group = odata_type(record).is_some_and(|name| name == "group");
        let found = match (is_group, list) {
            // Whoever is in it is in the list already.
            (true, "transitivemembers") => vec![
                SideRecord::Members { group: owner, members: Vec::new() },
                SideRecord::Group { id, display_name },
            ],
            (true, _) => vec![
                SideRecord::Members { group: owner, members: vec![id.clone()] },
                SideRecord::Group { id, display_name },
            ],
            (false, _) => {
                let member = SideRecord::Members { group: owner, members: vec![id] };
                std::iter::once(member).chain(user(record)).collect()
            }
        };
        return Ok(Some((counted, found)));
    }
    let lists = Lists::named(list);
    let mut declaring = PackageFacts { id: Some(owner), lists, ..PackageFacts::default() };
    let entry = if list == "incompatiblegroups" {
        declaring.incompatible_groups.push(id.clone());
        SideRecord::Group { id, display_name }
    } else {
        let into = if list == "incompatibleaccesspackages" {
            &mut declaring.incompatible
        } else {
            &mut declaring.incompatible_with
        };
        into.push(id.clone());
        let catalog = external_id(record, "catalogid");
        SideRecord::Package(PackageFacts { id: Some(id), display_name, catalog, ..PackageFacts::default() })
    };
    Ok(Some((counted, vec![SideRecord::Package(declaring), entry])))
}

/// What a package object says, nested lists included.
pub(crate) fn package_facts(record: &Object<'_>) -> PackageFacts {
    let ids = |name: &str| record.get(name).map(listed_ids).unwrap_or_default().0;
    // A list that was not asked for is null in the objects of PowerShell.
    let has = |name: &str| record.get(name).is_some_and(|value| !matches!(value, Node::Null));
    let catalog = record.first_object(&["catalog", "accesspackagecatalog"]);
    PackageFacts {
        id: external_id(record, "id"),
        display_name: boxed(record.text("displayname")),
        catalog: external_id(record, "catalogid")
            .or_else(|| catalog.and_then(|catalog| external_id(catalog, "id"))),
        incompatible: ids("incompatibleaccesspackages"),
        incompatible_with: ids("accesspackagesincompatiblewith"),
        incompatible_groups: ids("incompatiblegroups"),
        lists: Lists {
            packages: has("incompatibleaccesspackages"),
            declaring: has("accesspackagesincompatiblewith"),
            groups: has("incompatiblegroups"),
        },
        is_record: false,
    }
}

/// What is wrong with an entry of a list of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Flaw {
    #[default]
    None,
    /// An entry without an id.
    NoId,
    /// `ConvertTo-Json` cut it off.
    CutOff,
}

/// The ids of a list, whatever it is made of: objects, ids, references, one alone, or a page. And the worst flaw of its
/// entries.
fn listed_ids(value: &Node<'_>) -> (Vec<ExternalId>, Flaw) {
    match value {
        Node::Array(entries) => {
            let (mut ids, mut worst) = (Vec::new(), Flaw::None);
            for entry in entries {
                let (found, flaw) = listed_ids(entry);
                let flaw = if found.is_empty() { flaw.max(Flaw::NoId) } else { flaw };
                ids.extend(found);
                worst = worst.max(flaw);
            }
            (ids, worst)
        }
        Node::Object(entry) if entry.has("value") => entry.get("value").map(listed_ids).unwrap_or_default(),
        Node::Object(entry) => {
            let id = entry.first_text(&["id", "objectid", "userid"]).map(|text| ExternalId::new(&text));
            let id = id.or_else(|| entry.first_text(&["@odata.id"]).and_then(|link| referred(&link)));
            let flaw = if id.is_none() { Flaw::NoId } else { Flaw::None };
            (id.into_iter().collect(), flaw)
        }
        Node::Null => (Vec::new(), Flaw::None),
        other if other.is_cut_off() => (Vec::new(), Flaw::CutOff),
        other => match other.text() {
            // Flattened lists.
            Some(text) => {
                let ids = text.split([';', ',']).map(str::trim).filter(|id| !id.is_empty());
                (ids.map(ExternalId::new).collect(), Flaw::None)
            }
            None => (Vec::new(), Flaw::NoId),
        },
    }
}

/// The id at the end of a reference: `.../accessPackages/ID` or `.../accessPackages('ID')`.
fn referred(link: &str) -> Option<ExternalId> {
    let last = link.trim_end_matches('/').rsplit('/').next()?;
    let id = last.split_once("('").map_or(last, |(_, id)| id.trim_end_matches("')"));
    (!id.is_empty()).then(|| ExternalId::new(id))
}

/// `incompatibleAccessPackages@odata.nextLink`: an expanded list of which only the first page is here.
fn is_nested_link(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("@odata.nextlink") && !name.starts_with('@')
}

/// A list that was cut off says that something is declared or that somebody is a member, and no longer what: it must
/// not pass for an empty one.
pub(crate) fn refuse_cut_off_lists(record: &Object<'_>) -> Result<(), (RejectCode, String)> {
    const LISTS: [&str; 4] =
        ["incompatibleaccesspackages", "accesspackagesincompatiblewith", "incompatiblegroups", "members"];
    let flaws = LISTS.iter().filter_map(|list| Some((listed_ids(record.get(list)?).1, list)));
    match flaws.max_by_key(|(flaw, _)| *flaw) {
        Some((Flaw::CutOff, list)) => Err((
            RejectCode::TruncatedDepth,
            format!("{list}: ConvertTo-Json cut the list off; export again with -Depth 10"),
        )),
        Some((Flaw::NoId, list)) => {
            Err((RejectCode::NoId, format!("{list}: an entry of the list has no id")))
        }
        _ => Ok(()),
    }
}

/// Records nested in a package or a catalog that deserve their own entry: names of incompatible packages and groups,
/// the catalog, the policies.
pub(crate) fn nested(record: &Object<'_>, part: &mut DecodedPart) {
    nested_roles(record, part);
    for list in ["incompatibleaccesspackages", "accesspackagesincompatiblewith"] {
        for entry in record.objects(list) {
            let facts = package_facts(entry);
            if facts.id.is_some() {
                part.side.push(SideRecord::Package(facts));
            }
        }
    }
    for entry in record.objects("incompatiblegroups") {
        if let Some(id) = external_id(entry, "id") {
            if let Some(members) = entry.get("members").and_then(member_ids) {
                part.side.push(SideRecord::Members { group: id.clone(), members });
                part.side.extend(groups_among(entry));
            }
            part.side.push(SideRecord::Group { id, display_name: boxed(entry.text("displayname")) });
        }
    }
    if let Some(catalog) = record.first_object(&["catalog", "accesspackagecatalog"])
        && let Some(id) = external_id(catalog, "id")
    {
        part.side.push(SideRecord::Catalog { id, display_name: boxed(catalog.text("displayname")) });
    }
    for list in ["assignmentpolicies", "accesspackageassignmentpolicies"] {
        for entry in record.objects(list) {
            if let Some(id) = external_id(entry, "id") {
                part.side.push(policy(id, entry));
            }
        }
    }
}

/// The packages inside a catalog that was exported with `$expand=accessPackages`.
fn nested_packages(record: &Object<'_>, catalog: &ExternalId, part: &mut DecodedPart) {
    for entry in record.objects("accesspackages") {
        let mut facts = package_facts(entry);
        if facts.id.is_some() {
            facts.catalog.get_or_insert_with(|| catalog.clone());
            facts.is_record = true;
            nested(entry, part);
            part.side.push(SideRecord::Package(facts));
        }
    }
}

pub(crate) fn policy(id: ExternalId, record: &Object<'_>) -> SideRecord {
    let package = external_id(record, "accesspackageid")
        .or_else(|| record.object("accesspackage").and_then(|package| external_id(package, "id")));
    let automatic = record
        .object("automaticrequestsettings")
        .map(|settings| matches!(settings.get("requestaccessforallowedtargets"), Some(Node::Bool(true))));
    SideRecord::Policy { id, display_name: boxed(record.text("displayname")), package, automatic }
}

/// A directory user: Graph's `id` or the tutorial's `ObjectID` is the object id.
pub(crate) fn user(record: &Object<'_>) -> Option<SideRecord> {
    let mut ids = SubjectIds { object: external_id(record, "objectid"), ..SubjectIds::default() };
    if ids.object.is_none() {
        ids.object = external_id(record, "id");
    } else if let Some(id) = external_id(record, "id") {
        // An accessPackageSubject has both: its own id is that of the subject record.
        ids.record = Some(id);
    }
    ids.object.as_ref()?;
    let facts = SubjectFacts {
        display_name: boxed(record.text("displayname")),
        principal_name: boxed(record.first_text(&["userprincipalname", "principalname"])),
        email: boxed(record.first_text(&["mail", "email"])),
        subject_type: boxed(record.text("subjecttype")),
        // Member or Guest: a word of the directory, which assignments and Graph's subjects do not have.
        user_type: boxed(record.text("usertype")),
        department: boxed(record.text("department")),
    };
    Some(SideRecord::Subject { ids, facts })
}

/// Members that say of themselves that they are groups.
fn groups_among(record: &Object<'_>) -> Vec<SideRecord> {
    let members = record.objects("members").into_iter();
    let groups = members.filter(|member| odata_type(member).is_some_and(|name| name == "group"));
    let group = |member: &Object<'_>| {
        let display_name = boxed(member.text("displayname"));
        external_id(member, "id").map(|id| SideRecord::Group { id, display_name })
    };
    groups.filter_map(group).collect()
}

/// The members of a group: objects, ids, one alone, or none.
fn member_ids(value: &Node<'_>) -> Option<Vec<ExternalId>> {
    match value {
        Node::Null => None,
        other => Some(listed_ids(other).0),
    }
}
