package dev.nerium.cli.statement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamedTableTest {
    @Test
    void areBehindTheWordsThatTheyBelongTo() {
        assertThat(names("SELECT * FROM a JOIN s.b ON a.x = b.x")).containsExactly("a", "s.b");
        assertThat(names("INSERT INTO c.s.t SELECT * FROM u")).containsExactly("c.s.t", "u");
        assertThat(names("UPDATE t SET x = 1")).containsExactly("t");
        assertThat(names("DELETE FROM \"my s\".t WHERE x")).containsExactly("my s.t");
        assertThat(names("MERGE INTO t USING s AS u ON t.x = u.x")).containsExactly("t", "s");
        assertThat(names("ALTER TABLE t ADD COLUMN x INT")).containsExactly("t");
        assertThat(names("DROP TABLE IF EXISTS t PURGE")).containsExactly("t");
        assertThat(names("TRUNCATE TABLE t")).containsExactly("t");
        assertThat(names("DESCRIBE EXTENDED t")).containsExactly("t");
    }

    @Test
    void areSeparatedByCommas() {
        assertThat(names("SELECT x, y FROM a, b AS c, d WHERE x IN (1, 2) ORDER BY x, y"))
                .containsExactly("a", "b", "d");
    }

    @Test
    void haveAliases() {
        assertThat(NamedTable.all("SELECT * FROM a AS x JOIN b y ON x.i = y.i LEFT JOIN c WHERE 1"))
                .extracting(NamedTable::alias)
                .containsExactly(Optional.of("x"), Optional.of("y"), Optional.empty());
    }

    @Test
    void areNotInTextsAndComments() {
        assertThat(names("SELECT 'FROM a' -- FROM b\n/* FROM c */ FROM d")).containsExactly("d");
        assertThat(names("SELECT * FROM (SELECT 1) AS q")).isEmpty();
        assertThat(names("SELECT * FROM")).isEmpty();
    }

    @Test
    void belongBehindTheEndOfAText() {
        assertThat(List.of("SELECT * FROM ", "SELECT x FROM a, ", "DROP TABLE ", "SELECT 1 FROM a JOIN"))
                .allMatch(NamedTable::belongsBehind);
        assertThat(List.of(
                        "",
                        "SELECT ",
                        "SELECT a, ",
                        "SELECT * FROM a WHERE ",
                        "SELECT f(a, ",
                        "FROM a WHERE x IN (1, "))
                .noneMatch(NamedTable::belongsBehind);
    }

    private static List<String> names(String statement) {
        return NamedTable.all(statement).stream()
                .map(table -> String.join(".", table.parts()))
                .toList();
    }
}
