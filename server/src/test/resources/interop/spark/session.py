"""One Spark that runs the programs of all tests of a build: a start of Spark costs more than all that a test does with it.

Listens on the socket `socket` in its folder, one thread for each connection. Sends the line "ready" to a new connection. Each line that
comes is a JSON object {program, home, url, key, sample}; each line that goes back the answer: {answer} or {error}. Ends with its last connection.
"""

import json, os, socket, threading, traceback

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
    scope = {
        "spark": session(spark, request["home"], request["url"], request["key"]),
        "HOME": request["home"],
        "SAMPLE": request["sample"],
        "answer": answers.append,
    }
    try:
        exec(compile(request["program"], "program.py", "exec"), scope)
        return {"answer": answers[0]}
    except Exception:
        return {"error": traceback.format_exc()}


class Connections:
    """Counts the connections, and ends the process with the last one."""

    def __init__(self):
        self._count = 0
        self._lock = threading.Lock()

    def serve(self, spark, connection):
        with self._lock:
            self._count += 1
        threading.Thread(target=self._serve, args=(spark, connection), daemon=True).start()

    def _serve(self, spark, connection):
        try:
            with connection, connection.makefile("rw", encoding="utf-8") as lines:
                send(lines, "ready")
                for line in lines:
                    send(lines, json.dumps(run(spark, json.loads(line)), default=str))
        except OSError:
            traceback.print_exc()
        finally:
            with self._lock:
                self._count -= 1
                if self._count == 0:
                    os.unlink("socket")
                    os._exit(0)


def send(lines, text):
    lines.write(text + "\n")
    lines.flush()


def main():
    spark = start()
    if os.path.exists("socket"):
        os.unlink("socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("socket")
    listener.listen()
    # The JVM that started it may have died meanwhile.
    listener.settimeout(60)
    connections = Connections()
    while True:
        connection, _ = listener.accept()
        listener.settimeout(None)
        connections.serve(spark, connection)


main()
