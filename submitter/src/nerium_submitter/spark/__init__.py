"""Runs on Spark clusters: the gate for statements, and a client of Spark Connect."""
