"""Column lineage: which columns of the tables made each column of a result, and decided about its rows.

May import protocol, polars_plan and scan.
"""
