"""Daytona's API on loopback: holds requests and replies against the vendor's own models, really runs what it is asked to run, and fails
when it is told to. `python server.py KEY FOLDER` prints its port.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import daytona_api_client as api
import daytona_toolbox_api_client as toolbox

KEY, ROOT = sys.argv[1], Path(sys.argv[2])
SNAPSHOT = "nerium-worker"
START_SECONDS = 0.3
sandboxes = {}
orders = []
violations = []
failures = []
requests = []
lock = threading.Lock()


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def checked(model, data):
    """Parse with the vendor's model; what it does not know is as wrong as what it refuses."""
    try:
        parsed = model.from_dict(data)
    except ValueError as error:
        violations.append(f"{model.__name__}: {error}")
        raise Refused(400, f"{model.__name__}: {error}") from error
    if parsed.additional_properties:
        violations.append(f"{model.__name__} has no {sorted(parsed.additional_properties)}")
        raise Refused(400, f"{model.__name__} has no {sorted(parsed.additional_properties)}")
    return parsed


class Sandbox:
    def __init__(self, order):
        self.id = str(uuid.uuid4())
        self.order = order
        self.name = order.name or self.id
        self.home = ROOT / self.id
        self.home.mkdir(parents=True)
        self.made = time.monotonic()
        self.state = None
        self.reason = None
        self.sessions = {}

    def reply(self):
        state = self.state or ("started" if time.monotonic() - self.made > START_SECONDS else "creating")
        order = self.order
        return checked(api.Sandbox, {
            "id": self.id, "organizationId": "org", "name": self.name, "snapshot": order.snapshot, "user": "daytona",
            "env": {}, "labels": order.labels or {}, "public": bool(order.public),
            "networkBlockAll": bool(order.network_block_all), "kvm": False, "target": order.target or "eu",
            "cpu": order.cpu, "gpu": 0, "memory": order.memory, "disk": order.disk, "state": state,
            "errorReason": self.reason, "toolboxProxyUrl": f"http://127.0.0.1:{server.server_port}/toolbox",
        }).to_dict()

    def path(self, relative):
        path = (self.home / relative).resolve()
        if not path.is_relative_to(self.home):
            raise Refused(403, "outside of the sandbox")
        return path

    def destroy(self):
        for commands in self.sessions.values():
            for process, _ in commands.values():
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def create(body, _):
    order = checked(api.CreateSandbox, body)
    if order.snapshot != SNAPSHOT:
        raise Refused(400, f"Snapshot {order.snapshot} not found. Did you add it through the Daytona Dashboard?")
    if not (order.cpu and order.memory and order.disk) or order.cpu < 1 or order.memory < 1 or order.disk < 1:
        raise Refused(400, "cpu, memory and disk must be at least 1")
    sandbox = Sandbox(order)
    with lock:
        sandboxes[sandbox.id] = sandbox
        orders.append(body)
    return sandbox.reply()


def find(id_or_name):
    with lock:
        for sandbox in sandboxes.values():
            if id_or_name in (sandbox.id, sandbox.name):
                return sandbox
    raise Refused(404, f"Sandbox with ID or name {id_or_name} not found")


def delete(_, __, id_or_name):
    sandbox = find(id_or_name)
    with lock:
        sandboxes.pop(sandbox.id, None)
    reply = sandbox.reply() | {"state": "destroying"}
    sandbox.destroy()
    return reply


def listing(_, query):
    labels = json.loads(query.get("labels", "{}"))
    with lock:
        found = [s for s in sandboxes.values() if (labels.items() <= (s.order.labels or {}).items())]
    # A page of one, so that the cursor is used.
    start = int(query.get("cursor", "0"))
    page = [s.reply() for s in found[start : start + 1]]
    return {"items": page, "nextCursor": str(start + 1) if len(found) > start + 1 else None}


def folder(_, query, sandbox_id):
    find(sandbox_id).path(query["path"]).mkdir(parents=True, exist_ok=True)
    return None


def upload(body, query, sandbox_id):
    path = find(sandbox_id).path(query["path"])
    if not path.parent.is_dir():
        raise Refused(404, f"no folder {path.parent}")
    path.write_bytes(body)
    return {"path": query["path"]}


def download(_, query, sandbox_id):
    path = find(sandbox_id).path(query["path"])
    if not path.is_file():
        raise Refused(404, "file not found")
    return path.read_bytes()


def session(body, _, sandbox_id):
    name = checked(toolbox.CreateSessionRequest, body).session_id
    sessions = find(sandbox_id).sessions
    if name in sessions:
        raise Refused(409, "session already exists")
    sessions[name] = {}
    return None


def execute(body, _, sandbox_id, name):
    request = checked(toolbox.SessionExecuteRequest, body)
    sandbox = find(sandbox_id)
    if name not in sandbox.sessions:
        raise Refused(404, "session not found")
    command = str(uuid.uuid4())
    log = sandbox.home / f"{command}.log"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(sandbox.home), "PYTHONPATH": os.environ["WORKER"]}
    process = subprocess.Popen(
        ["sh", "-c", "exec " + request.command], cwd=sandbox.home, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=log.open("wb"), stderr=subprocess.STDOUT,
    )
    sandbox.sessions[name][command] = (process, request.command)
    return checked(toolbox.SessionExecuteResponse, {"cmdId": command}).to_dict()


def command(_, __, sandbox_id, name, command_id):
    process, text = find(sandbox_id).sessions[name][command_id]
    code = process.poll()
    reply = {"id": command_id, "command": text} | ({} if code is None else {"exitCode": code})
    return checked(toolbox.Command, reply).to_dict()


def logs(_, __, sandbox_id, name, command_id):
    text = (find(sandbox_id).home / f"{command_id}.log").read_text(errors="replace")
    return checked(toolbox.SessionCommandLogsResponse, {"output": text, "stdout": text, "stderr": ""}).to_dict()


ROUTES = [
    ("POST", "/api/sandbox", create),
    ("GET", "/api/sandbox", listing),
    ("GET", "/api/sandbox/([^/]+)", lambda _, __, name: find(name).reply()),
    ("DELETE", "/api/sandbox/([^/]+)", delete),
    ("POST", "/toolbox/([^/]+)/files/folder", folder),
    ("POST", "/toolbox/([^/]+)/files/upload-v2", upload),
    ("GET", "/toolbox/([^/]+)/files/download", download),
    ("POST", "/toolbox/([^/]+)/process/session", session),
    ("POST", "/toolbox/([^/]+)/process/session/([^/]+)/exec", execute),
    ("GET", "/toolbox/([^/]+)/process/session/([^/]+)/command/([^/]+)", command),
    ("GET", "/toolbox/([^/]+)/process/session/([^/]+)/command/([^/]+)/logs", logs),
]


def control(method, body):
    """What the test wants: failures of the next requests, sandboxes that go bad, and what was seen."""
    if method == "POST" and "fail" in body:
        failures.append(body["fail"])
    if method == "POST" and "state" in body:
        for sandbox in list(sandboxes.values()):
            sandbox.state, sandbox.reason = body["state"], body.get("reason")
    if method == "POST" and body.get("vanish"):
        for sandbox in list(sandboxes.values()):
            delete(None, None, sandbox.id)
    if method == "POST" and body.get("clear"):
        failures.clear()
    if method == "POST" and "leave" in body:
        create({"name": "left-" + str(uuid.uuid4()), "snapshot": SNAPSHOT, "cpu": 1, "memory": 1, "disk": 1,
                "labels": body["leave"]}, None)
    return {"violations": violations, "sandboxes": [s.name for s in sandboxes.values()], "orders": orders,
            "requests": requests}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer()

    do_POST = do_DELETE = do_GET

    def answer(self):
        url = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))) if not self.chunked() else self.chunks()
        if url.path == "/control":
            self.send(200, control(self.command, json.loads(raw or b"{}")))
            return
        requests.append(f"{self.command} {url.path}")
        failure = next((f for f in failures if re.fullmatch(f["request"], f"{self.command} {url.path}")), None)
        if failure:
            failure["times"] = failure.get("times", 1) - 1
            if failure["times"] <= 0:
                failures.remove(failure)
            if "status" in failure:
                self.send(failure["status"], {"statusCode": failure["status"], "message": failure.get("message", "injected")})
                return
        try:
            status, reply = self.perform(url, raw)
        except Refused as refused:
            status, reply = refused.status, {"statusCode": refused.status, "message": str(refused)}
        if failure and failure.get("lost"):
            self.close_connection = True
            self.connection.close()
            return
        self.send(status, reply, cut=bool(failure and failure.get("cut")))

    def chunked(self):
        return self.headers.get("Transfer-Encoding", "") == "chunked"

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def perform(self, url, raw):
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            raise Refused(401, "Invalid credentials")
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        for method, pattern, action in ROUTES:
            match = re.fullmatch(pattern, url.path)
            if match and method == self.command:
                return 200, action(self.content(raw), query, *map(unquote, match.groups()))
        violations.append(f"no route {self.command} {url.path}")
        raise Refused(404, "Cannot " + self.command + " " + url.path)

    def content(self, raw):
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):
            boundary = b"--" + re.search("boundary=(.*)", kind)[1].encode()
            head, _, rest = raw.removeprefix(boundary + b"\r\n").partition(b"\r\n\r\n")
            if b'name="file"' not in head or not rest.endswith(b"\r\n" + boundary + b"--\r\n"):
                violations.append(f"an upload is not a form with a field 'file': {head[:200]}")
            return rest.removesuffix(b"\r\n" + boundary + b"--\r\n")
        return json.loads(raw) if raw else {}

    def send(self, status, reply, *, cut=False):
        binary = isinstance(reply, bytes)
        body = reply if binary else json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream" if binary else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True
            self.connection.close()


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
