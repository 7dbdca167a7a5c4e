package dev.nerium.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.cli.client.Cell;
import dev.nerium.cli.client.Rows;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TextTableTest {
    private static final TerminalInfo NARROW = new TerminalInfo(true, true, 30);

    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        Rows rows = rows(List.of("name", "n"), List.of("String", "Int64"), "a", "1", "long name", "1234567");

        assertThat(printed(rows, TerminalInfo.NONE)).isEqualTo("""
                         name      │       n
                         String    │   Int64
                        ───────────┼─────────
                         a         │       1
                         long name │ 1234567
                        """);
    }

    @Test
    void showsNullAsAWord() {
        Rows rows = new Rows(List.of("x"), List.of("String"), List.of(List.of(new Cell.Absent())));

        assertThat(printed(rows, TerminalInfo.NONE)).contains(" null\n");
    }

    @Test
    void countsWideAndCombiningCharacters() {
        Rows rows = rows(List.of("city", "x"), List.of("String", "String"), "東京", "a", "Zu\u0308rich", "b");

        assertThat(printed(rows, TerminalInfo.NONE)).contains(" 東京   │ a\n", " Zu\u0308rich │ b\n");
    }

    @Test
    void keepsLongCellsWholeInAFile() {
        String text = "x".repeat(200);

        assertThat(printed(rows(List.of("a"), List.of("String"), text), TerminalInfo.NONE))
                .contains(text);
    }

    @Test
    void cutsLongCellsToFitATerminal() {
        Rows rows = rows(List.of("a", "b"), List.of("String", "Int64"), "x".repeat(200), "7");

        assertThat(printed(rows, NARROW).lines()).allMatch(line -> DisplayWidth.of(line) <= 30);
        assertThat(printed(rows, NARROW)).contains("xxx… │     7\n");
    }

    @Test
    void doesNotLetDataSteerTheTerminal() {
        assertThat(printed(rows(List.of("a"), List.of("String"), "one\ntwo\u001b[2J"), TerminalInfo.NONE))
                .contains("one\\ntwo\\u001b[2J");
    }

    @Test
    void showsTheColumnsOfAnEmptyResult() {
        assertThat(printed(new Rows(List.of("a"), List.of("Int64"), List.of()), TerminalInfo.NONE))
                .isEqualTo("     a\n Int64\n───────\n");
    }

    private static Rows rows(List<String> columns, List<String> types, String... cells) {
        List<Cell> values = Stream.of(cells).<Cell>map(Cell.Value::new).toList();
        int width = columns.size();
        List<List<Cell>> rows = IntStream.range(0, cells.length / width)
                .mapToObj(row -> values.subList(row * width, (row + 1) * width))
                .toList();
        return new Rows(columns, types, rows);
    }

    private static String printed(Rows rows, TerminalInfo screen) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextTable.of(rows).print(new PrintStream(out, true, StandardCharsets.UTF_8), screen);
        return out.toString(StandardCharsets.UTF_8);
    }
}
