"""What stands beside the assignments: policies, packages and what they declare, catalogs, organizations."""

from common import FIRST, OF_BETA, ROWS, TRUTH, V1, checks, ids, matching_packages, sdk
from sdk import get
from typed import check_policy_beta, check_policy_v1, check_stages, moment


async def policies():
    page = await get(sdk.policies, count=True, top=999, expand=["accessPackage"])
    checks.same(ids(page), TRUTH["policies"], "the list of policies")
    checks.equal(page.odata_count, len(TRUTH["policies"]), "@odata.count of policies")
    for policy in page.value:
        known = TRUTH["policies"][policy.id]
        checks.equal((policy.display_name, policy.access_package.id), (known["name"], known["package"]), f"policy {policy.id}")
    whole = "4540a08f-8ab5-43f6-a923-015275799197"
    stage = "customExtensionStageSettings($expand=customExtension)"
    policy = await get(sdk.policies.by_access_package_assignment_policy_id(whole), expand=[stage])
    checks.equal(policy.created_date_time, moment("2025-01-02T03:04:05.6789012Z"), "createdDateTime of a policy")
    check_stages(checks, policy.custom_extension_stage_settings, "customExtensionStageSettings")
    if V1 and not OF_BETA:
        check_policy_v1(checks, policy)
    elif not V1 and OF_BETA:
        check_policy_beta(checks, policy)
        policy = await get(sdk.policies.by_access_package_assignment_policy_id(whole), expand=["customExtensionHandlers($expand=customExtension)"])
        check_stages(checks, policy.custom_extension_handlers, "customExtensionHandlers")
    elif V1:
        checks.equal((policy.requestor_settings, policy.request_approval_settings, policy.review_settings), (None, None, None), "settings that beta words differently")
    else:
        checks.equal((policy.requestor_settings, policy.request_approval_settings, policy.access_review_settings), (None, None, None), "settings that v1.0 words differently")


async def packages():
    page = await get(sdk.root.access_packages, count=True, top=999)
    checks.same(ids(page), TRUTH["packages"], "the list of packages")
    for package in page.value:
        known = TRUTH["packages"][package.id]
        checks.equal((package.display_name, package.created_date_time), (known["name"], moment(known["created"])), f"package {package.id}")
    for id, known in TRUTH["packages"].items():
        if not (known["incompatible"] or known["incompatible_with"] or known["groups"]):
            continue
        package = sdk.root.access_packages.by_access_package_id(id)
        checks.same(ids(await get(package.incompatible_access_packages)), known["incompatible"], f"incompatibleAccessPackages of {id}")
        checks.same(ids(await get(package.access_packages_incompatible_with)), known["incompatible_with"], f"accessPackagesIncompatibleWith of {id}")
        checks.same(ids(await get(package.incompatible_groups)), known["groups"], f"incompatibleGroups of {id}")
        policies = "assignmentPolicies" if V1 else "accessPackageAssignmentPolicies"
        expanded = await get(package, expand=["incompatibleAccessPackages", "incompatibleGroups", "accessPackagesIncompatibleWith", policies])
        of_package = [policy for policy, body in TRUTH["policies"].items() if body["package"] == id]
        for name, expected in [("incompatible_access_packages", known["incompatible"]), ("access_packages_incompatible_with", known["incompatible_with"]), ("incompatible_groups", known["groups"])]:
            checks.same([one.id for one in getattr(expanded, name)], expected, f"{name} expanded in {id}")
        checks.same([one.id for one in (expanded.assignment_policies if V1 else expanded.access_package_assignment_policies)], of_package, f"policies expanded in {id}")
    declared = matching_packages(lambda known: known["incompatible"])
    found = await get(sdk.root.access_packages, filter="incompatibleAccessPackages/any(other: other/id ne null)", top=999)
    checks.same(ids(found), declared, "packages with an incompatible package, by any()")
    name = TRUTH["packages"][FIRST]["name"]
    searched = await get(sdk.root.access_packages, search=f'"displayName:{name}"')
    checks.true(FIRST in ids(searched), f"$search to find {name}")


async def catalogs_and_organizations():
    page = await get(sdk.catalogs, expand=["accessPackages"])
    checks.same(ids(page), TRUTH["catalogs"], "the list of catalogs")
    for catalog in page.value:
        known = matching_packages(lambda package: package["catalog"] == catalog.id)
        checks.same([one.id for one in catalog.access_packages], known, f"packages of catalog {catalog.id}")
        kind, state = (catalog.catalog_type, catalog.state) if V1 else (catalog.catalog_type, catalog.catalog_status)
        spelled = lambda word: getattr(word, "value", word)
        checks.equal((spelled(kind), spelled(state)), ("userManaged", "published") if V1 else ("UserManaged", "Published"), "type and state of a catalog")
    one = next(iter(TRUTH["catalogs"]))
    catalog = await get(sdk.catalogs.by_access_package_catalog_id(one))
    checks.equal(catalog.display_name, TRUTH["catalogs"][one], "one catalog")
    organizations = await get(sdk.root.connected_organizations)
    checks.same(ids(organizations), TRUTH["organizations"], "connected organizations")
    checks.equal(organizations.value[0].state.value, "configured", "state of an organization")
    id = ids(organizations)[0]
    organization = await get(sdk.root.connected_organizations.by_connected_organization_id(id))
    checks.equal(organization.display_name, TRUTH["organizations"][id], "one connected organization")
    person = next(row for row in ROWS.values() if row["object"] == TRUTH["person"])
    subjects = await get(sdk.root.subjects, filter=f"objectId eq '{TRUTH['person']}'")
    found = [(subject.id, subject.object_id, subject.display_name) for subject in subjects.value]
    checks.equal(found, [(person["subject"], person["object"], person["name"])], "the subject with an object id")
