"""Kinds of expressions: casts, comparisons, arithmetic, aggregates and windows.

May import scope, and the modules that scope imports.
"""
