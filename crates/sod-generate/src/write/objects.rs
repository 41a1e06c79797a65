//! Packages, catalogs, policies, users and groups as JSON values: they are few beside the assignments.

use crate::format::v1::target_scope;
use crate::guid::Guid;
use crate::moment::{text, write_iso};
use crate::package::{GeneratedCatalog, GeneratedPolicy, PolicyKind};
use crate::user::GeneratedUser;
use crate::view::{GroupView, Member, View};
use serde_json::{Value, json};

/// How values are spelt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
    /// Whether names are those of beta.
    pub(crate) is_beta: bool,
    /// How moments are written.
    pub(crate) moment: fn(&mut Vec<u8>, i64),
}

impl Spelling {
    /// Beta, with ISO moments.
    pub(crate) const BETA: Self = Self { is_beta: true, moment: write_iso };

    fn at(self, moment: i64) -> String {
        text(self.moment, moment)
    }

    /// A package with its catalog and its incompatibilities.
    pub(crate) fn package(self, view: &View<'_>, at: u32) -> Value {
        let Some(package) = view.tenant.package(at) else { return Value::Null };
        let catalog = view.tenant.catalogs().get(package.catalog as usize);
        let mut value = json!({
            "id": package.id.to_string(),
            "displayName": view.package_name(at),
            "description": package.description,
            "isHidden": package.is_hidden,
            "createdDateTime": self.at(package.created),
            "modifiedDateTime": self.at(package.created),
        });
        let packages = package.incompatible_packages.iter().filter_map(|&other| {
            let id = view.tenant.package(other)?.id;
            Some(named(id, &view.package_name(other)))
        });
        let groups = package.incompatible_groups.iter().filter_map(|&at| {
            let group = view.tenant.groups().get(at as usize)?;
            Some(named(group.id, &group.display_name))
        });
        if self.is_beta {
            set(&mut value, "catalogId", catalog.map_or(Value::Null, |catalog| text_of(catalog.id)));
            set(&mut value, "isRoleScopesVisible", json!(false));
            set(&mut value, "createdBy", json!("admin@contoso.example"));
        }
        let catalog_name = if self.is_beta { "accessPackageCatalog" } else { "catalog" };
        set(&mut value, catalog_name, catalog.map_or(Value::Null, |catalog| self.catalog(catalog)));
        set(&mut value, "incompatibleAccessPackages", packages.collect());
        set(&mut value, "incompatibleGroups", groups.collect());
        value
    }

    /// A package as EntraExporter has it: nothing is expanded.
    pub(crate) fn bare_package(self, view: &View<'_>, at: u32) -> Value {
        let mut value = self.package(view, at);
        if let Some(map) = value.as_object_mut() {
            map.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "accessPackageCatalog" | "incompatibleAccessPackages" | "incompatibleGroups"
                )
            });
        }
        value
    }

    /// A catalog.
    pub(crate) fn catalog(self, catalog: &GeneratedCatalog) -> Value {
        let (kind, state, published) = if self.is_beta {
            ("UserManaged", "catalogStatus", "Published")
        } else {
            ("userManaged", "state", "published")
        };
        json!({
            "id": catalog.id.to_string(),
            "displayName": catalog.display_name,
            "description": format!("Packages of: {}.", catalog.display_name),
            "catalogType": kind,
            (state): published,
            "isExternallyVisible": false,
            "createdDateTime": self.at(catalog.created),
            "modifiedDateTime": self.at(catalog.created),
        })
    }

    /// A policy with its package.
    pub(crate) fn policy(self, view: &View<'_>, package: u32, policy: &GeneratedPolicy) -> Value {
        let Some(owner) = view.tenant.package(package) else { return Value::Null };
        let may_ask = policy.kind == PolicyKind::RequestBased;
        if self.is_beta {
            let scope = if may_ask { "AllExistingDirectoryMemberUsers" } else { "NoSubjects" };
            return json!({
                "id": policy.id.to_string(),
                "accessPackageId": owner.id.to_string(),
                "displayName": policy.display_name,
                "description": "",
                "canExtend": false,
                "durationInDays": policy.duration_days,
                "expirationDateTime": null,
                "requestorSettings": {"scopeType": scope, "acceptRequests": may_ask, "allowedRequestors": []},
                "requestApprovalSettings": {
                    "isApprovalRequired": may_ask, "approvalMode": if may_ask { "SingleStage" } else { "NoApproval" },
                    "approvalStages": [],
                },
                "accessReviewSettings": null,
            });
        }
        let is_automatic = policy.kind == PolicyKind::AutoAssignment;
        let ends = policy.duration_days > 0;
        json!({
            "id": policy.id.to_string(),
            "displayName": policy.display_name,
            "description": "",
            "allowedTargetScope": target_scope(policy.kind),
            "specificAllowedTargets": [],
            "expiration": {
                "endDateTime": null,
                "duration": ends.then(|| format!("P{}D", policy.duration_days)),
                "type": if ends { "afterDuration" } else { "noExpiration" },
            },
            "requestorSettings": {"enableTargetsToSelfAddAccess": may_ask, "allowCustomAssignmentSchedule": may_ask},
            "requestApprovalSettings": {"isApprovalRequiredForAdd": may_ask, "isApprovalRequiredForUpdate": false, "stages": []},
            "automaticRequestSettings": is_automatic.then(|| json!({
                "requestAccessForAllowedTargets": true, "removeAccessWhenTargetLeavesAllowedTargets": true,
            })),
            "createdDateTime": self.at(owner.created),
            "modifiedDateTime": self.at(owner.created),
            "accessPackage": named(owner.id, &view.package_name(package)),
        })
    }

    /// A user of the directory.
    pub(crate) fn user(self, view: &View<'_>, user: &GeneratedUser) -> Value {
        json!({
            "id": user.object_id.to_string(),
            "displayName": view.user_name(user),
            "userPrincipalName": user.principal_name,
            "mail": user.mail,
            "userType": user_type(user),
            "department": view.tenant.department_name(user.department),
            "jobTitle": user.job_title,
            "employeeId": employee_id(user),
            "accountEnabled": user.account_enabled,
            "createdDateTime": self.at(user.created),
        })
    }

    /// A group, with its members unless they stand elsewhere.
    pub(crate) fn group(self, view: &View<'_>, group: &GroupView, with_members: bool) -> Value {
        let mut value = json!({
            "id": group.id.to_string(),
            "displayName": group.display_name,
            "description": null,
            "groupTypes": [],
            "mailEnabled": false,
            "mailNickname": group.display_name.replace(' ', "-").to_lowercase(),
            "securityEnabled": true,
        });
        if with_members {
            set(
                &mut value,
                "members",
                group.members.iter().map(|&member| self::member(view, member)).collect(),
            );
        }
        value
    }
}

/// A member of a group: a directory object.
pub(crate) fn member(view: &View<'_>, member: Member) -> Value {
    match member {
        Member::User(number) => {
            let user = view.tenant.user(number);
            json!({
                "@odata.type": "#microsoft.graph.user",
                "id": user.object_id.to_string(),
                "displayName": view.user_name(&user),
                "userPrincipalName": user.principal_name,
            })
        }
        Member::Stranger(id) => json!({"@odata.type": "#microsoft.graph.user", "id": id.to_string()}),
    }
}

/// The directory id of a member.
pub(crate) fn member_id(view: &View<'_>, member: Member) -> Guid {
    match member {
        Member::User(number) => view.tenant.user(number).object_id,
        Member::Stranger(id) => id,
    }
}

pub(crate) const fn user_type(user: &GeneratedUser) -> &'static str {
    if user.is_guest { "Guest" } else { "Member" }
}

pub(crate) fn employee_id(user: &GeneratedUser) -> Option<String> {
    (!user.is_guest).then(|| format!("E{:06}", u64::from(user.index) + 1))
}

fn named(id: Guid, name: &str) -> Value {
    json!({"id": id.to_string(), "displayName": name})
}

fn text_of(id: Guid) -> Value {
    Value::String(id.to_string())
}

fn set(value: &mut Value, key: &str, member: Value) {
    if let Some(map) = value.as_object_mut() {
        map.insert(key.to_owned(), member);
    }
}
