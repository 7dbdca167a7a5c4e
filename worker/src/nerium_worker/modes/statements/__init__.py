"""Statements other than queries: which kind a text is, and one module for each family of statements."""
