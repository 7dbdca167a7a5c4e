package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words that the prompt completes are those of the pages, which are computed by the worker or executed by tests. */
class SqlWordsTest {
    private static final String RESOURCES = "server/src/main/resources/cli/";
    private static final Pattern ADDED = Pattern.compile("(?m)^\\| `(\\w+)\\([^|]*\\)` \\| ([^|]*) \\|");
    private static final Pattern OF_POLARS = Pattern.compile("(?m)^\\| `([a-z_0-9]+)(?: \\([^`|]*\\))?` \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern QUOTED = Pattern.compile("'(?:[^']|'')*'|\"[^\"]*\"");
    private static final Pattern KEYWORD = Pattern.compile("\\b[A-Z][A-Z_]+\\b");

    @Test
    void functionsAreThoseOfThePages() {
        String polars = Repository.read("docs/lineage-functions.md");
        Collection<String> functions = new TreeSet<>();
        matches(OF_POLARS, polars.substring(polars.indexOf("## Functions and operators of SQL")))
                .forEach(match -> functions.add(match.group(1)));
        matches(ADDED, Repository.read("docs/sql-functions.md")).forEach(match -> {
            functions.add(match.group(1));
            matches(NAME, match.group(2)).forEach(name -> functions.add(name.group(1)));
        });

        assertThat(functions).contains("abs", "year", "date_trunc", "countif", "now");
        assertThat(lines("functions.txt")).containsExactlyElementsOf(functions);
    }

    @Test
    void keywordsHaveThoseOfTheStatements() {
        List<String> used = MarkdownPage.of(Repository.ROOT.resolve("docs/sql.md")).blocks().stream()
                .filter(block -> block.language().equals("sql"))
                .flatMap(block -> matches(KEYWORD, QUOTED.matcher(block.text()).replaceAll("")))
                .map(MatchResult::group)
                .distinct()
                .toList();

        assertThat(used).contains("SELECT", "TBLPROPERTIES", "FAST");
        assertThat(lines("keywords.txt")).isSorted().doesNotHaveDuplicates().containsAll(used);
    }

    private static List<String> lines(String resource) {
        return Repository.read(RESOURCES + resource).lines().toList();
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
