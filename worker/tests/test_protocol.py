"""The examples and everything that a worker says in these tests follow the protocol's schema."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from control_plane import LENGTHS, SOURCES
from nerium_worker.protocol.channel import Channel
from nerium_worker.protocol.errors import Failure, LakeError
from nerium_worker.protocol.frames import FrameWriter, read_frame
from nerium_worker.protocol.job import Load, Query, Script, decode_job
from nerium_worker.protocol.upload_options import Options

if TYPE_CHECKING:
    from control_plane import ControlPlane

PROTOCOL = Path(__file__).parents[2] / "spec" / "protocol"
EXAMPLES = sorted((PROTOCOL / "examples").glob("*.json"))


def example(name: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads((PROTOCOL / "examples" / f"{name}.json").read_text())
    return message


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((PROTOCOL / "messages.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_follows_the_schema(path: Path) -> None:
    message = json.loads(path.read_text())
    validator().validate(message)
    assert path.stem.startswith(message["type"])


@pytest.mark.parametrize(
    "change",
    [{"type": "other"}, {"kind": "other"}, {"line": 0}, {"error": None}, {"extra": 1}],
    ids=str,
)
def test_the_schema_refuses_what_the_protocol_does_not_have(change: dict[str, Any]) -> None:
    assert not validator().is_valid({**example("failed"), **change})


def test_decodes_every_kind_of_job() -> None:
    query = decode_job(example("job-query"))
    assert isinstance(query.work, Query)
    assert query.tables["flowers"].handle == 1
    assert query.limits.overflow == "fail"
    script = decode_job(example("job-script"))
    assert isinstance(script.work, Script)
    assert script.work.params == {"table": "default.flowers"}
    assert script.destination == "oleander.default.summary"
    assert decode_job(example("job-load")).work == Load(
        file="upload-0.csv",
        format="csv",
        options=Options(separator=";", nulls=("NA",), types={"zip": "string"}),
        schema={
            "type": "struct",
            "schema-id": 0,
            "fields": [{"id": 1, "name": "size", "required": False, "type": "double"}],
        },
    )


@pytest.mark.parametrize(
    "job",
    [
        {"mode": "query", "query": "SELECT * FROM flowers WHERE size > 1 AND species IN ('a', 'b')", "tables": {"flowers": "flowers"}},
        {"mode": "query", "query": "SELECT nope", "tables": {}},
        {"mode": "script", "script": "result = scan('flowers')", "params": {}, "destination": "oleander.default.t"},
        {"mode": "script", "script": "catalog.list_tables('default'), catalog.list_namespaces(), catalog.table_exists('nope')", "params": {}},
        {"mode": "script", "script": "catalog.create_namespace('new')", "params": {}},
        {"mode": "script", "script": "result = pl.select(pl.lit(1, dtype=pl.Int128))", "params": {}},
        {"mode": "load", "load": {"file": "nope", "format": "csv"}},
        {"mode": "query", "query": "DROP TABLE nope", "statements": True},
    ],
    ids=lambda job: job["mode"],
)  # fmt: skip
def test_what_the_worker_says_follows_the_schema(lake: ControlPlane, job: dict[str, Any]) -> None:
    reply = lake.run(job)
    for message in (lake.ready, *reply.asks, reply.header):
        validator().validate(message)


def test_an_unknown_mode_is_a_failure_of_the_worker_and_it_lives_on(lake: ControlPlane) -> None:
    header = lake.run({"mode": "dance"}).header
    assert header["kind"] == "worker"
    assert header["error"] == "The worker failed: ValueError: unknown mode of a job: 'dance'"
    assert "Traceback" not in str(header["details"])
    assert lake.query("SELECT 1 AS x").frame().item() == 1


def test_ends_at_once_when_the_control_plane_is_gone(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "nerium_worker", "--job-root", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(SOURCES)},
    )
    assert worker.stdin
    assert worker.stdout
    read_frame(worker.stdout)  # type: ignore[arg-type]  # a pipe is read like a file
    source = "while True: pass"
    limits = {"maxRows": 1, "maxBytes": 1, "pipeBytes": 1, "overflow": "fail"}
    job = {"type": "job", "run": "", "catalog": "", "mode": "script", "script": source, "result": limits}
    FrameWriter(worker.stdin.fileno()).write(job)
    worker.stdin.close()
    assert worker.wait(timeout=10) == 0
    worker.stdout.close()


def test_frames_larger_than_a_pipe_arrive_whole() -> None:
    read_end, write_end = os.pipe()
    payload = os.urandom(1 << 20)
    writer = threading.Thread(target=FrameWriter(write_end).write, args=({"type": "x", "text": "ä"}, payload))
    writer.start()
    with os.fdopen(read_end, "rb") as stream:
        assert read_frame(stream) == ({"type": "x", "text": "ä"}, payload)
        writer.join()
        os.close(write_end)
        assert read_frame(stream) is None


@pytest.mark.parametrize("cut", [0, 3, 8, 12])
def test_a_stream_that_ends_inside_a_frame_has_ended(cut: int) -> None:
    frame = LENGTHS.pack(10, 5) + b'{"a": 123}' + b"12345"
    assert read_frame(io.BytesIO(frame)) == ({"a": 123}, b"12345")
    assert read_frame(io.BytesIO(frame[:cut])) is None


def test_answers_reach_the_threads_that_asked_in_any_order() -> None:
    to_worker, from_worker = os.pipe(), os.pipe()
    channel = Channel(os.fdopen(to_worker[0], "rb"), FrameWriter(from_worker[1]))
    channel.start()
    answers: dict[str, Any] = {}

    def ask(name: str) -> None:
        try:
            answers[name] = channel.ask("table", name=name)[0]["table"]
        except LakeError as error:
            answers[name] = (error.error, error.hint)

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    with os.fdopen(from_worker[0], "rb") as stream:
        asks = [frame[0] for _ in threads if (frame := read_frame(stream))]
    control_plane = FrameWriter(to_worker[1])
    for message in reversed(asks):
        answer = {"table": message["name"]} if message["name"] != "c" else {"error": {"error": "no", "hint": "try d"}}
        control_plane.write({"type": "answer", "id": message["id"], **answer})
    for thread in threads:
        thread.join(timeout=10)
    assert answers == {"a": "a", "b": "b", "c": ("no", "try d")}


def test_a_failure_fits_its_frame() -> None:
    failure = Failure("script", "e" * 100_000, details="\U0001f33a" * 1_000_000, hint="h" * 100_000)
    assert len(json.dumps(failure.message()).encode()) < 1 << 20
