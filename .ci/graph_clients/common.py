"""What every walk with Python's SDK has: the arguments, the truth, the SDK, and the checks.

`walk.py` says what is walked; its arguments are read here.
"""

import json
import pathlib
import sys

from msgraph_core import PageIterator

from checks import Checks
from sdk import Sdk

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


def matching_packages(test):
    return [id for id, known in TRUTH["packages"].items() if test(known)]


def ids(page):
    return [row.id for row in page.value]


async def pages(first):
    """The items of all pages, by the SDK's own iterator, and how many it asked for."""
    found, before = [], len(checks.sent)
    iterator = PageIterator(first, sdk.adapter)
    await iterator.iterate(lambda item: found.append(item) or True)
    return found, 1 + len(checks.sent) - before


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
