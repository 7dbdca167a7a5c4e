"""The reference test: random statements and plans through HTTP, against Polars alone on the same rows."""
