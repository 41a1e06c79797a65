#!/usr/bin/env python3
"""Walks what is served with curl, which sends what it is told: curl.py VERSION GRAPH TRUTH SOD FOLDER

What no SDK sends, and scripts do: `+` for a blank, odd escapes, HEAD, HTTP/2, other types, tokens.
"""

import asyncio
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True

from checks import Checks
from served import Served

VERSION, GRAPH, EXPORT, SOD, FOLDER = sys.argv[1:6]
TRUTH = json.loads(pathlib.Path(EXPORT).read_text())
ROWS = {row["id"]: row for row in TRUTH["assignments"]}
FIRST, SECOND = TRUTH["pair"]
V1 = VERSION == "v1.0"
EM = f"{GRAPH}/{VERSION}/identityGovernance/entitlementManagement"
ASSIGNMENTS = f"{EM}/{'assignments' if V1 else 'accessPackageAssignments'}"
STATE = "state" if V1 else "assignmentState"
checks = Checks(f"curl {VERSION}, export of {TRUTH['export']}")


class Answer:
    """What came back: status, protocol, headers by their small name, and the body."""

    def __init__(self, status, protocol, headers, body):
        self.status, self.protocol, self.headers, self.body = status, protocol, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def ids(self):
        return [row["id"] for row in self.json["value"]]


def curl(url, *options):
    """One request: `url` goes over the wire as it stands."""
    command = ["curl", "-sS", "--globoff", "--path-as-is", "--noproxy", "*", "--max-time", "60", *options]
    method = next((options[at + 1] for at, option in enumerate(options) if option == "-X"), "HEAD" if "-I" in options else "GET")
    checks.sent.append(f"{method} {url} {' '.join(options)}".rstrip())
    with tempfile.TemporaryDirectory() as folder:
        head, body = pathlib.Path(folder, "head"), pathlib.Path(folder, "body")
        done = subprocess.run([*command, "-D", head, "-o", body, "-w", "%{http_code} %{http_version}", url], capture_output=True, text=True, timeout=90)
        if done.returncode:
            raise RuntimeError(f"curl ended with {done.returncode}: {done.stderr.strip()}")
        status, protocol = done.stdout.split()
        lines = [line.partition(":") for line in head.read_text(encoding="latin-1").splitlines()[1:] if ":" in line]
        return Answer(int(status), protocol, {name.lower(): value.strip() for name, _, value in lines}, body.read_bytes() if body.exists() else b"")


def matching(test):
    return [row["id"] for row in ROWS.values() if test(row)]


def additional(comma=",", quote="'", equals="=", open="(", close=")"):
    return f"{ASSIGNMENTS}/additionalAccess{open}accessPackageId{equals}{quote}{FIRST}{quote}{comma}incompatibleAccessPackageId{equals}{quote}{SECOND}{quote}{close}?$top=999"


async def spellings():
    """One request in every spelling is one request."""
    for what, url in {
        "literal": additional(),
        "without its comma": additional(comma=""),
        "with a blank behind the comma": additional(comma=",%20"),
        "escaped": additional(comma="%2C", quote="%27", equals="%3D", open="%28", close="%29"),
        "small escapes": additional(comma="%2c", quote="%27", equals="%3d"),
        "upper case": additional().replace("additionalAccess", "ADDITIONALACCESS").replace("accessPackageId=", "AccessPackageID="),
        "of the namespace": additional().replace("additionalAccess(", "microsoft.graph.additionalAccess("),
        "doubled": additional().replace(f"{GRAPH}/{VERSION}", f"{GRAPH}/{VERSION}/{GRAPH}/{VERSION}"),
        "doubled slashes": additional().replace("/identityGovernance", "//identityGovernance"),
        "an escaped option": additional().replace("$top", "%24top"),
    }.items():
        checks.equal(curl(url).ids, TRUTH["additional"], f"additionalAccess, {what}")
    person = TRUTH["person"]
    expected = matching(lambda row: row["object"] == person)
    for what, query in {
        "+": f"$filter=target/objectid+eq+'{person}'&$top=999",
        "%20": f"$filter=target/objectid%20eq%20'{person}'&$top=999",
        "everything": urllib.parse.urlencode({"$filter": f"target/objectId eq '{person}'", "$top": "999"}),
        "%2F": f"%24filter=target%2FobjectId%20eq%20%27{person}%27&%24top=999",
        "no $": f"filter=target/objectId+eq+'{person}'&top=999",
        "a caller's own": f"$filter=target/objectId+eq+'{person}'&$top=999&caller=me",
    }.items():
        checks.same(curl(f"{ASSIGNMENTS}?{query}").ids, expected, f"a filter escaped as {what}")
    plus = urllib.parse.quote("endswith(target/displayName,'+ 100%')", safe="")
    checks.same(curl(f"{ASSIGNMENTS}?$filter={plus}").ids, matching(lambda row: row["name"].endswith("+ 100%")), "%2B is a plus")
    name = urllib.parse.quote("startswith(target/displayName,'Zoë')")
    checks.same(curl(f"{ASSIGNMENTS}?$filter={name}&$top=999").ids, matching(lambda row: row["name"].lower().startswith("zoë")), "UTF-8 in escapes")


async def protocols():
    for what, options, protocol in [
        ("HTTP/1.1", ["--http1.1"], "1.1"),
        ("HTTP/2", ["--http2-prior-knowledge"], "2"),
    ]:
        answer = curl(f"{ASSIGNMENTS}?$top=5&$orderby=id", *options)
        checks.equal(answer.status, 200, what)
        checks.equal(answer.protocol, protocol, f"the protocol for {what}")
        checks.equal(answer.ids, sorted(ROWS)[:5], f"rows over {what}")
        link = answer.json["@odata.nextLink"]
        checks.true(link.startswith(ASSIGNMENTS + "?"), f"an absolute nextLink and not {link}")
        checks.equal(curl(link, *options).ids, sorted(ROWS)[5:10], f"the next rows over {what}")
    checks.equal(curl(f"{ASSIGNMENTS}?$top=5&$orderby=id", "--http1.0").ids, sorted(ROWS)[:5], "rows over HTTP/1.0")
    plain = curl(f"{ASSIGNMENTS}?$top=100&$orderby=id", "-H", "Accept-Encoding: identity")
    packed = curl(f"{ASSIGNMENTS}?$top=100&$orderby=id", "-H", "Accept-Encoding: gzip")
    checks.equal((plain.headers.get("content-encoding"), packed.headers.get("content-encoding")), (None, "gzip"), "content-encoding")
    checks.equal(json.loads(gzip.decompress(packed.body)), plain.json, "what gzip packs")
    checks.true(len(packed.body) * 3 < len(plain.body), "gzip to gain something")
    checks.true("accept-encoding" in packed.headers.get("vary", "").lower(), "Vary: Accept-Encoding")
    checks.equal(curl(f"{ASSIGNMENTS}?$top=100&$orderby=id", "--compressed").json, plain.json, "--compressed")
    head = curl(f"{ASSIGNMENTS}?$top=5", "-I")
    checks.equal(head.status, 200, "HEAD")
    checks.true(head.headers["content-type"].startswith("application/json"), "the type of what HEAD would get")
    checks.equal(curl(f"{ASSIGNMENTS}/{TRUTH['unknown']}", "-I").status, 404, "HEAD of what is not there")


async def types():
    kind = lambda answer: answer.headers.get("content-type", "").split(";")[0]
    for accept, status in {"*/*": 200, "application/json": 200, "application/json;odata.metadata=none": 200, "text/html, application/*;q=0.1": 200, "text/csv": 406, "application/json;q=0": 406}.items():
        answer = curl(f"{ASSIGNMENTS}?$top=1", "-H", f"Accept: {accept}")
        checks.equal((answer.status, kind(answer)), (status, "application/json"), f"Accept: {accept}")
        if status == 406:
            checks.equal(answer.json["error"]["code"], "NotAcceptable", f"the code for Accept: {accept}")
    answer = curl(f"{ASSIGNMENTS}/$count")
    checks.equal((kind(answer), answer.body.decode()), ("text/plain", str(len(ROWS))), "$count")
    again = f"{ASSIGNMENTS}/{TRUTH['conflicting']}/reprocess"
    for what, options in {
        "without a body": ["-X", "POST"],
        "with an empty body of JSON": ["-X", "POST", "-H", "Content-Type: application/json", "-H", "Content-Length: 0"],
        "with an empty object": ["-X", "POST", "-H", "Content-Type: application/json", "-d", "{}"],
    }.items():
        answer = curl(again, *options)
        checks.equal((answer.status, answer.body, answer.headers.get("content-type")), (202, b"", None), f"reprocess {what}")
        checks.equal(answer.headers.get("sod-conflicts"), str(TRUTH["conflicts"]), f"sod-conflicts of reprocess {what}")
    answer = curl(again)
    checks.equal((answer.status, answer.headers.get("allow")), (405, "POST"), "GET of reprocess")
    for method in ["PUT", "PATCH", "DELETE"]:
        answer = curl(f"{ASSIGNMENTS}/{TRUTH['conflicting']}", "-X", method)
        checks.equal((answer.status, answer.json["error"]["code"]), (405, "MethodNotAllowed"), method)


async def errors():
    for path, status, code in [
        ("?$filter=nonsense+eq+1", 400, "BadRequest"),
        ("?$filter=%FF", 400, "BadRequest"),
        ("?$top=0", 400, "BadRequest"),
        ("?$skiptoken=x", 400, "BadRequest"),
        (f"/{TRUTH['unknown']}", 404, "ResourceNotFound"),
        ("/nonsense", 400, "InvalidId"),
        ("/filterByCurrentUser(on='target')", 403, "Forbidden"),
        ("/../assignments", 400, "BadRequest"),
        ("/%2e%2e/assignments", 400, "BadRequest"),
    ]:
        answer = curl(ASSIGNMENTS + path, "-H", "client-request-id: mine-2")
        error = answer.json["error"]
        checks.equal((answer.status, error["code"]), (status, code), path)
        inner = error["innerError"]
        checks.equal((inner["request-id"], inner["client-request-id"]), (answer.headers["request-id"], "mine-2"), f"the ids in innerError and in the headers for {path}")
        checks.true(inner["date"][10:11] == "T", f"a date of ISO 8601 for {path}")
    checks.equal(curl(f"{GRAPH}/v2.0/x").status, 404, "another version")
    checks.equal(curl(f"{GRAPH}/{VERSION}/$batch", "-X", "POST", "-d", "{").json["error"]["code"], "BadRequest", "half a batch")
    many = json.dumps({"requests": [{"id": str(at), "method": "GET", "url": "/x"} for at in range(21)]})
    checks.equal(curl(f"{GRAPH}/{VERSION}/$batch", "-X", "POST", "-H", "Content-Type: application/json", "-d", many).status, 400, "21 requests in a batch")


async def batches():
    """The documented form: an address from behind the version on."""
    path = f"/identityGovernance/entitlementManagement/{ASSIGNMENTS.rsplit('/', 1)[-1]}"
    urls = {"relative": path, "without a slash": path[1:], "with a version": f"/{VERSION}{path}", "absolute": ASSIGNMENTS, "of Microsoft": f"https://graph.microsoft.com/{VERSION}{path}"}
    requests = [{"id": id, "method": "GET", "url": f"{url}?$top=2&$orderby=id"} for id, url in urls.items()]
    requests.append({"id": "paged", "method": "GET", "url": f"{path}?$orderby=id", "headers": {"Prefer": "odata.maxpagesize=3"}})
    answer = curl(f"{GRAPH}/{VERSION}/$batch", "-X", "POST", "-H", "Content-Type: application/json", "-d", json.dumps({"requests": requests}))
    responses = {one["id"]: one for one in answer.json["responses"]}
    for id in urls:
        body = responses[id]["body"]
        checks.equal([row["id"] for row in body["value"]], sorted(ROWS)[:2], f"an address {id} in a batch")
        checks.equal(curl(body["@odata.nextLink"]).ids, sorted(ROWS)[2:4], f"the page behind an address {id} in a batch")
    checks.equal(len(responses["paged"]["body"]["value"]), 3, "Prefer within a batch")


async def tokens():
    """Beyond loopback only who has the token is answered."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "token")
        token = "0123456789abcdef" * 4
        file.write_text(token + "\n")
        bare = subprocess.run([SOD, "serve", FOLDER, "--listen", "0.0.0.0:0"], capture_output=True, text=True, timeout=120)
        checks.sent.append("sod serve --listen 0.0.0.0:0")
        checks.equal(bare.returncode, 2, "exit code without a token")
        checks.true("--token-file" in bare.stderr, "a word on --token-file")
        with Served(SOD, FOLDER, "--listen", "0.0.0.0:0", "--token-file", file) as graph:
            url = graph.replace("0.0.0.0", "127.0.0.1") + ASSIGNMENTS.removeprefix(GRAPH) + "?$top=1&$orderby=id"
            for what, options, status in [
                ("no token", [], 401),
                ("a wrong token", ["-H", "Authorization: Bearer " + token[::-1]], 401),
                ("a part of the token", ["-H", "Authorization: Bearer " + token[:-1]], 401),
                ("another scheme", ["-H", "Authorization: Basic " + token], 401),
                ("two tokens", ["-H", "Authorization: Bearer " + token, "-H", "Authorization: Bearer x"], 401),
                ("the token", ["-H", "Authorization: Bearer " + token], 200),
            ]:
                answer = curl(url, *options)
                checks.equal(answer.status, status, what)
                if status == 401:
                    checks.equal(answer.json["error"]["code"], "InvalidAuthenticationToken", f"the code for {what}")
                    checks.true(answer.headers["www-authenticate"].startswith("Bearer"), f"WWW-Authenticate for {what}")
                else:
                    checks.equal(answer.ids, sorted(ROWS)[:1], "rows for who has the token")
                    with_token = curl(answer.json["@odata.nextLink"], *options)
                    checks.equal(with_token.ids, sorted(ROWS)[1:2], "the next row for who has the token")
    foreign = curl(f"{ASSIGNMENTS}?$top=1", "-H", "Host: evil.example")
    checks.equal(foreign.status, 421, "a foreign Host on loopback")


async def main():
    for walk in [spellings, protocols, types, errors, batches, tokens]:
        await checks.step(walk)
    checks.end()


asyncio.run(main())
