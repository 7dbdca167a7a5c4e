"""A Parquet file and a CSV file of a size, put into a table through HTTP, against Polars that rewrites the same file as Parquet."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from server import running
from start import peak_mib

MIB = 1 << 20
ROWS = 1_000_000
TYPES = {".parquet": "application/vnd.apache.parquet", ".csv": "text/csv"}


def measure(mib: int) -> dict[str, Any]:
    """Each file on a server of its own, whose peak memory is that of this upload."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {suffix.lstrip("."): _upload(_file(folder, suffix, mib), folder) for suffix in TYPES}
    print("\n## Uploads\n\n| | MiB | through HTTP s | MiB/s | Polars alone s | ratio | server MiB | worker MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for name, of in figures.items():
        print(
            f"| {name} | {of['mib']:,.0f} | {of['http_s']:.1f} | {of['mib'] / of['http_s']:.0f} | {of['polars_s']:.1f}"
            f" | {of['http_s'] / of['polars_s']:.2f} | {of['server_peak_mib']:.0f} | {of['worker_peak_mib']:.0f} |"
        )
    return figures


def _file(folder: Path, suffix: str, mib: int) -> Path:
    """Rows that compress badly, as many as fill the size."""
    path = folder / f"data{suffix}"
    part = pl.select(
        id=pl.int_range(ROWS, dtype=pl.Int64).shuffle(seed=1),
        amount=pl.int_range(ROWS, dtype=pl.Int64).shuffle(seed=2) / 7,
        day=pl.date(2026, 1, 1) + pl.duration(days=pl.int_range(ROWS) % 365),
        text=pl.format("t{}", pl.int_range(ROWS, dtype=pl.Int64).hash(seed=3)),
    )
    write = part.write_csv if suffix == ".csv" else part.write_parquet
    write(path)
    parts = max(1, round(mib * MIB / path.stat().st_size))
    lazy = pl.concat([part.lazy()] * parts)
    (lazy.sink_csv if suffix == ".csv" else lazy.sink_parquet)(path)
    return path


def _upload(path: Path, folder: Path) -> dict[str, Any]:
    scan = pl.scan_csv(path, try_parse_dates=True) if path.suffix == ".csv" else pl.scan_parquet(path)
    begun = time.perf_counter()
    scan.sink_parquet(folder / "alone.parquet", compression="snappy")
    alone = time.perf_counter() - begun
    with running() as server:
        client = server.client()
        client.put("/api/v1/catalogs/oleander/namespaces/default/tables/small", b"a\n1\n", "text/csv")
        begun = time.perf_counter()
        reply = client.put(
            "/api/v1/catalogs/oleander/namespaces/default/tables/large", path.open("rb"), TYPES[path.suffix]
        )
        seconds = time.perf_counter() - begun
        record = json.loads(client.get(f"/api/v2/runs/{json.loads(reply)['run_id']}"))
        return {
            "mib": path.stat().st_size / MIB,
            "http_s": seconds,
            "polars_s": alone,
            "server_peak_mib": peak_mib(server.process.pid),
            "worker_peak_mib": (record["peak_memory_bytes"] or 0) / MIB,
        }
