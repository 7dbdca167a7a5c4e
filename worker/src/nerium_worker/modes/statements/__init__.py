"""Statements that change tables or describe them, one module per family.

May import every package that modes may import, and the modules of `modes` for queries. Nothing is changed here: a
worker describes the change and writes files, and the control plane checks and commits it.
"""
