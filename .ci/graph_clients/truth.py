"""What the answers must be, worked out from the files of an export with sets and loops: nothing here asks sod.

The words are those of neither version: `state` in small letters, `package` and `policy` as ids.
"""

import json
import pathlib


def documents(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        yield path, document["@odata.context"].rsplit("/", 1)[-1], document["value"]


def assignment(row):
    """A row in plain words; `None` for one without a package, which is no row of the snapshot."""
    package = row.get("accessPackageId") or (row.get("accessPackage") or {}).get("id")
    if not package:
        return None
    target = row["target"]
    state = row.get("state") or row["assignmentState"]
    schedule = row.get("schedule") or {}
    return {
        "id": row["id"],
        "state": state[0].lower() + state[1:],
        "status": row.get("status") or row.get("assignmentStatus"),
        "expired": row.get("expiredDateTime"),
        "start": schedule.get("startDateTime"),
        "end": (schedule.get("expiration") or {}).get("endDateTime"),
        "package": package,
        "policy": row.get("assignmentPolicyId") or (row.get("assignmentPolicy") or {}).get("id"),
        "subject": target["id"],
        "object": target.get("objectId"),
        "name": target.get("displayName"),
        "principal": target.get("principalName"),
    }


def read(folder):
    """Everything in the export: rows by id, packages, policies, catalogs, groups and organizations."""
    found = {"rows": {}, "packages": {}, "policies": {}, "catalogs": {}, "organizations": {}, "members": {}}
    for _, collection, values in documents(folder):
        for value in values:
            if collection in ("assignments", "accessPackageAssignments"):
                row = assignment(value)
                if row:
                    found["rows"].setdefault(row["id"], row)
            elif collection == "accessPackages":
                catalog = value.get("catalogId") or value["catalog"]["id"]
                found["packages"][value["id"]] = {
                    "name": value["displayName"],
                    "catalog": catalog,
                    "incompatible": sorted(one["id"] for one in value["incompatibleAccessPackages"]),
                    "groups": sorted(one["id"] for one in value["incompatibleGroups"]),
                    "created": value["createdDateTime"],
                }
            elif collection in ("assignmentPolicies", "accessPackageAssignmentPolicies"):
                package = value.get("accessPackageId") or value["accessPackage"]["id"]
                found["policies"][value["id"]] = {"name": value["displayName"], "package": package, "body": value}
            elif collection in ("catalogs", "accessPackageCatalogs"):
                found["catalogs"][value["id"]] = value["displayName"]
            elif collection == "connectedOrganizations":
                found["organizations"][value["id"]] = value["displayName"]
            elif collection.startswith("$metadata#groups"):
                found["members"][value["id"]] = {one["id"] for one in value.get("members", [])}
    for package in found["packages"].values():
        package["incompatible_with"] = []
    for id, package in found["packages"].items():
        for other in package["incompatible"]:
            found["packages"][other]["incompatible_with"].append(id)
    for package in found["packages"].values():
        package["incompatible_with"].sort()
    return found


def name_people(rows):
    """One name for each person: the object id if any row has it, else the id of the subject record."""
    objects = {row["subject"]: row["object"] for row in rows if row["object"]}
    for row in rows:
        row["person"] = row["object"] or objects.get(row["subject"], row["subject"])


def truth(folder):
    """The answers to everything that the clients ask."""
    found = read(folder)
    rows = sorted(found["rows"].values(), key=lambda row: row["id"])
    name_people(rows)
    delivered = [row for row in rows if row["state"] == "delivered"]
    holders = {}
    for row in delivered:
        holders.setdefault(row["package"], set()).add(row["person"])

    def additional(first, others):
        people = set().union(*(holders.get(other, set()) for other in others)) if others else set()
        return [row["id"] for row in delivered if row["package"] == first and row["person"] in people]

    packages = found["packages"]
    pairs = [(len(holders.get(a, set()) & holders.get(b, set())), a, b) for a in packages for b in packages if a != b]
    _, first, second = max(pairs)
    nothing_shared = next((a, b) for shared, a, b in sorted(pairs) if shared == 0 and holders.get(a)) if min(pairs)[0] == 0 else None
    declaring = max(packages, key=lambda id: (len(additional(id, packages[id]["incompatible"])), id))
    of_none = sorted(row for id, package in packages.items() for row in additional(id, package["incompatible"]))
    conflicts = {}
    for row in delivered:
        package = packages[row["package"]]
        others = set(package["incompatible"]) | set(package["incompatible_with"])
        held = sum(row["person"] in holders.get(other, set()) for other in others)
        conflicts[row["id"]] = held + sum(row["person"] in found["members"].get(group, set()) for group in package["groups"])
    one = max(conflicts, key=lambda id: (conflicts[id], id))
    person = next(row for row in rows if row["id"] == one)["person"]
    with_object = {row["object"] for row in rows if row["object"]}
    assert person in with_object and len(of_none) > 0 and len(additional(first, [second])) > 3
    return {
        "assignments": rows,
        "packages": packages,
        "policies": found["policies"],
        "catalogs": found["catalogs"],
        "organizations": found["organizations"],
        "pair": [first, second],
        "nothing_shared": nothing_shared,
        "additional": additional(first, [second]),
        "additional_reversed": additional(second, [first]),
        "declaring": declaring,
        "additional_of_one": additional(declaring, packages[declaring]["incompatible"]),
        "additional_of_none": of_none,
        "conflicting": one,
        "conflicts": conflicts[one],
        "person": person,
        "unknown": "00000000-0000-4000-8000-00000000dead",
    }


if __name__ == "__main__":
    import sys

    print(json.dumps(truth(sys.argv[1]))[:3000])
