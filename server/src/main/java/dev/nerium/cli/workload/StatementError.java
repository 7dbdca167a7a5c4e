package dev.nerium.cli.workload;

import dev.nerium.cli.output.DisplayWidth;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.statement.Place;
import dev.nerium.cli.statement.Statement;
import java.util.ArrayList;
import java.util.List;

/** Adds the line of the statement, with a caret, to an error about it. */
final class StatementError {
    /** Columns of the terminal that a line may take. */
    private static final int LONGEST_LINE = 100;

    private StatementError() {}

    static CliException of(CliException e, Statement statement) {
        String message = String.valueOf(e.getMessage());
        List<String> details = new ArrayList<>();
        Place.find(message, statement.text()).ifPresent(place -> excerpt(place, statement.text(), details));
        if (statement.line() > 1 && !details.isEmpty()) {
            details.add("in the statement that begins at line " + statement.line());
        }
        e.details().lines().filter(line -> !line.equals(message)).forEach(details::add);
        return new CliException(message, String.join("\n", details), e.hint());
    }

    private static void excerpt(Place place, String statement, List<String> details) {
        String number = place.line() + " | ";
        // A control character would move the caret away.
        int[] line = place.lineOf(statement)
                .codePoints()
                .map(point -> Character.isISOControl(point) ? ' ' : point)
                .toArray();
        int column = Math.min(Math.max(place.column() - 1, 0), line.length);
        // A long line is cut so that the place is visible.
        int start = Math.max(0, column - LONGEST_LINE / 2);
        int end = Math.min(line.length, start + LONGEST_LINE);
        String shown = new String(line, start, end - start);
        details.add(number + (start > 0 ? "…" : "") + shown + (end < line.length ? "…" : ""));
        if (place.column() > 0) {
            String before = (start > 0 ? "…" : "") + new String(line, start, column - start);
            details.add(" ".repeat(number.length() + DisplayWidth.of(before)) + "^");
        }
    }
}
