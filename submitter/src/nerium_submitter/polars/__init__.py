"""Plans on Polars' own clusters."""
