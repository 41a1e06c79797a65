"""A server that is wrong in one way at a time, to see that the walks find it: a check that cannot fail says nothing.

It passes requests on to `sod serve` and spoils what comes back.
"""

import http.server
import json
import re
import subprocess
import threading
import urllib.error
import urllib.request

SECONDS = 300
REFUSED = json.dumps({"error": {"code": "UnknownError", "message": "refused", "innerError": {"date": "2026-01-01T00:00:00", "request-id": "x"}}}).encode()
BETWEEN_SERVERS = {"connection", "content-length", "transfer-encoding"}


def shorter(request, answer):
    """Later pages lack their first row."""
    if "skiptoken" in request.path and answer.body.startswith(b"{"):
        page = json.loads(answer.body)
        page["value"] = page.get("value", [])[1:]
        answer.body = json.dumps(page).encode()


def replaced(old, new):
    def spoil(_, answer):
        answer.body = re.sub(old, new, answer.body)

    return spoil


def typed_202(_, answer):
    if answer.status == 202:
        answer.headers["Content-Type"] = "application/json"


def refuse(pattern):
    def spoil(request, answer):
        if re.search(pattern, request.path):
            answer.status, answer.body, answer.headers = 404, REFUSED, {"Content-Type": "application/json"}

    return spoil


# What is wrong, who must find it, and in which part of the walk.
FAULTS = {
    "the lost comma is refused": (refuse("[^,]incompatibleAccessPackageId"), "python", "additional_access"),
    "doubled addresses are refused": (refuse("/http:/"), "javascript", "paging"),
    "next pages are relative": (replaced(rb'("@odata.nextLink":")http://[^/]+', rb"\1"), "javascript", "paging"),
    "next pages forget $select": (replaced(rb"\$select=id&", b""), "javascript", "paging"),
    "later pages lack a row": (shorter, "javascript", "paging"),
    "additionalAccess lacks a row": (replaced(rb'("value":\[)\{"@odata.type":"#microsoft.graph.accessPackageAssignment".*?\}\},\{"@odata.type"', rb'\1{"@odata.type"'), "javascript", "additionalAccess"),
    "a 202 has a type": (typed_202, "javascript", "reprocess"),
    "innerError is spelled otherwise": (replaced(b'"innerError"', b'"innererror"'), "python", "errors"),
    "states are in capitals": (replaced(b'"state":"delivered"', b'"state":"DELIVERED"'), "python", "one_assignment"),
    "@odata.type is missing": (replaced(b'"@odata.type":"[^"]*",?', b""), "python", "policies"),
}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


def server(upstream, spoil):
    """Passes on to `upstream` and spoils; gives the server, which runs until it is shut down."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def pass_on(self):
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in {"connection", "accept-encoding"}}
            data = self.rfile.read(length) if length or self.command == "POST" else None
            request = urllib.request.Request(upstream + self.path, data=data, headers=headers, method=self.command)
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as done:
                    answer = Answer(done.status, dict(done.headers), done.read())
            except urllib.error.HTTPError as error:
                answer = Answer(error.code, dict(error.headers), error.read())
            spoil(self, answer)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in BETWEEN_SERVERS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_DELETE = do_PATCH = pass_on

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made


def run(upstream, walks, environment, failed):
    """Each fault is found by whom it is for, and no fault is found in none. Gives the number of checks."""
    faults = {"nothing is wrong": (lambda *_: None, "javascript", "paging"), **FAULTS}
    for what, (spoil, who, part) in faults.items():
        made = server(upstream, spoil)
        address = f"http://127.0.0.1:{made.server_address[1]}"
        command = [str(word) for word in walks[who](address)] + [part]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)
        made.shutdown()
        expected = 0 if spoil is faults["nothing is wrong"][0] else 1
        if done.returncode != expected:
            failed.append(f"a server where {what}: exit code {done.returncode}, expected {expected}")
            print(done.stdout + done.stderr)
        elif expected:
            said = [line for line in done.stderr.splitlines() if line.startswith("graph-clients: ")]
            if not said or address not in said[0]:
                failed.append(f"a server where {what}: the failure does not name the request")
                print(done.stdout + done.stderr)
    print(f"found what is wrong: {', '.join(FAULTS)}")
    return len(faults)
