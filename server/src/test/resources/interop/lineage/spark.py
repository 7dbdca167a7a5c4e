"""Two writes, told by OpenLineage's listener. Arguments: the jar, the server, its key, a folder."""

import sys

from pyspark.sql import SparkSession

jar, url, key, folder = sys.argv[1:]
settings = {
    "spark.jars": jar,
    "spark.extraListeners": "io.openlineage.spark.agent.OpenLineageSparkListener",
    "spark.openlineage.transport.type": "http",
    "spark.openlineage.transport.url": url,
    "spark.openlineage.transport.auth.type": "api_key",
    "spark.openlineage.transport.auth.apiKey": key,
    "spark.openlineage.namespace": "spark",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.enabled": "false",
}
builder = SparkSession.builder.master("local[1]").appName("shop")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
spark.range(10).selectExpr("id", "id * 2 AS amount").write.parquet(f"{folder}/orders")
orders = spark.read.parquet(f"{folder}/orders")
orders.groupBy().sum("amount").withColumnRenamed("sum(amount)", "total").write.parquet(f"{folder}/totals")
spark.stop()
