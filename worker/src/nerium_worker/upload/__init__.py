"""Uploaded files as frames that have the values of the file, or a failure that says where they do not.

May import protocol and polars_plan.
"""
