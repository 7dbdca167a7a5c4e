import polars as pl

