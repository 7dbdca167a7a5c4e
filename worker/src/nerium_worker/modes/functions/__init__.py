"""Functions of SQL that Polars does not have: each call becomes an expression of the functions that it has."""
