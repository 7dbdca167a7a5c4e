"""Runs plans on Polars On-Prem and Polars Cloud with Polars' own client."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
import polars_cloud as pc
from polars_cloud.polars_cloud import EncodedPolarsError, QueryStatusCodeModel, TLSOptions
from polars_cloud.query._utils import prepare_query
from polars_cloud.query.query import DistributionSettings
from polars_cloud.query.query_result import decode_error

from nerium_submitter.errors import ConnectionLostError, StatementError
from nerium_submitter.listener import require_listener
from nerium_submitter.polars import gate
from nerium_submitter.polars.cluster_pool import ClusterPool
from nerium_submitter.polars.deadline import Deadline
from nerium_submitter.polars.plan_document import unpack
from nerium_submitter.run import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from polars_cloud.polars_cloud import PyQuerySettings, QueryInfoPy, SchedulerClient

    from nerium_submitter.run import Run

_PORT = 5051
# A cluster that loses a worker does the tasks of that worker again.
_RETRIES_OF_TASKS = 2
_ATTEMPTS = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_ENDS = (QueryStatusCodeModel.Success, QueryStatusCodeModel.Failed, QueryStatusCodeModel.Canceled)
# The facts of a query that has ended are available immediately.
_FACTS_MS = 2000


class _Clusters(Protocol):
    """Where queries go."""

    def client(self, message: Mapping[str, Any]) -> tuple[SchedulerClient, Mapping[str, Any]]:
        """Give a cluster that takes queries, and what it is; may take as long as the run has."""


def _run(run: Run, clusters: _Clusters, deadline: Deadline) -> Mapping[str, Any]:
    """Do all of a run: check its plan, submit it, follow it, and see that it ended well."""
    plan, min_workers = _plan(run.message), run.message["min_workers"]
    client, what = clusters.client(run.message)
    if run.is_cancelled:
        raise StatementError("cancelled")
    try:
        query = _Query(client, plan, _settings(min_workers), deadline)
        with query.cancel_unless_done(), run.ended_by(query.cancel):
            status = query.follow(run)
            facts = query.facts()
        run.progress(Progress(stages=facts.total_stages, stages_complete=facts.finished_stages))
        _require_success(status, facts, run)
    except EncodedPolarsError as error:
        raise StatementError(str(decode_error(str(error)))) from error
    except (RuntimeError, ValueError) as error:
        raise ConnectionLostError(str(error)) from error
    return what


def _plan(message: Mapping[str, Any]) -> bytes:
    stores = message["stores"]
    return gate.assemble(
        unpack(message["plan"]),
        {table["table"]: unpack(table["plan"]) for table in message["tables"]},
        {name: gate.Place(uri=uri, store=stores[store]) for name, (uri, store) in message["files"].items()},
        gate.Place(uri=message["staging"]["uri"], store=stores[message["staging"]["store"]]),
    )


def _settings(min_workers: int) -> PyQuerySettings:
    """Have the client itself say how a query is run: on several machines or not at all."""
    _, settings = prepare_query(
        pl.LazyFrame({"a": [1]}),
        dst=pc.ParquetDst("s3://nerium/staging/", credential_provider=None),
        engine="auto",
        plan_type="plain",
        shuffle_compression="auto",
        shuffle_format="auto",
        distributed_settings=DistributionSettings(single_worker_ops="forbid"),
        n_retries=_RETRIES_OF_TASKS,
        min_workers=min_workers,
        optimizations=pl.QueryOptFlags(),
    )
    return settings


class _Query:
    """A query that a cluster has."""

    def __init__(self, client: SchedulerClient, plan: bytes, settings: PyQuerySettings, deadline: Deadline) -> None:
        self._client = client
        self._deadline = deadline
        self._id = deadline.call(lambda: client.do_query(plan=plan, settings=settings))
        self._lock = threading.Lock()
        self._is_cancelled = False

    def cancel(self) -> None:
        """End it on the cluster, once."""
        with self._lock:
            was_cancelled, self._is_cancelled = self._is_cancelled, True
        if not was_cancelled:
            self._deadline.call(lambda: self._client.cancel_direct_query(self._id))

    @contextlib.contextmanager
    def cancel_unless_done(self) -> Iterator[None]:
        """Cancel a query that is no longer followed: a lost cluster may return, and continue it."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(Exception):
                self.cancel()
            raise

    def follow(self, run: Run) -> QueryStatusCodeModel:
        """Ask for the status until it is an end; a question that fails is asked again, a few times."""
        pause, failures = _FIRST_PAUSE, 0
        while True:
            try:
                status = self._deadline.call(lambda: self._client.get_direct_query_status(self._id))
                failures = 0
            except RuntimeError as error:
                failures += 1
                if failures == _ATTEMPTS:
                    raise ConnectionLostError(str(error)) from error
                status = None
            if status in _ENDS:
                return status
            if run.is_cancelled:
                raise StatementError("cancelled")
            time.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 1.5)

    def facts(self) -> QueryInfoPy:
        """Request the facts of a query that has ended."""
        return self._deadline.call(lambda: self._client.get_direct_query_result(self._id, _FACTS_MS))


def _require_success(status: QueryStatusCodeModel, facts: QueryInfoPy, run: Run) -> None:
    """Refuse a success that is none: a query may have failed with no error in its list, or been cancelled."""
    if status == QueryStatusCodeModel.Canceled:
        raise StatementError("cancelled" if run.is_cancelled else "the cluster cancelled the query")
    if status == QueryStatusCodeModel.Failed or facts.errors or facts.failed_stages:
        errors = "\n".join(str(decode_error(error)) for error in facts.errors if error)
        raise StatementError(_without_keys(errors, run.message["stores"]) or "the cluster does not say why")


def _without_keys(text: str, stores: list[list[list[Any]]]) -> str:
    """Leave keys out of what the cluster says of its stores."""
    for name, value in (pair for store in stores for pair in store):
        if name in ("AccessKeyId", "SecretAccessKey", "Token") and value:
            text = text.replace(value, "...")
    return text


class OnPrem:
    """A cluster of Polars On-Prem."""

    def __init__(self, setting: Mapping[str, Any]) -> None:
        self._url: str = setting["url"]
        self._seconds: float = setting["seconds"]
        self._domain: str | None = setting["domain"] or None
        self._headers: dict[str, str] = setting["headers"]
        certificates: str = setting["certificates"]
        self._tls = TLSOptions(ca_cert=certificates.encode()) if certificates else None
        self._deadline = Deadline(self._seconds)

    def probe(self) -> str:
        """Give the versions of what answers."""
        client = self._client()
        try:
            versions = self._deadline.call(client.get_compute_versions)
        except RuntimeError as error:
            raise ConnectionLostError(str(error)) from error
        if versions.polars_python_version != pl.__version__:
            raise ConnectionLostError(
                f"it runs Polars {versions.polars_python_version}, and plans are written for {pl.__version__}"
            )
        return f"{versions.compute_plane_version}, Polars {versions.polars_python_version}"

    def run(self, run: Run) -> Mapping[str, Any]:
        """Do all of a run; the machines are what they are."""
        return _run(run, self, self._deadline)

    def client(self, _: Mapping[str, Any]) -> tuple[SchedulerClient, Mapping[str, Any]]:
        """Give the cluster."""
        return self._client(), {}

    def _client(self) -> SchedulerClient:
        require_listener(self._url, _PORT, self._seconds)
        try:
            context = self._deadline.call(
                lambda: pc.ClusterContext(
                    uri=self._url, domain_name=self._domain, extra_headers=self._headers, tls_options=self._tls
                )
            )
        except (RuntimeError, ValueError) as error:
            raise ConnectionLostError(str(error)) from error
        client: SchedulerClient = context._get_direct_client()  # noqa: SLF001
        return client

    def close(self) -> None:
        """Give back nothing: the cluster is not rented."""


class Cloud:
    """Clusters that Polars Cloud rents out, each for the runs that want its size."""

    def __init__(self, setting: Mapping[str, Any]) -> None:
        self._workspace: str = setting["workspace"]
        self._idle_minutes: int = setting["idle_minutes"]
        self._is_plain: bool = setting["address"].startswith("http://")
        self._deadline = Deadline(setting["seconds"])
        self._pool = ClusterPool(self._context, self._deadline)

    def probe(self) -> str:
        """See that the workspace is there."""
        with _translate_errors():
            workspace = self._deadline.call(lambda: pc.Workspace(self._workspace))
            return f"workspace {self._deadline.call(lambda: workspace.name)}"

    def run(self, run: Run) -> Mapping[str, Any]:
        """Do all of a run on machines of the size that it wants."""
        return _run(run, self, self._deadline)

    def client(self, message: Mapping[str, Any]) -> tuple[SchedulerClient, Mapping[str, Any]]:
        """Give a cluster of the wanted size."""
        with _translate_errors():
            context = self._pool.ready((message["instance_type"], message["cluster_size"]))
            client = self._deadline.call(context._get_direct_client)  # noqa: SLF001
        if client is None:
            raise ConnectionLostError("the cluster can't be reached directly")
        return client, {"instance_type": context.instance_type, "cluster_size": context.cluster_size}

    def _context(self, size: tuple[str | None, int | None]) -> pc.ComputeContext:
        instance_type, cluster_size = size
        return pc.ComputeContext(
            workspace=self._workspace,
            instance_type=instance_type,
            cluster_size=cluster_size,
            idle_timeout_mins=self._idle_minutes,
            insecure=self._is_plain,
        )

    def close(self) -> None:
        """Stop what was started."""
        self._pool.stop()


@contextlib.contextmanager
def _translate_errors():  # noqa: ANN202  # a context manager of nothing
    """Say what the service says, in one line."""
    try:
        yield
    except ConnectionLostError:
        raise
    except BaseException as error:
        raise ConnectionLostError(_sentence(str(error) or type(error).__name__)) from error


def _sentence(text: str) -> str:
    """Give the service's own words, where they come as JSON."""
    with contextlib.suppress(ValueError):
        told = json.loads(text)
        return str(told.get("message", text)) if isinstance(told, dict) else text
    return text
