"""Iceberg's bucket hash, Murmur3 in its 32-bit form (table spec, appendix B), in Polars' own arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nerium_worker.iceberg.types import UUID_BYTES, decimal_type, fixed_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WORD = 1 << 32
_ZEROS = b"\0\0\0\0"


def bucket(value: pl.Expr, type_: str, count: int) -> pl.Expr:
    """Give the number of the bucket that a value falls into, null for null."""
    return ((_hash(value, type_) & _u32(0x7FFF_FFFF)) % _u32(count)).cast(pl.Int32)


def _hash(value: pl.Expr, type_: str) -> pl.Expr:
    match type_:
        case "time" | "timestamp_ns" | "timestamptz_ns":
            # Polars' time has nanoseconds; Iceberg hashes microseconds of each.
            return _long(value.to_physical().cast(pl.Int64) // 1000)
        case "string" | "binary":
            return _batchwise(value.cast(pl.Binary), _hash_bytes)
        case _ if type_ == UUID_BYTES or fixed_type(type_) is not None:
            return _batchwise(value, _hash_bytes)
        case _ if decimal_type(type_) is not None:
            return _batchwise(value.to_physical().cast(pl.Int128), _hash_unscaled)
        case _:
            return _long(value.to_physical().cast(pl.Int64))


def _batchwise(value: pl.Expr, hash_: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    """Hash step by step: in one expression each round would name the state twice, and so double the rounds before."""
    return value.map_batches(hash_, return_dtype=pl.UInt32, is_elementwise=True)


def _long(value: pl.Expr) -> pl.Expr:
    words = value.reinterpret(dtype=pl.UInt64)
    low, high = (words % _WORD).cast(pl.UInt32), (words // _WORD).cast(pl.UInt32)
    return _finish(_round(_round(_u32(0), low), high), _u32(8))


def _hash_unscaled(values: pl.Series) -> pl.Series:
    """Hash the shortest two's complement of decimals without their scale, big-endian: 1 to 16 bytes."""
    rest = pl.DataFrame({"row": pl.int_range(len(values), dtype=pl.UInt32, eager=True), "value": values})
    nulls = rest.filter(pl.col("value").is_null()).select("row", hash=pl.lit(None, dtype=pl.UInt32))
    ended, rest = [nulls], rest.drop_nulls()
    for size in range(1, 17):
        limit = 1 << (8 * size - 1)
        low, high = pl.lit(-limit, dtype=pl.Int128), pl.lit(limit - 1, dtype=pl.Int128)
        fits = pl.col("value").is_between(low, high)
        ended.append(_hash_big_endian(rest.filter(fits), size))
        rest = rest.filter(~fits)
        if not rest.height:
            break
    return pl.concat(ended).sort("row")["hash"]


def _hash_big_endian(rows: pl.DataFrame, length: int) -> pl.DataFrame:
    octets = [
        (pl.col("value") // pl.lit(1 << (8 * place), dtype=pl.Int128) % pl.lit(256, dtype=pl.Int128)).cast(pl.UInt32)
        for place in reversed(range(length))
    ]
    words = [_little_endian(octets[start : start + 4]) for start in range(0, length, 4)]
    rows = rows.with_columns(state=_u32(0))
    for word in words[: length // 4]:
        rows = rows.with_columns(state=_round(pl.col("state"), word))
    if length % 4:
        rows = rows.with_columns(state=pl.col("state") ^ _mix(words[-1]))
    return rows.select("row", hash=_finish(pl.col("state"), _u32(length)))


def _little_endian(octets: Sequence[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(octet * _u32(1 << (8 * place)) for place, octet in enumerate(octets)).cast(pl.UInt32)


def _hash_bytes(values: pl.Series) -> pl.Series:
    """Hash byte strings word by word, those that have ended set aside, so that a long one costs no others."""
    rest = pl.DataFrame({"row": pl.int_range(len(values), dtype=pl.UInt32, eager=True), "bytes": values})
    rest = rest.with_columns(size=pl.col("bytes").bin.size().cast(pl.UInt32), state=_u32(0))
    ended: list[pl.DataFrame] = []
    start = 0
    while rest.height:
        done = pl.col("size").is_null() | (pl.col("size") < start + 4)
        tail = _mix(_word(pl.col("bytes") + pl.lit(_ZEROS), start))
        state = pl.when(pl.col("size") % 4 > 0).then(pl.col("state") ^ tail).otherwise("state")
        ended.append(rest.filter(done).select("row", hash=_finish(state, pl.col("size"))))
        rest = rest.filter(~done)
        rest = rest.with_columns(state=_round(pl.col("state"), _word(pl.col("bytes"), start)))
        start += 4
    return pl.concat(ended).sort("row")["hash"] if ended else pl.Series([], dtype=pl.UInt32)


def _word(value: pl.Expr, start: int) -> pl.Expr:
    padded = value + pl.lit(_ZEROS)
    return padded.bin.slice(start, 4).bin.reinterpret(dtype=pl.UInt32, endianness="little")


def _round(state: pl.Expr, word: pl.Expr) -> pl.Expr:
    return _rotate(state ^ _mix(word), 13) * _u32(5) + _u32(0xE654_6B64)


def _mix(word: pl.Expr) -> pl.Expr:
    return _rotate(word * _u32(0xCC9E_2D51), 15) * _u32(0x1B87_3593)


def _finish(state: pl.Expr, length: pl.Expr) -> pl.Expr:
    state = state ^ length
    state = (state ^ (state // _u32(1 << 16))) * _u32(0x85EB_CA6B)
    state = (state ^ (state // _u32(1 << 13))) * _u32(0xC2B2_AE35)
    return state ^ (state // _u32(1 << 16))


def _rotate(word: pl.Expr, bits: int) -> pl.Expr:
    return (word * _u32(1 << bits)) | (word // _u32(1 << (32 - bits)))


def _u32(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt32)
