"""A small star schema and statements in the manner of TPC-DS: facts over time, dimensions, windows over aggregates."""

from __future__ import annotations

import datetime as dt
import io
import random
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from reference.statement import Statement
from reference.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference.server import Server

FOLDER = Path(__file__).parent / "retail"
_FIRST_DAY = dt.date(2024, 1, 1)
_DAYS = 731
_NAMES = ("Ada", "Bo", "Chloé", "Dān", "Eve", "Fritz", "Gül", "Hana", "Ivo", "José")


def load_retail(server: Server) -> dict[str, Table]:
    """Upload the tables; the facts in several files."""
    frames = retail_frames()
    for name, frame in frames.items():
        parts = 4 if frame.height > 1000 else 1
        size = -(-frame.height // parts)
        for number in range(parts):
            body = io.BytesIO()
            frame.slice(number * size, size).write_parquet(body)
            if number == 0:
                server.replace("retail", name, body.getvalue())
            else:
                server.append("retail", name, body.getvalue())
    return {
        name: Table(kind=name, reference=f"retail.{name}", key=frame.columns[0], frame=frame)
        for name, frame in frames.items()
    }


def retail_statements(tables: dict[str, Table]) -> Iterator[tuple[str, Statement]]:
    """Read the statements; each orders its rows totally."""
    for path in sorted(FOLDER.glob("*.sql")):
        yield (
            path.stem,
            Statement(mode="query", text=path.read_text(), tables=tables, ordered=True, constructs=frozenset()),
        )


def retail_frames() -> dict[str, pl.DataFrame]:
    rng = random.Random(2024)
    days = [_FIRST_DAY + dt.timedelta(days=number) for number in range(_DAYS)]
    items = range(1, 121)
    customers = range(1, 401)
    stores = range(1, 13)
    dates = pl.DataFrame({"date_sk": pl.Series(range(_DAYS)), "d_date": days}).with_columns(
        d_year=pl.col("d_date").dt.year(),
        d_moy=pl.col("d_date").dt.month().cast(pl.Int32),
        d_qoy=pl.col("d_date").dt.quarter().cast(pl.Int32),
        d_dow=pl.col("d_date").dt.weekday().cast(pl.Int32),
        d_holiday=pl.col("d_date").dt.day().is_in([1, 25]),
    )
    item = pl.DataFrame(
        {
            "item_sk": items,
            "i_brand": [f"brand {rng.randrange(15)}" for _ in items],
            "i_category": [rng.choice(["Books", "Music", "Home", "Sports", None]) for _ in items],
            "i_class": [f"class {rng.randrange(6)}" for _ in items],
            "i_current_price": [round(rng.randrange(100, 20000) / 100 * 4) / 4 for _ in items],
            "i_tags": [rng.sample(["new", "sale", "eco", "gift", "last"], rng.randrange(4)) for _ in items],
            "i_size": [rng.choice(["S", "M", "L"]) for _ in items],
        }
    )
    customer = pl.DataFrame(
        {
            "customer_sk": customers,
            "c_name": [f"{rng.choice(_NAMES)} {number % 37}" for number in customers],
            "c_birth": [dt.date(1940, 1, 1) + dt.timedelta(days=rng.randrange(25000)) for _ in customers],
            "c_state": [rng.choice(["CA", "NY", "TX", "WA", None]) for _ in customers],
            "c_preferred": [rng.choice([True, False, None]) for _ in customers],
            "c_address": [
                {"city": rng.choice(["Oslo", "Łódź", "Lima"]), "zip": rng.randrange(100, 999)} for _ in customers
            ],
        }
    )
    store = pl.DataFrame(
        {
            "store_sk": stores,
            "s_name": [f"store {number}" for number in stores],
            "s_state": [rng.choice(["CA", "NY", "TX", "WA"]) for _ in stores],
            "s_floor_space": [rng.randrange(1000, 9000) for _ in stores],
            "s_opened": [dt.datetime(2019, 1, 1, 9) + dt.timedelta(hours=rng.randrange(30000)) for _ in stores],  # noqa: DTZ001
        }
    )
    sales = range(1, 6001)
    store_sales = pl.DataFrame(
        {
            "ticket": sales,
            "date_sk": [rng.randrange(_DAYS) if rng.random() < 0.98 else None for _ in sales],
            "customer_sk": [rng.randrange(1, 401) if rng.random() < 0.95 else None for _ in sales],
            "ss_quantity": pl.Series([rng.randrange(1, 20) for _ in sales], dtype=pl.Int32),
            "item_sk": [rng.randrange(1, 121) for _ in sales],
            "ss_list_price": [rng.randrange(4, 800) / 4 for _ in sales],
            "store_sk": [rng.randrange(1, 13) for _ in sales],
            "ss_discount": [rng.randrange(0, 40) / 4 if rng.random() < 0.6 else None for _ in sales],
            "ss_net_paid": pl.Series([rng.randrange(100, 90000) for _ in sales]).cast(pl.Decimal(9, 2)),
            "ss_net_profit": [rng.randrange(-400, 800) / 4 for _ in sales],
        }
    )
    returned = store_sales.filter(pl.col("ticket") % 9 == 4)
    store_returns = returned.select(
        "ticket",
        "item_sk",
        "customer_sk",
        return_date_sk=(pl.col("date_sk") + pl.col("ticket") % 30),
        sr_quantity=pl.min_horizontal("ss_quantity", pl.lit(2, dtype=pl.Int32)),
        sr_amount=pl.col("ss_list_price") * 2,
        sr_reason=pl.when(pl.col("ticket") % 2 == 0).then(pl.lit("broken")).otherwise(pl.lit("late")),
    )
    orders = range(1, 2501)
    web_sales = pl.DataFrame(
        {
            "order_number": orders,
            "date_sk": [rng.randrange(_DAYS) for _ in orders],
            "item_sk": [rng.randrange(1, 121) for _ in orders],
            "customer_sk": [rng.randrange(1, 301) for _ in orders],
            "ws_quantity": pl.Series([rng.randrange(1, 9) for _ in orders], dtype=pl.Int32),
            "ws_price": [rng.randrange(4, 800) / 4 for _ in orders],
            "ws_ship_days": [rng.randrange(1, 120) if rng.random() < 0.9 else None for _ in orders],
        }
    )
    inventory = pl.DataFrame(
        [
            {"date_sk": day, "item_sk": number, "inv_quantity": rng.randrange(0, 500)}
            for day in range(0, _DAYS, 60)
            for number in items
        ]
    )
    return {
        "date_dim": dates,
        "item": item,
        "customer": customer,
        "store": store,
        "store_sales": store_sales,
        "store_returns": store_returns,
        "web_sales": web_sales,
        "inventory": inventory,
    }
