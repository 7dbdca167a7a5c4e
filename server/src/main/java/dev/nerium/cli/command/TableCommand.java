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

/** What keeps a table in shape. */
@Command(
        name = "table",
        description = {"Keeps a table in shape. Every command has --dry-run, which only says what it would do.", ""},
        footer = {
            "",
            "Examples:",
            "  ./nerium table compact sales.orders --dry-run",
            "  ./nerium table expire sales.orders --older-than 7d --retain-last 5",
            "  ./nerium table remove-orphans sales.orders",
            "  ./nerium table rollback sales.orders --to-timestamp 2026-11-01T12:00:00Z"
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
                "Puts small files together, and writes files anew that have many deletes. The rows stay the same.",
                "A large table takes several steps, each with a commit of its own.",
                ""
            })
    static final class Compact implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--min-input-files",
                paramLabel = "N",
                description = "Small files are put together where a partition has so many. Default: 5.")
        private Optional<Integer> minInputFiles = Optional.empty();

        @Option(
                names = "--delete-file-threshold",
                paramLabel = "N",
                description = "Also files of any size to which so many delete files apply. Default: only those of which"
                        + " 30 in 100 rows are deleted.")
        private Optional<Integer> deleteFileThreshold = Optional.empty();

        @Option(
                names = "--target-file-size",
                paramLabel = "SIZE",
                description = "Of the new files, such as 256MiB. Default: what the table says, else 512MiB.")
        private Optional<String> targetFileSize = Optional.empty();

        @Option(names = "--all", description = "Every file, whatever its size.")
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
                "Removes old snapshots, and the files that only they had: time travel to them ends.",
                "What a branch or a tag refers to stays.",
                ""
            })
    static final class Expire implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--older-than",
                paramLabel = "TIME",
                description = "Such as 7d, 12h or 2026-11-01T12:00:00Z. Default: what the table says, else 5d.")
        private Optional<String> olderThan = Optional.empty();

        @Option(
                names = "--retain-last",
                paramLabel = "N",
                description = "Keeps so many, whatever their age. Default: what the table says, else 1.")
        private Optional<Integer> retainLast = Optional.empty();

        @Option(names = "--snapshot", paramLabel = "ID", description = "This one, whatever its age. Repeatable.")
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
                "Removes files in the table's folders that none of its snapshots knows: what failed writers left.",
                ""
            })
    static final class RemoveOrphans implements Callable<Integer> {
        private final Terminal shell;

        @Option(
                names = "--older-than",
                paramLabel = "TIME",
                description = "Only files that were not changed since; at least 1h. Default: 3d.")
        private Optional<String> olderThan = Optional.empty();

        @Option(names = "--force", description = "Also files younger than 1h: where nothing writes to the table.")
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
            description = {"Makes an earlier snapshot the current one, rows and columns. No file is removed.", ""})
    static final class RollbackTable implements Callable<Integer> {
        private final Terminal shell;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(names = "--to-snapshot", paramLabel = "ID", description = "This snapshot.")
        private Optional<String> snapshot = Optional.empty();

        @Option(
                names = "--to-timestamp",
                paramLabel = "TIME",
                description = "What was current then: 2026-11-01T12:00:00Z, or 2h for two hours ago.")
        private Optional<String> timestamp = Optional.empty();

        @Option(names = "--to-ref", paramLabel = "NAME", description = "What this tag or branch refers to.")
        private Optional<String> ref = Optional.empty();

        @Option(
                names = "--force",
                description =
                        "Also to a snapshot that the current one was not made from, such as to take a rollback back.")
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
