"""Reads Polars' optimised plans, and is the only package that uses unstable interfaces of Polars.

May import nothing else of the worker.
"""
