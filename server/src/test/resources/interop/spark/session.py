"""One Spark session that runs the programs of many tests: a start of Spark costs more than all that a test does with it.

Each line of standard input is a JSON object {program, home, url, key}; each line of standard output the answer: {answer} or {error}.
"""

import json, os, sys, traceback

replies = os.fdopen(os.dup(1), "w")
# Spark's JVM and its programs may print: what they print is not a reply.
os.dup2(2, 1)

from pyspark.sql import SparkSession

CATALOG = "spark.sql.catalog.oleander"


def start():
    settings = {
        "spark.jars": os.environ["SPARK_JARS"],
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        # C1 alone, one partition, no generated code: each statement of a test is small, and another one.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m -XX:+UseSerialGC -Duser.timezone=UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def session(spark, home, url, key):
    """A session whose catalog `oleander` is the lake of a server, opened past it, and `lake` the same through it."""
    own = spark.newSession()
    for name, value in {
        "": "org.apache.iceberg.spark.SparkCatalog",
        ".type": "jdbc",
        ".uri": f"jdbc:sqlite:{home}/lake/catalog.db?busy_timeout=10000",
        ".warehouse": f"{home}/lake/warehouse",
        ".jdbc.schema-version": "V1",
    }.items():
        own.conf.set(CATALOG + name, value)
    for name, value in {
        "": "org.apache.iceberg.spark.SparkCatalog",
        ".type": "rest",
        ".uri": f"{url}/iceberg",
        ".warehouse": "oleander",
        ".credential": f"spark:{key}",
    }.items():
        own.conf.set("spark.sql.catalog.lake" + name, value)
    return own


def run(spark, request):
    answers = []
    scope = {"spark": session(spark, request["home"], request["url"], request["key"]), "HOME": request["home"], "answer": answers.append}
    try:
        exec(compile(request["program"], "program.py", "exec"), scope)
        return {"answer": answers[0]}
    except Exception:
        return {"error": traceback.format_exc()}


spark = start()
for line in sys.stdin:
    json.dump(run(spark, json.loads(line)), replies, default=str)
    replies.write("\n")
    replies.flush()
