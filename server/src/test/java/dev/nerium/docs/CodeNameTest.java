package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.docs.CodeName.ClassName;
import dev.nerium.docs.CodeName.Method;
import dev.nerium.docs.CodeName.PythonPath;
import org.junit.jupiter.api.Test;

/** What counts as a name of the code. */
class CodeNameTest {
    @Test
    void aMethodIsAClassADotAndAWord() {
        assertThat(CodeName.in("Runs.end: the record is final. Then Errors.send, as ever."))
                .containsExactly(new Method("Runs", "end"), new Method("Errors", "send"));
    }

    @Test
    void aCamelCaseWordAfterACommaIsAMethodOfTheSameClass() {
        assertThat(CodeName.in("(WorkerPool.takeFor, takeFresh)"))
                .containsExactly(new Method("WorkerPool", "takeFor"), new Method("WorkerPool", "takeFresh"));
    }

    @Test
    void aClassIsInCamelCaseOrBetweenBackticks() {
        assertThat(CodeName.in("KeptResults: rows for Spark and `Observers`, a LazyFrame per table"))
                .containsExactly(new ClassName("KeptResults"), new ClassName("Observers"));
    }

    @Test
    void aPythonPathIsAFileOrAFolder() {
        assertThat(CodeName.in("(`nerium_worker/spark`), nerium_submitter/polars/gate.py, scan.py; lineage/   which"))
                .containsExactly(
                        new PythonPath("nerium_worker/spark"),
                        new PythonPath("nerium_submitter/polars/gate.py"),
                        new PythonPath("scan.py"),
                        new PythonPath("lineage/"));
    }

    @Test
    void otherFilesAndWordsAreNone() {
        assertThat(CodeName.in("[spec](../spec/protocol/README.md): Arrow to JSON, `POST /api`, a 400 or 429."))
                .isEmpty();
    }
}
