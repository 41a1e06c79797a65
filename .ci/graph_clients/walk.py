#!/usr/bin/env python3
"""Walks everything that is served with Python's SDK of one version: walk.py VERSION GRAPH TRUTH

The SDK is used as it is shipped. The truth is that of the export, which may be of the other version: what that does not
say must be absent here, and the rest must be there.
"""

import asyncio
import datetime
import json
import pathlib
import sys

sys.dont_write_bytecode = True

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph_core import PageIterator
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

from checks import Checks
from sdk import Sdk, asked, get
from typed import check_policy_beta, check_policy_v1, check_stages, moment

VERSION, GRAPH, EXPORT = sys.argv[1:4]
TRUTH = json.loads(pathlib.Path(EXPORT).read_text())
ROWS = {row["id"]: row for row in TRUTH["assignments"]}
FIRST, SECOND = TRUTH["pair"]
OF_BETA = TRUTH["export"] == "beta"
checks = Checks(f"Python {VERSION}, export of {TRUTH['export']}")
sdk = Sdk(VERSION, GRAPH, checks)
V1 = sdk.is_v1


def matching(test):
    return [row["id"] for row in ROWS.values() if test(row)]


def ids(page):
    return [row.id for row in page.value]


async def pages(first):
    """The items of all pages, by the SDK's own iterator, and how many it asked for."""
    found, before = [], len(checks.sent)
    iterator = PageIterator(first, sdk.adapter)
    await iterator.iterate(lambda item: found.append(item) or True)
    return found, 1 + len(checks.sent) - before


def check_row(row, what):
    """An assignment with everything expanded is what the export says."""
    known = ROWS[row.id]
    target, package = row.target, row.access_package
    checks.equal(sdk.state(row), known["state"], f"state of {what}")
    checks.equal(row.status if V1 else row.assignment_status, known["status"], f"status of {what}")
    checks.equal(row.expired_date_time, moment(known["expired"]), f"expiredDateTime of {what}")
    checks.equal(row.schedule.start_date_time, moment(known["start"]), f"start of {what}")
    checks.equal(row.schedule.expiration.end_date_time, moment(known["end"]), f"end of {what}")
    checks.true(row.schedule.expiration.type is not None, f"a type of the expiration of {what} that the SDK knows")
    checks.equal((target.id, target.object_id), (known["subject"], known["object"]), f"target of {what}")
    checks.equal((target.display_name, target.principal_name), (known["name"], known["principal"]), f"names of the target of {what}")
    checks.equal((package.id, package.display_name), (known["package"], TRUTH["packages"][known["package"]]["name"]), f"package of {what}")
    if V1:
        checks.equal(target.subject_type.value if target.subject_type else None, "user", f"subjectType of {what}")
    else:
        checks.equal(row.access_package_id, known["package"], f"accessPackageId of {what}")
        checks.equal(row.assignment_policy_id, known["policy"], f"assignmentPolicyId of {what}")
        checks.true(row.target_id in (known["object"], known["subject"]), f"targetId of {what} to be one of the person's ids")
        checks.equal(target.type, "User", f"type of the target of {what}")


async def additional_access():
    pair = sdk.additional(FIRST, SECOND)
    page = await get(pair, expand=["target", "accessPackage"])
    checks.true("'incompatibleAccessPackageId" in checks.sent[-1], "the SDK to lose the comma, as it is known to")
    checks.equal(ids(page), TRUTH["additional"][:100], "additionalAccess of two packages")
    for row in page.value[:5]:
        check_row(row, "additionalAccess")
        checks.equal(row.odata_type, "#microsoft.graph.accessPackageAssignment", "@odata.type of what a function returns")
    reverse = await get(sdk.additional(SECOND, FIRST), count=True, top=3, select=["id"])
    checks.equal(reverse.odata_count, len(TRUTH["additional_reversed"]), "@odata.count of additionalAccess")
    found, _ = await pages(reverse)
    checks.equal([row.id for row in found], TRUTH["additional_reversed"], "additionalAccess the other way round, in pages of 3")
    of_none, _ = await pages(await get(sdk.assignments.additional_access, top=100, select=["id"]))
    checks.equal([row.id for row in of_none], TRUTH["additional_of_none"], "additionalAccess()")
    path = "assignments" if V1 else "accessPackageAssignments"
    url = f"{GRAPH}/{VERSION}/identityGovernance/entitlementManagement/{path}/additionalAccess(accessPackageId='{TRUTH['declaring']}')"
    of_one, _ = await pages(await sdk.assignments.additional_access.with_url(url).get())
    checks.equal([row.id for row in of_one], TRUTH["additional_of_one"], "additionalAccess of one package")
    if TRUTH["nothing_shared"]:
        nobody = await get(sdk.additional(*TRUTH["nothing_shared"]))
        checks.equal(ids(nobody), [], "additionalAccess of packages that nobody holds both of")


async def assignments():
    whole = await get(sdk.assignments, count=True, top=999, expand=["target", "accessPackage"])
    checks.equal(whole.odata_count, len(ROWS), "@odata.count")
    found, _ = await pages(whole)
    checks.same([row.id for row in found], ROWS, "the list of assignments")
    for row in found[:: max(1, len(found) // 40)]:
        check_row(row, "the list")
    states = {sdk.state(row) for row in found}
    checks.equal(states, {row["state"] for row in ROWS.values()}, "the states in the list")

    person, package = TRUTH["person"], ROWS[TRUTH["conflicting"]]["package"]
    of_package = lambda row: row["package"] == package
    filters = {
        sdk.filter_state("delivered"): lambda row: row["state"] == "delivered",
        sdk.filter_state("Delivered"): lambda row: row["state"] == "delivered",
        f"accessPackage/id eq '{package}'": of_package,
        f"accessPackage/id eq '{package}' and {sdk.filter_state('Delivered')}": lambda row: of_package(row) and row["state"] == "delivered",
        f"target/objectid eq '{person}'": lambda row: row["object"] == person,
        f"target/objectId eq '{person}' and not ({sdk.filter_state('expired')})": lambda row: row["object"] == person and row["state"] != "expired",
        f"({sdk.filter_state('Delivered')} or {sdk.filter_state('Expired')}) and accessPackage/id ne '{package}'": lambda row: row["state"] in ("delivered", "expired") and not of_package(row),
        f"id in ('{TRUTH['conflicting']}', '{TRUTH['unknown']}')": lambda row: row["id"] == TRUTH["conflicting"],
        "startswith(target/displayName, 'zoë')": lambda row: row["name"].lower().startswith("zoë"),
        "contains(target/displayName, '''')": lambda row: "'" in row["name"],
        "endswith(target/displayName, '+ 100%')": lambda row: row["name"].endswith("+ 100%"),
        "expiredDateTime eq null": lambda row: row["expired"] is None,
        "expiredDateTime ge 2026-01-01T00:00:00Z": lambda row: row["expired"] is not None and row["expired"] >= "2026-01-01T00:00:00Z",
    }
    for text, test in filters.items():
        expected = matching(test)
        checks.true(expected, f"the export to have rows for {text}")
        page = await get(sdk.assignments, filter=text, count=True, top=999, select=["id"])
        found, _ = await pages(page)
        checks.same([row.id for row in found], expected, text)
        checks.equal(page.odata_count, len(expected), f"@odata.count of {text}")
        checks.equal(await get(sdk.assignments.count, filter=text), len(expected), f"$count of {text}")
    checks.equal(await get(sdk.assignments.count), len(ROWS), "$count")

    ordered = await get(sdk.assignments, orderby=["id desc"], top=7, skip=2, select=["id"])
    checks.equal(ids(ordered), sorted(ROWS, reverse=True)[2:9], "the order by id, descending, without the first two")
    checks.true(ordered.value[0].schedule is None, "$select to leave out what it does not name")
    named = await get(sdk.assignments, orderby=["target/displayName", "id"], top=5, expand=["target($select=displayName)"])
    names = sorted((row["name"].lower(), row["id"]) for row in ROWS.values())
    checks.equal([row.target.display_name.lower() for row in named.value], [name for name, _ in names[:5]], "the order by the name of the target")
    checks.true(named.value[0].target.id is None, "a nested $select to leave out what it does not name")
    searched = await get(sdk.assignments, search='"displayName:Guest"', count=True)
    checks.same(ids(searched), matching(lambda row: row["name"].startswith("Guest")), "$search")
    schedule = await get(sdk.assignments, select=["id", "schedule/startDateTime"], top=1)
    checks.true(schedule.value[0].schedule.start_date_time is not None and schedule.value[0].schedule.expiration is None, "the members of schedule that $select names, alone")


async def one_assignment():
    id = TRUTH["conflicting"]
    row = await get(sdk.assignment(id), expand=["target", "accessPackage($select=id,displayName)", "assignmentPolicy" if V1 else "accessPackageAssignmentPolicy"])
    check_row(row, "one assignment")
    policy = row.assignment_policy if V1 else row.access_package_assignment_policy
    checks.equal(policy.id, ROWS[id]["policy"], "its policy")
    checks.true(row.access_package.created_date_time is None, "the nested $select to be heeded")
    deep = await get(sdk.assignment(id), expand=["accessPackage($expand=catalog)" if V1 else "accessPackage($expand=accessPackageCatalog)"])
    catalog = deep.access_package.catalog if V1 else deep.access_package.access_package_catalog
    checks.equal(catalog.id, TRUTH["packages"][ROWS[id]["package"]]["catalog"], "the catalog within the package")
    guest = await get(sdk.assignment("aaaaaaaa-0000-4000-8000-000000000001"), expand=["target($expand=connectedOrganization)"])
    checks.equal(guest.target.connected_organization.display_name, "Fabrikam", "the organization of a guest")
    checks.equal(guest.target.connected_organization.created_date_time, moment("2024-06-08T20:13:53.7099947Z"), "seven digits of a second")
    checks.equal(guest.schedule.expiration.duration, datetime.timedelta(days=365), "P365D")
    if not V1:
        checks.equal(row.is_extended, False if OF_BETA else None, "isExtended, which v1.0 does not have")


async def current_user():
    expected = matching(lambda row: row["person"] == TRUTH["person"])
    mine = sdk.assignments.filter_by_current_user_with_on("target")
    for user in [TRUTH["person"], next(row["principal"] for row in ROWS.values() if row["person"] == TRUTH["person"])]:
        page = await get(mine, {"sod-user": user}, top=999, select=["id"])
        checks.same(ids(page), expected, f"filterByCurrentUser as {user}")
    page = await get(mine, {"sod-user": TRUTH["person"]}, count=True, top=2, select=["id"])
    checks.equal(page.odata_count, len(expected), "@odata.count of filterByCurrentUser")
    iterator = PageIterator(page, sdk.adapter)
    iterator.headers.add("sod-user", TRUTH["person"])
    found = []
    await iterator.iterate(lambda item: found.append(item.id) or True)
    checks.same(found, expected, "filterByCurrentUser in pages of 2")


async def refused(status, code, asking, what):
    """The request is refused, and the SDK understands why."""
    try:
        await asking
    except sdk.models.ODataError as error:
        inner = error.error.inner_error
        checks.equal((error.response_status_code, error.error.code), (status, code), what)
        checks.true(error.error.message, f"a message for {what}")
        checks.true(inner and inner.request_id and inner.date, f"innerError with request-id and date for {what}")
        return error
    checks.fail(f"{what}: expected {status} {code}, and it was answered")


async def reprocess():
    await sdk.assignment(TRUTH["conflicting"]).reprocess.post()
    checks.true(checks.sent[-1].startswith("POST "), "the SDK to POST")
    expired = next(id for id, row in ROWS.items() if row["state"] == "expired")
    await refused(400, "BadRequest", sdk.assignment(expired).reprocess.post(), "reprocess of an expired assignment")
    await refused(404, "ResourceNotFound", sdk.assignment(TRUTH["unknown"]).reprocess.post(), "reprocess of an unknown assignment")
    await refused(400, "InvalidId", sdk.assignment("not-a-guid").reprocess.post(), "reprocess of a malformed id")


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


def matching_packages(test):
    return [id for id, known in TRUTH["packages"].items() if test(known)]


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


async def paging():
    """Each way of saying how long a page is, told once, holds to the end."""
    total = len(ROWS)
    for what, headers, options, size in [
        ("$top", {}, {"top": 50, "select": ["id"]}, 50),
        ("Prefer", {"Prefer": "odata.maxpagesize=37"}, {"select": ["id"]}, 37),
        ("nothing", {}, {}, 100),
        ("$top and Prefer", {"Prefer": "odata.maxpagesize=64"}, {"top": 200, "expand": ["target"], "select": ["id"]}, 64),
        ("a page as long as the list", {}, {"top": total, "select": ["id"]}, total),
    ]:
        first = await get(sdk.assignments, headers, orderby=["id"], **options)
        checks.equal(len(first.value), min(size, total), f"length of the first page with {what}")
        found, asked_for = await pages(first)
        checks.equal([row.id for row in found], sorted(ROWS), f"all pages with {what}")
        checks.equal(asked_for, -(-total // size), f"number of pages with {what}")
        if options.get("expand"):
            checks.true(all(row.target and row.target.id and row.schedule is None for row in found), "$expand and $select to hold on every page")
    filtered = await get(sdk.assignments, {"Prefer": "odata.maxpagesize=20"}, filter=sdk.filter_state("Delivered"), count=True, select=["id"])
    found, _ = await pages(filtered)
    checks.same([row.id for row in found], matching(lambda row: row["state"] == "delivered"), "all pages of a filter")


async def long():
    """More pages than anybody would follow by hand."""
    first = await get(sdk.assignments, {"Prefer": "odata.maxpagesize=45"}, select=["id"], count=True)
    checks.equal(first.odata_count, len(ROWS), "@odata.count")
    found, asked_for = await pages(first)
    checks.same([row.id for row in found], ROWS, "all pages")
    checks.equal(asked_for, -(-len(ROWS) // 45), "number of pages")
    found, _ = await pages(await get(sdk.additional(FIRST, SECOND), top=7, select=["id"]))
    checks.equal([row.id for row in found], TRUTH["additional"], "additionalAccess in pages of 7")


async def batch():
    content = BatchRequestContent()
    item = lambda builder, id, after=None, **options: BatchRequestItem(builder.to_get_request_information(asked(builder, **options)), id, after)
    content.add_request("list", item(sdk.assignments, "list", top=3, count=True, select=["id"]))
    content.add_request("pair", item(sdk.additional(FIRST, SECOND), "pair", top=999, select=["id"]))
    content.add_request("after", item(sdk.catalogs, "after", ["list"]))
    content.add_request("wrong", item(sdk.assignment(TRUTH["unknown"]), "wrong"))
    content.add_request("waits", item(sdk.catalogs, "waits", ["wrong"]))
    reprocess = RequestInformation(Method.POST)
    reprocess.url = sdk.assignment(TRUTH["conflicting"]).reprocess.to_post_request_information().url
    content.add_request("again", BatchRequestItem(reprocess, "again"))
    answer = await BatchRequestBuilder(sdk.adapter, {"XXX": sdk.models.ODataError}).post(content)
    checks.true(f'"{GRAPH}/{VERSION}' in checks.sent[-1], "the SDK to put absolute addresses into a batch, as it is known to")
    statuses = {id: int(status) for id, status in answer.get_response_status_codes().items()}
    checks.equal(statuses, {"list": 200, "pair": 200, "after": 200, "wrong": 404, "waits": 424, "again": 202}, "the statuses of a batch")
    # In this version the SDK hands out statuses and no bodies that are objects: those are looked at as they came.
    bodies = {one["id"]: one.get("body") for one in json.loads(sdk.answered)["responses"]}
    checks.equal((len(bodies["list"]["value"]), bodies["list"]["@odata.count"]), (3, len(ROWS)), "a list in a batch")
    checks.equal([row["id"] for row in bodies["pair"]["value"]], TRUTH["additional"], "additionalAccess in a batch")
    checks.same([row["id"] for row in bodies["after"]["value"]], TRUTH["catalogs"], "catalogs in a batch")
    checks.equal(bodies["wrong"]["error"]["code"], "ResourceNotFound", "an error in a batch")
    checks.true(bodies["list"]["@odata.nextLink"].startswith(f"{GRAPH}/{VERSION}/"), "an absolute nextLink in a batch")
    following = await sdk.assignments.with_url(bodies["list"]["@odata.nextLink"]).get()
    checks.equal(len(following.value), 3, "the page that follows a list in a batch")


async def errors():
    first = TRUTH["unknown"]
    await refused(400, "BadRequest", get(sdk.assignments, filter="nonsense eq 1"), "an unknown property")
    await refused(400, "BadRequest", get(sdk.assignments, filter="state eq"), "half a filter")
    await refused(400, "BadRequest", get(sdk.assignments, top=1000), "a page that is too long")
    await refused(400, "BadRequest", get(sdk.assignments, expand=["nonsense"]), "an unknown navigation")
    await refused(400, "AccessPackageIdsNotDistinct", get(sdk.additional(FIRST, FIRST)), "additionalAccess of a package with itself")
    await refused(404, "ResourceNotFound", get(sdk.additional(FIRST, first)), "additionalAccess with an unknown package")
    await refused(400, "InvalidId", get(sdk.additional("x", FIRST)), "additionalAccess with a malformed id")
    await refused(404, "ResourceNotFound", get(sdk.assignment(first)), "an unknown assignment")
    await refused(404, "ResourceNotFound", get(sdk.policies.by_access_package_assignment_policy_id(first)), "an unknown policy")
    await refused(403, "Forbidden", get(sdk.assignments.filter_by_current_user_with_on("target")), "filterByCurrentUser of nobody")
    await refused(405, "MethodNotAllowed", sdk.assignments.post(sdk.model("AccessPackageAssignment")()), "a new assignment")
    await refused(405, "MethodNotAllowed", sdk.assignment(TRUTH["conflicting"]).delete(), "the end of an assignment")
    given = await refused(404, "ResourceNotFound", get(sdk.assignment(first), {"client-request-id": "mine-1"}), "an error with an id of the caller")
    checks.equal(given.error.inner_error.client_request_id, "mine-1", "client-request-id in an error")


async def main():
    walks = [additional_access, assignments, one_assignment, current_user, reprocess, policies, packages, catalogs_and_organizations, paging, batch, errors]
    if TRUTH["export"] == "long":
        walks = [long]
    for walk in walks:
        await checks.step(walk)
    checks.end()


asyncio.run(main())
