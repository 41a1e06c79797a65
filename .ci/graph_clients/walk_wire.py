"""How answers come: pages, batches, errors."""

import json

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

from common import FIRST, GRAPH, ROWS, SECOND, TRUTH, VERSION, checks, ids, matching, pages, refused, sdk
from sdk import asked, get


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
