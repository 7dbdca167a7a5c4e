"""Iceberg's schemas, values, expressions and partition transforms, in Polars.

May import protocol and polars_plan.
"""
