"""The statements of Polars' own SQL tests, and the frames that they read: `record.py` writes `statements.jsonl`."""
