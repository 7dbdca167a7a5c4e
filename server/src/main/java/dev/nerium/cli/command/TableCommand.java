package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.output.MaintenancePrinter;
import dev.nerium.cli.shell.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Maintenance of a table. */
@Command(
        name = "table",
        description = {"Maintain a table. Every command has --dry-run, which only prints what it would do.", ""},
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} table compact sales.orders --dry-run",
            "  ${ROOT-COMMAND-NAME} table expire sales.orders --older-than 7d --retain-last 5",
            "  ${ROOT-COMMAND-NAME} table remove-orphans sales.orders",
            "  ${ROOT-COMMAND-NAME} table rollback sales.orders --to-timestamp 2026-11-01T12:00:00Z"
        })
public final class TableCommand implements Runnable {
    private final Terminal shell;

    private TableCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new TableCommand(shell))
                .addSubcommand("compact", new Compact(shell))
                .addSubcommand("expire", new Expire(shell))
                .addSubcommand("remove-orphans", new RemoveOrphans(shell))
                .addSubcommand("rollback", new RollbackTable(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(
            name = "compact",
            sortOptions = false,
            description = {
                "Rewrite small files, and files with many deletes, as larger ones. The rows do not change.",
                "A large table needs several steps, each with a commit of its own.",
                ""
            })
    static final class Compact implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--min-input-files",
                paramLabel = "N",
                description = "Minimum number of small files in a partition before they are compacted. Default: 5.")
        private Optional<Integer> minInputFiles = Optional.empty();

        @Option(
                names = "--delete-file-threshold",
                paramLabel = "N",
                description = "Also rewrite files with at least N delete files. Default: only files with 30 %% of their"
                        + " rows deleted.")
        private Optional<Integer> deleteFileThreshold = Optional.empty();

        @Option(
                names = "--target-file-size",
                paramLabel = "SIZE",
                description = "Size of the new files, such as 256MiB. Default: the table's property, else 512MiB.")
        private Optional<String> targetFileSize = Optional.empty();

        @Option(names = "--all", description = "Rewrite all files, regardless of their size.")
        private boolean all;

        @Mixin
        private TableRequest call = new TableRequest();

        private Compact(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            minInputFiles.ifPresent(count -> body.put("minInputFiles", count));
            deleteFileThreshold.ifPresent(count -> body.put("deleteFileThreshold", count));
            targetFileSize.ifPresent(text -> body.put("targetFileBytes", call.bytes(text)));
            body.put("all", all);
            return call.run(shell, "compact", body, MaintenancePrinter::compaction);
        }
    }

    @Command(
            name = "expire",
            sortOptions = false,
            description = {
                "Remove old snapshots, and the files that only they reference. Time travel to them is no longer possible.",
                "Snapshots of branches and tags stay, unless the branch or tag is older than its own maximum age.",
                ""
            })
    static final class Expire implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--older-than",
                paramLabel = "TIME",
                description =
                        "Age or time, such as 7d, 12h or 2026-11-01T12:00:00Z. Default: the table's property, else 5d.")
        private Optional<String> olderThan = Optional.empty();

        @Option(
                names = "--retain-last",
                paramLabel = "N",
                description =
                        "Number of newest snapshots to keep, regardless of their age. Default: the table's property, else 1.")
        private Optional<Integer> retainLast = Optional.empty();

        @Option(
                names = "--snapshot",
                paramLabel = "ID",
                description = "Snapshot to remove, regardless of its age. Repeatable.")
        private List<String> snapshots = new ArrayList<>();

        @Mixin
        private TableRequest call = new TableRequest();

        private Expire(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            olderThan.ifPresent(text -> body.put("olderThan", text));
            retainLast.ifPresent(count -> body.put("retainLast", count));
            if (!snapshots.isEmpty()) {
                snapshots.forEach(body.putArray("snapshots")::add);
            }
            return call.run(shell, "expire", body, MaintenancePrinter::expiry);
        }
    }

    @Command(
            name = "remove-orphans",
            sortOptions = false,
            description = {
                "Remove files in the table's folders that no snapshot references, such as files of failed writers.",
                ""
            })
    static final class RemoveOrphans implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--older-than",
                paramLabel = "TIME",
                description = "Only files that were last changed before this age or time; at least 1h. Default: 3d.")
        private Optional<String> olderThan = Optional.empty();

        @Option(
                names = "--force",
                description = "Also remove files younger than 1h. Use it only if nothing writes to the table.")
        private boolean force;

        @Mixin
        private TableRequest call = new TableRequest();

        private RemoveOrphans(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            olderThan.ifPresent(text -> body.put("olderThan", text));
            body.put("force", force);
            return call.run(shell, "remove-orphans", body, MaintenancePrinter::orphans);
        }
    }

    @Command(
            name = "rollback",
            sortOptions = false,
            description = {"Make an earlier snapshot current, with its rows and columns. No file is removed.", ""})
    static final class RollbackTable implements Callable<Integer> {
        private final Terminal shell;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(names = "--to-snapshot", paramLabel = "ID", description = "This snapshot.")
        private Optional<String> snapshot = Optional.empty();

        @Option(
                names = "--to-timestamp",
                paramLabel = "TIME",
                description = "Snapshot that was current at this time: 2026-11-01T12:00:00Z, or 2h for two hours ago.")
        private Optional<String> timestamp = Optional.empty();

        @Option(names = "--to-ref", paramLabel = "NAME", description = "Snapshot of this tag or branch.")
        private Optional<String> ref = Optional.empty();

        @Option(
                names = "--force",
                description =
                        "Allow a snapshot that is not an ancestor of the current one, for example to undo a rollback.")
        private boolean force;

        @Mixin
        private TableRequest call = new TableRequest();

        private RollbackTable(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            if (Stream.of(snapshot, timestamp, ref).filter(Optional::isPresent).count() != 1) {
                throw new ParameterException(
                        spec.commandLine(), "give one of --to-snapshot ID, --to-timestamp TIME and --to-ref NAME.");
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            snapshot.ifPresent(id -> body.put("toSnapshot", id));
            timestamp.ifPresent(time -> body.put("toTimestamp", time));
            ref.ifPresent(name -> body.put("toRef", name));
            body.put("force", force);
            return call.run(shell, "rollback", body, MaintenancePrinter::rollback);
        }
    }
}
