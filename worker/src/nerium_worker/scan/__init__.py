"""Tables as lazy frames: data files, delete files and files with older schemas.

May import protocol, polars_plan and iceberg.
"""
