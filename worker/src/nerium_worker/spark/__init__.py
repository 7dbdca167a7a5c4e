"""Plans of Polars as statements of Spark SQL: pure Python, without Spark and without the network."""

from nerium_worker.spark.refused import Refused
from nerium_worker.spark.translate import SparkStatement, translate

__all__ = ["Refused", "SparkStatement", "translate"]
