"""Runs on clusters of Polars: the gate for plans, and Polars' own clients."""
