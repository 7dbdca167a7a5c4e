package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer.Reply;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The border in time: nothing of a run is there in the next. */
@Tag("sandbox")
class NextJobAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pl.DataFrame = pl.LazyFrame = None",
                "pl.SQLContext.execute = lambda *a, **k: pl.LazyFrame({'n': [666]})",
                "pl.Config.set_fmt_str_lengths(1)\npl.Config.set_engine_affinity('gpu')",
                "pl.api.register_expr_namespace('evil')(type('Evil', (), {'__init__': lambda s, e: None}))",
                "import sys\nsys.modules['polars'] = sys.modules['nerium_worker.modes.sql'] = None",
                "import builtins\nbuiltins.len = lambda *a: 666",
                "import nerium_worker.modes.sql as sql\nsql._check = lambda text: None",
                "import os\nos.environ['POLARS_MAX_THREADS'] = '1'",
                "open('/tmp/sitecustomize.py', 'w').write('raise SystemExit')",
                "open('/job/out/evil', 'w').write('evil')",
                "import random\nrandom.seed(7)",
                "import atexit, os\natexit.register(lambda: os._exit(9))",
            })
    void aScriptLeavesNothing(String evil) {
        // Some never end.
        SERVER.server().script(evil + "\nresult = pl.LazyFrame({'a': [1]})", Map.of("timeoutSeconds", 5));

        Reply next = SERVER.server().script("""
                import os
                result = pl.DataFrame({'n': [len('abc')], 'tmp': [str(os.listdir('/tmp'))],
                    'out': [str(os.listdir('/job/out'))], 'evil': [hasattr(pl.Expr, 'evil')]})
                """);

        assertThat(next.rows()).isEqualTo("[[3,\"[]\",\"['files']\",false]]");
        assertThat(SERVER.server()
                        .query("select count(*) as n from f", "f=default.flowers")
                        .rows())
                .isEqualTo("[[150]]");
    }

    @Test
    void aQueryFindsNoTableOfTheLast() {
        SERVER.server().query("select * from mine limit 1", "mine=default.flowers");

        Reply next = SERVER.server().query("select * from mine", "f=default.flowers");

        assertThat(next.error()).isEqualTo("relation 'mine' was not found");
    }

    @Test
    void aQueryFindsNoNameThatTheLastMade() {
        SERVER.server().query("with evil as (select 1 as a from f) select * from evil limit 1", "f=default.flowers");

        assertThat(SERVER.server()
                        .query("select * from evil", "f=default.flowers")
                        .error())
                .isEqualTo("relation 'evil' was not found");
    }

    @Test
    void aQueryThatFailedLeavesNothing() {
        SERVER.server().query("select * from f where species = 'my secret' and nothing = 1", "f=default.flowers");

        Reply next = SERVER.server().query("select nothing from f", "f=default.flowers");

        assertThat(next.text()).doesNotContain("my secret");
    }

    @Test
    void aScriptIsNoWorkerForQueries() {
        SERVER.server().script("import os\nopen('/tmp/mine', 'w').close()\nresult = pl.LazyFrame({'a': [1]})");
        SERVER.server().query("select 1 as a from f limit 1", "f=default.flowers");

        Reply next = SERVER.server()
                .script("import os\nresult = pl.DataFrame({'a': [os.path.exists('/tmp/mine')]})", Map.of());

        assertThat(next.rows()).isEqualTo("[[false]]");
    }
}
