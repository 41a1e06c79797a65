#!/usr/bin/env python3
"""Walks everything that is served with Python's SDK of one version: walk.py VERSION GRAPH TRUTH [PART]

The SDK is used as it is shipped. The truth is that of the export, which may be of the other version: what that does not
say must be absent here, and the rest must be there.
"""

import asyncio
import sys

sys.dont_write_bytecode = True

from common import TRUTH, checks
from walk_assignments import additional_access, assignments, current_user, one_assignment, reprocess
from walk_beside import catalogs_and_organizations, packages, policies
from walk_wire import batch, errors, long, paging


async def main():
    walks = [additional_access, assignments, one_assignment, current_user, reprocess, policies, packages, catalogs_and_organizations, paging, batch, errors]
    if TRUTH["export"] == "long":
        walks = [long]
    wanted = sys.argv[4:] or [walk.__name__ for walk in walks]
    for walk in [walk for walk in walks if walk.__name__ in wanted]:
        await checks.step(walk)
    checks.end()


asyncio.run(main())
