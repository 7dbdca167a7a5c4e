package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page docs/flow.md follows a request through classes, methods and Python files; all of them exist. */
class FlowPageTest {
    private static final List<CodeName> NAMES = CodeName.in(Repository.read("docs/flow.md"));

    private static CodeIndex code;

    @BeforeAll
    static void readTheCode() {
        code = new CodeIndex();
    }

    @Test
    void everyNameOnThePageExists() {
        assertThat(NAMES).allMatch(code::has);
    }

    @Test
    void thePageNamesMethodsClassesPackagesAndPythonFiles() {
        assertThat(NAMES).filteredOn(CodeName.Method.class::isInstance).hasSizeGreaterThan(35);
        assertThat(NAMES).filteredOn(CodeName.ClassName.class::isInstance).hasSizeGreaterThan(10);
        assertThat(NAMES).filteredOn(CodeName.PackageName.class::isInstance).hasSizeGreaterThan(10);
        assertThat(NAMES).filteredOn(CodeName.PythonPath.class::isInstance).hasSizeGreaterThan(8);
    }

    @Test
    void aNameThatTheCodeDoesNotHaveIsFound() {
        assertThat(
                        CodeName.in(
                                "Lake.pin, pinAll; Lakes.pin; `Sandbox` and `Sandboxes`; Lake.pin ──▶ lakes; wrker.py; lake/x.py; lines/ "))
                .filteredOn(name -> !code.has(name))
                .containsExactly(
                        new CodeName.Method("Lake", "pinAll"),
                        new CodeName.Method("Lakes", "pin"),
                        new CodeName.ClassName("Sandboxes"),
                        new CodeName.PackageName("lakes"),
                        new CodeName.PythonPath("wrker.py"),
                        new CodeName.PythonPath("lake/x.py"),
                        new CodeName.PythonPath("lines/"));
    }
}
