package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ByteSize;
import java.util.ArrayList;
import java.util.List;

/** Prints reports of maintenance for people: what was done on stdout, a sentence about it on stderr. */
public final class MaintenancePrinter {
    private static final int SHOWN = 20;

    private final Terminal shell;

    public MaintenancePrinter(Terminal shell) {
        this.shell = shell;
    }

    public void compaction(JsonNode report) {
        if (report.path("candidate_files").path("count").asLong() == 0) {
            say(report.path("table").asText() + " has nothing to compact");
            return;
        }
        if (report.path("dry_run").asBoolean()) {
            table(List.of(files("to rewrite, in " + groups(report), report.path("candidate_files"))));
            say("nothing was changed (dry run)");
            return;
        }
        table(List.of(
                files("data files replaced", report.path("replaced_files")),
                files("delete files dropped", report.path("dropped_delete_files")),
                files("data files added", report.path("added_files"))));
        say("%s rows · run %s%s"
                .formatted(
                        report.path("row_count").asText(),
                        report.path("run_id").asText(),
                        report.path("next").isObject() ? " · more to do" : ""));
    }

    public void expiry(JsonNode report) {
        JsonNode snapshots = report.path("snapshots");
        for (JsonNode ref : report.path("refs")) {
            say("%s %s is older than its retention: it %s"
                    .formatted(
                            ref.path("type").asText(),
                            ref.path("name").asText(),
                            report.path("dry_run").asBoolean() ? "would be dropped" : "was dropped"));
        }
        if (!snapshots.isEmpty()) {
            snapshots(snapshots);
            shell.out().println();
            table(list(
                    files("data and delete files", report.path("data_files")),
                    files("metadata files", report.path("metadata_files")),
                    report.path("failed_files")));
        }
        done(snapshots.size() + (snapshots.size() == 1 ? " snapshot" : " snapshots"), "expired", report);
    }

    public void orphans(JsonNode report) {
        names(report.path("orphan_files"));
        table(list(
                files("orphans", report.path("orphan_files")),
                files("too young to remove", report.path("recent_files")),
                report.path("failed_files")));
        report.path("broken_tables")
                .forEach(table -> say("the table " + table.asText() + " can't be read; its folder was skipped"));
        long count = report.path("orphan_files").path("count").asLong();
        done(count + (count == 1 ? " orphan" : " orphans"), "removed", report);
    }

    public void rollback(JsonNode report) {
        List<List<String>> rows = List.of(snapshot("from", report.path("from")), snapshot("to", report.path("to")));
        TextTable.of(List.of("", "snapshot", "committed", "operation", "rows"), rows)
                .print(shell.out(), shell.screen());
        if (report.path("columns_restored").asBoolean()) {
            say("the columns are those of that snapshot, too");
        }
        JsonNode difference = report.path("row_difference");
        String rowCount = difference.isNull() ? "" : " (%+d rows)".formatted(difference.asLong());
        say(
                report.path("dry_run").asBoolean()
                        ? report.path("table").asText() + " would be rolled back" + rowCount
                                + "; nothing was changed (dry run)"
                        : "rolled back " + report.path("table").asText() + rowCount);
    }

    private void done(String what, String verb, JsonNode report) {
        say(
                report.path("dry_run").asBoolean()
                        ? what + " would be " + verb + "; nothing was changed (dry run)"
                        : verb + " " + what);
    }

    private void snapshots(JsonNode snapshots) {
        List<List<String>> rows = new ArrayList<>();
        snapshots.forEach(snapshot -> rows.add(snapshot("", snapshot).subList(1, 5)));
        TextTable.of(List.of("snapshot", "committed", "operation", "rows"), rows)
                .print(shell.out(), shell.screen());
    }

    private void names(JsonNode files) {
        List<String> names = new ArrayList<>();
        files.path("files").forEach(name -> names.add(name.asText()));
        names.stream().limit(SHOWN).forEach(shell.out()::println);
        long more = files.path("count").asLong() - Math.min(SHOWN, names.size());
        if (more > 0) {
            shell.out().println("… and " + more + " more (--format json names up to 1000)");
        }
        if (!names.isEmpty()) {
            shell.out().println();
        }
    }

    private void table(List<List<String>> rows) {
        TextTable.of(List.of("", "files", "size"), rows).print(shell.out(), shell.screen());
    }

    private void say(String text) {
        shell.out().flush();
        shell.err().println(text);
    }

    /** Adds a line for files that could not be deleted, if there are any. */
    private static List<List<String>> list(List<String> first, List<String> second, JsonNode failed) {
        return failed.path("count").asLong() == 0
                ? List.of(first, second)
                : List.of(first, second, files("could not be deleted: see the server's log", failed));
    }

    private static List<String> files(String what, JsonNode files) {
        return List.of(
                what,
                files.path("count").asText("0"),
                new ByteSize(files.path("bytes").asLong()).toString());
    }

    private static List<String> snapshot(String label, JsonNode snapshot) {
        return List.of(
                label,
                snapshot.path("snapshot_id").asText(),
                snapshot.path("committed_at").asText(),
                snapshot.path("operation").asText(),
                snapshot.path("row_count").asText("not known"));
    }

    private static String groups(JsonNode report) {
        long groups = report.path("groups").asLong();
        return groups == 1 ? "1 group" : groups + " groups";
    }
}
