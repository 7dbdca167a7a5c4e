package dev.nerium.contract;

import static dev.nerium.contract.Requests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mode {@code script}, where it does not work: the message, the line and a hint. */
@Tag("server")
class ScriptErrorsTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            x = 1                         | The script did not assign `result`.           | Assign a Polars LazyFrame or DataFrame to `result`.
            result = None                 | The script assigned None to `result`.         | Assign a Polars LazyFrame or DataFrame to `result`.
            result = 5                    | `result` is of the type int, not a frame.     | Assign a Polars LazyFrame or DataFrame to `result`.
            result = {'a': [1]}           | `result` is of the type dict, not a frame.    | Assign a Polars LazyFrame or DataFrame to `result`.
            result = pl.Series([1])       | `result` is a Series (Int64), not a frame.    | Make it a frame first: result = ....to_frame().
            result = pl.col('a')          | `result` is an expression, not a frame.       | Select it: result = frame.select(...).
            """)
    void resultMustBeAFrame(String script, String error, String hint) {
        Reply reply = server.script(script);

        assertRefused(reply, "UNSUPPORTED_RESULT_TYPE", error);
        assertThat(reply.details()).isEqualTo("Hint: " + hint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            result = scan('default.flowers').collect()                      | .collect()
            result = scan('default.flowers').head(1).collect()              | .collect()
            result = scan('default.flowers').remote()                       | .remote()
            scan('default.flowers').sink_parquet('/tmp/x')                  | .sink_parquet()
            scan('default.flowers').sink_csv('/tmp/x')                      | .sink_csv()
            pl.collect_all([scan('default.flowers')])                       | .collect_all()
            """)
    void theServerExecutesFramesOfTables(String statement, String call) {
        Reply reply = server.script("# Reads flowers.\n\n" + statement);

        assertRefused(
                reply, "SCRIPT_FAILED", "`" + call + "` at line 3: Nerium executes frames of lake tables itself.");
        assertThat(reply.details())
                .contains("File \"<script>\", line 3, in <module>\n    " + statement)
                .endsWith("Hint: Leave the frame lazy and assign it to `result`.");
    }

    @Test
    void theLineOfACollectInAFunctionIsTheFunctions() {
        Reply reply = server.script("def rows(frame):\n    return frame.collect()\n\nrows(scan('default.flowers'))");

        assertRefused(reply, "SCRIPT_FAILED", "`.collect()` at line 2: Nerium executes frames of lake tables itself.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            x = (                      | SyntaxError at line 2: '(' was never closed
            if True:                   | IndentationError at line 2: expected an indented block after 'if' statement on line 2
            return 5                   | SyntaxError at line 2: 'return' outside function
            await x                    | SyntaxError at line 2: 'await' outside function
            x = 1 / 0                  | ZeroDivisionError at line 2: division by zero
            undefined                  | NameError at line 2: name 'undefined' is not defined
            import nosuch              | ModuleNotFoundError at line 2: No module named 'nosuch'
            params['limit']            | KeyError at line 2: 'limit'
            assert False               | AssertionError at line 2
            raise KeyboardInterrupt    | KeyboardInterrupt at line 2
            input()                    | EOFError at line 2: EOF when reading a line
            import sys; sys.exit(3)    | The script ended itself with sys.exit(3) at line 2.
            raise SystemExit('bye')    | The script ended itself with sys.exit('bye') at line 2.
            pl.DataFrame({'a': [1], 'b': [1, 2]}) | ShapeError at line 2: could not create a new DataFrame: height of column 'b' (2) does not match height of column 'a' (1)
            scan(5)                    | TypeError at line 2: scan() takes the name of a table, like 'namespace.table', not 5
            scan('default.flower')     | LakeError at line 2: There is no table 'default.flower'. Did you mean 'default.flowers'?
            scan('other.a.b')          | LakeError at line 2: There is no catalog 'other'.
            scan('flowers')            | LakeError at line 2: the table's name is 'flowers': expected namespace.table or catalog.namespace.table, but it has 1 part.
            catalog.load_table('default.flower') | NoSuchTableError at line 2: There is no table 'default.flower'. Did you mean 'default.flowers'?
            """)
    void namesTheErrorAndItsLine(String statement, String error) {
        assertRefused(server.script("x = 0\n" + statement), "SCRIPT_FAILED", error);
    }

    @Test
    void showsTheTracebackOfTheScriptAlone() {
        Reply reply = server.script("def f(x):\n    raise ValueError('first\\nsecond')\n\nf(1)");

        assertRefused(reply, "SCRIPT_FAILED", "ValueError at line 2: first");
        assertThat(reply.details()).isEqualTo("""
                Traceback (most recent call last):
                  File "<script>", line 4, in <module>
                    f(1)
                  File "<script>", line 2, in f
                    raise ValueError('first\\nsecond')
                ValueError: first
                second""");
    }

    @Test
    void survivesInfiniteRecursion() {
        Reply reply = server.script("def f():\n    return f()\n\nf()");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith("RecursionError at line 2: maximum recursion depth exceeded");
        assertThat(reply.text()).hasSizeLessThan(4_000);
    }

    @Test
    void showsTheLineOfAFunctionThatPolarsCalled() {
        Reply reply = server.script("""
                def inverse(x):
                    return 1 / int(x - x)

                result = scan('default.flowers').select(
                    pl.col('sepal_length').map_elements(inverse, return_dtype=pl.Float64)
                )
                """);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("ZeroDivisionError at line 2: division by zero");
        assertThat(reply.details()).contains("File \"<script>\", line 2, in inverse");
    }

    @Test
    void findsTheLineOfAMissingColumn() {
        Reply reply = server.script("flowers = scan('default.flowers')\nresult = flowers.select('speces')");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isEqualTo("ColumnNotFoundError at line 2: unable to find column \"speces\"; valid columns:"
                        + " [\"sepal_length\", \"sepal_width\", \"petal_length\", \"petal_width\", \"species\"]");
        assertThat(reply.details()).contains("Did you mean \"species\"?");
    }

    @Test
    void refusesPythonObjects() {
        Reply reply = server.script("result = pl.DataFrame({'a': [object()]})");

        assertRefused(
                reply,
                "UNSUPPORTED_RESULT_TYPE",
                "Column 'a' of the result holds Python objects, which have no place in a table.");
        assertThat(reply.details())
                .isEqualTo("Hint: Convert it first, for example"
                        + " `pl.col('a').map_elements(str, return_dtype=pl.String)`.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            os._exit(3)                        | The worker ended with the exit code 3. The end of the run's log may have the reason.
            os.kill(os.getpid(), 11)           | The worker ended with the exit code 139. The end of the run's log may have the reason.
            """)
    void aWorkerThatDiesIsTheUsersToKnow(String death, String details) {
        Reply reply = server.script("import os\nprint('last words', flush=True)\n" + death);

        assertRefused(reply, "WORKER_CRASHED", "The worker died while it ran the code.");
        assertThat(reply.details()).isEqualTo(details);
        assertThat(server.get("/api/v2/runs/" + reply.json().path("run_id").asText() + "/logs")
                        .text())
                .isEqualTo("last words\n");
    }
}
