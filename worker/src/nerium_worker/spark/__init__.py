"""Plans of Polars as statements of Spark SQL: pure Python, without Spark and without the network.

May import polars_plan, and scan for its placeholder.
"""

from nerium_worker.spark.translate import SparkStatement, translate
from nerium_worker.spark.unsupported import UnsupportedError

__all__ = ["SparkStatement", "UnsupportedError", "translate"]
