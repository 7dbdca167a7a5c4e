"""Stands in for a cluster of Polars and for the service that rents clusters out, on loopback.

As a program it prints its ports in a line of JSON and serves until stdin ends. What the vendor's client asks for
it does: a plan that is submitted is executed, by Polars with its 64-bit index. How a query ends is said by `POST
/stub/<ending>`, what was asked is told by `GET /stub`.
"""

from __future__ import annotations

import io
import json
import sys
import threading
import time
import traceback
import uuid
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import polars as pl

QUEUED, SCHEDULED, RUNNING, SUCCESS, FAILED, CANCELLED = range(6)
WORKSPACE, ORGANISATION = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
WHEN = "2026-01-01T00:00:00Z"


def varint(number: int) -> bytes:
    """Write a number as Protobuf does."""
    out = b""
    while True:
        out += bytes([number & 127 | (128 if number > 127 else 0)])
        number >>= 7
        if not number:
            return out


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def text(field: int, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def fields(message: bytes) -> list[tuple[int, object]]:
    """Read a message of Protobuf one level deep."""
    found, at = [], 0

    def next_varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = next_varint()
        if key & 7 == 0:
            found.append((key >> 3, next_varint()))
        else:
            size = next_varint()
            found.append((key >> 3, message[at : at + size]))
            at += size
    return found


class Cluster:
    """Queries, and machines."""

    def __init__(self) -> None:
        self.ending = "well"
        self.lock = threading.Lock()
        self.asked: list[dict] = []
        self.queries: dict[str, dict] = {}
        self.machines: dict[str, dict] = {}

    def note(self, what: str, **facts: object) -> None:
        with self.lock:
            self.asked.append({"what": what, **facts})

    def submit(self, message: bytes, headers: dict) -> bytes:
        parts = dict(fields(message))
        name = str(uuid.uuid4())
        query = self.queries[name] = {"status": RUNNING, "error": None, "ending": self.ending, "polls": 0}
        self.note("submit", headers=headers, settings=[list(map(repr, field)) for field in fields(parts[1])])
        if self.ending in {"well", "wrongly", "missing-status", "endless-after-it-wrote"}:
            threading.Thread(target=self._execute, args=(query, parts[2]), daemon=True).start()
        return text(1, text(1, name))

    def _execute(self, query: dict, plan: bytes) -> None:
        try:
            pl.LazyFrame.deserialize(io.BytesIO(plan)).collect(engine="streaming")
            if query["ending"] != "endless-after-it-wrote":
                query["status"] = SUCCESS
        except BaseException as error:
            traceback.print_exc()
            query["error"] = f"ComputeError: {error}"
            query["status"] = FAILED

    def status(self, name: str) -> int:
        query = self.queries[name]
        query["polls"] += 1
        # A worker is preempted in the middle; a query that is to be cancelled goes on until it is.
        match query["ending"]:
            case "failed" | "failed-silently" | "preempted" | "expired" if query["polls"] > 2:
                query["status"] = FAILED
            case "cancelled" if query["polls"] > 2:
                query["status"] = CANCELLED
        return query["status"]

    def result(self, name: str) -> bytes:
        query = self.queries[name]
        errors = {
            "failed": "ComputeError: the division by zero of the tests",
            "preempted": "ComputeError: worker 2 was preempted",
            "expired": "ComputeError: ExpiredToken: The provided token has expired, key vended-key",
        }
        error = errors.get(query["ending"], query["error"])
        facts = number(1, 3) + number(2, 3 if query["status"] == SUCCESS else 1)
        if query["ending"] == "wrongly":
            facts += number(3, 1)
        if error is not None:
            facts += text(4, text(1, error))
        return text(1, facts) + text(2, b"") + number(3, query["status"])


CLUSTER = Cluster()


class Queries(grpc.GenericRpcHandler):
    """The compute plane, of which the client's Protobuf is read and written by hand."""

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        method = call.method.rsplit("/", 1)[-1]
        headers = dict(call.invocation_metadata)

        def answer(message: bytes, context: grpc.ServicerContext) -> bytes:
            self._trouble(method, context)
            match method:
                case "GetComputeVersions":
                    return text(1, text(1, "0.12.0") + text(2, pl.__version__) + text(3, "stub"))
                case "SubmitQuery":
                    return CLUSTER.submit(message, headers)
            name = dict(fields(dict(fields(message))[1]))[1].decode()
            match method:
                case "GetQueryStatus":
                    return number(1, CLUSTER.status(name))
                case "GetQueryResult":
                    return CLUSTER.result(name)
                case "CancelQuery":
                    CLUSTER.note("cancel")
                    CLUSTER.queries[name]["status"] = CANCELLED
                    return b""
            return context.abort(grpc.StatusCode.UNIMPLEMENTED, method)

        return grpc.unary_unary_rpc_method_handler(answer)

    def _trouble(self, method: str, context: grpc.ServicerContext) -> None:
        match CLUSTER.ending, method:
            case ("silent", _) | ("silent-later", "GetQueryStatus"):
                time.sleep(3600)
            case "forbidden", _:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "the licence has expired")
            case "gone", "GetQueryStatus":
                context.abort(grpc.StatusCode.UNAVAILABLE, "the scheduler is gone")
            case "no-capacity", "SubmitQuery":
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no workers are left")
            case "malformed", "GetQueryStatus":
                # A status that no version of the client knows.
                CLUSTER.queries.update({name: {**query, "status": 99} for name, query in CLUSTER.queries.items()})
            case "missing-status", "GetQueryResult":
                context.abort(grpc.StatusCode.NOT_FOUND, "no such query")


class Service(BaseHTTPRequestHandler):
    """The control plane that rents machines out, and what the tests ask of this program."""

    # Connections stay open: clients take them again.
    protocol_version = "HTTP/1.1"
    scheduler = ""

    def do_GET(self) -> None:
        if self.path == "/stub":
            return self._send(CLUSTER.asked)
        if not self._is_allowed():
            return self._send({"message": "the token is not valid"}, 401)
        path = self.path.split("?")[0].removeprefix("/api/v1/workspace")
        match path.strip("/").split("/"):
            case [""]:
                page = {"limit": 1000, "page": 1, "offset": 0, "total_pages": 1, "total_count": 1, "amount": 1}
                known = "name=nerium" in self.path
                return self._send({"result": [_workspace()] if known else [], "pagination": page})
            case [_]:
                return self._send(_workspace())
            case [_, "cluster-defaults"]:
                specs = {"instance_type": {"standard": "t3.large", "big": None}}
                return self._send({"instance_specs": specs, "storage": 16, "cluster_size": 1})
            case [_, "compute", name]:
                machine = CLUSTER.machines[name]
                if machine["status"] == "Starting":
                    machine["status"] = "Failed" if CLUSTER.ending == "no-machines" else "Idle"
                return self._send(machine)
            case [_, "compute", name, "public_info"]:
                place = {"address": self.scheduler, "tls_server_name": "localhost"}
                info = {"cluster_id": name, "public_address": "127.0.0.1", "public_server_key": ""}
                return self._send({**info, "scheduler": place, "observatory": place})
        return self._send({"message": f"no {self.path}"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        match self.path.strip("/").split("/"):
            case ["stub", ending]:
                CLUSTER.ending = ending
                return self._send({})
            case [_, _, _, _, "compute", "start"] if self._is_allowed():
                wanted = json.loads(body)
                name = str(uuid.uuid4())
                kind = wanted["instance_type"]["standard"]
                CLUSTER.note("start", type=kind, size=wanted["cluster_size"], idle=wanted["idle_timeout_mins"])
                CLUSTER.machines[name] = _machine(name, wanted["cluster_size"])
                return self._send(CLUSTER.machines[name])
            case [_, _, _, _, "compute", name, "stop"]:
                CLUSTER.note("stop")
                CLUSTER.machines[name]["status"] = "Stopped"
                return self._send(CLUSTER.machines[name])
        return self._send({"message": f"no {self.path}"}, 404)

    do_DELETE = do_PUT = do_PATCH = do_POST

    def _is_allowed(self) -> bool:
        return CLUSTER.ending != "unauthorized" and self.headers.get("authorization", "").startswith("Bearer ")

    def _send(self, answer: object, status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _workspace() -> dict:
    return {
        "id": WORKSPACE,
        "organization_id": ORGANISATION,
        "name": "nerium",
        "description": "",
        "deployment": "Aws",
        "creator_id": ORGANISATION,
        "status": "Active",
        "idle_timeout_mins": 60,
        "created_at": WHEN,
        "updated_at": WHEN,
        "deleted_at": None,
    }


def _machine(name: str, size: int) -> dict:
    return {
        "id": name,
        "workspace_id": WORKSPACE,
        "user_id": ORGANISATION,
        "status": "Starting",
        "request_time": WHEN,
        "cluster_size": size,
        "mode": "Direct",
        "polars_version": pl.__version__,
        "log_level": "Info",
        "deployment_type": "Aws",
        "connection_status": "Connected",
        "gc_inactive_hours": 1,
        "created_at": WHEN,
        "updated_at": WHEN,
    }


def main() -> None:
    queries = grpc.server(futures.ThreadPoolExecutor(64))
    queries.add_generic_rpc_handlers((Queries(),))
    scheduler = queries.add_insecure_port("127.0.0.1:0")
    queries.start()
    Service.scheduler = f"127.0.0.1:{scheduler}"
    service = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    print(json.dumps({"scheduler": scheduler, "service": service.server_address[1]}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
