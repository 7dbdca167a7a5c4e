"""The options with which an uploaded file is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options for reading a file; None is detected.

    `quote` is empty where no character quotes; `types` has names of Iceberg's types by column; `sheet` is a sheet's
    name, or its number from 1.
    """

    separator: str | None = None
    quote: str = '"'
    header: bool = True
    skip_lines: int = 0
    comment: str | None = None
    nulls: Sequence[str] = ()
    decimal_comma: bool = False
    date_format: str | None = None
    timestamp_format: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    ragged: Literal["refuse", "pad", "truncate"] = "refuse"
    sheet: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)


def decode_options(message: Mapping[str, Any]) -> Options:
    """Decode the options of a `load` job."""
    return Options(
        separator=message.get("separator"),
        quote=message.get("quote", '"'),
        header=message.get("header", True),
        skip_lines=message.get("skipLines", 0),
        comment=message.get("comment"),
        nulls=tuple(message.get("nulls", ())),
        decimal_comma=message.get("decimalComma", False),
        date_format=message.get("dateFormat"),
        timestamp_format=message.get("timestampFormat"),
        time_format=message.get("timeFormat"),
        encoding=message.get("encoding"),
        ragged=message.get("ragged", "refuse"),
        sheet=message.get("sheet"),
        types=dict(message.get("types", {})),
    )
