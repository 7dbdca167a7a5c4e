"""Results as Arrow messages and as data files of a table.

May import protocol, polars_plan, iceberg and scan.
"""
