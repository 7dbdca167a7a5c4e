package dev.nerium.cli.command.ref;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.output.RefPrinter;
import dev.nerium.cli.shell.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The branches of a table. */
@Command(
        name = "branches",
        description = {
            "Create, publish and drop branches of a table. Read and write one as NAMESPACE.TABLE@branch:NAME.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} branches list sales.orders",
            "  ${ROOT-COMMAND-NAME} branches create sales.orders audit",
            "  ${ROOT-COMMAND-NAME} load sales.orders@branch:audit orders.csv",
            "  ${ROOT-COMMAND-NAME} branches fast-forward sales.orders main --to audit",
            "  ${ROOT-COMMAND-NAME} branches drop sales.orders audit"
        })
public final class BranchesCommand implements Runnable {
    private final Terminal shell;

    private BranchesCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new BranchesCommand(shell))
                .addSubcommand("list", new RefCommands.ListRefs(shell, "branch"))
                .addSubcommand("create", new Create(shell))
                .addSubcommand("fast-forward", new FastForward(shell))
                .addSubcommand("drop", new RefCommands.Drop(shell, "branch"));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(name = "create", sortOptions = false, description = "Create a branch, which copies no rows.")
    static final class Create implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private RefRequest request = new RefRequest();

        @Parameters(index = "1", paramLabel = "NAME", description = "Name of the branch: any text.")
        private String name = "";

        @Mixin
        private RefSource source = new RefSource();

        @Option(
                names = "--keep-snapshots",
                paramLabel = "N",
                description =
                        "Number of its newest snapshots to keep, regardless of their age. Default: the table's property, else 1.")
        private Optional<Integer> keepSnapshots = Optional.empty();

        @Option(
                names = "--max-snapshot-age",
                paramLabel = "TIME",
                description =
                        "Age from which its older snapshots expire, such as 7d. Default: the table's property, else 5d.")
        private Optional<String> maxSnapshotAge = Optional.empty();

        private Create(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            ObjectNode body = source.body("branch", name);
            keepSnapshots.ifPresent(count -> body.put("minSnapshotsToKeep", count));
            maxSnapshotAge.ifPresent(age -> body.put("maxSnapshotAge", age));
            return request.change(shell, "", body, RefPrinter::created);
        }
    }

    @Command(
            name = "fast-forward",
            sortOptions = false,
            description = {
                "Move a branch to the snapshot of another branch or tag, which must have all its snapshots.",
                "To publish a branch, fast-forward main to it.",
                ""
            })
    static final class FastForward implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private RefRequest request = new RefRequest();

        @Parameters(index = "1", paramLabel = "BRANCH", description = "The branch to move, such as main.")
        private String branch = "";

        @Option(names = "--to", required = true, paramLabel = "NAME", description = "The other branch or tag.")
        private String to = "";

        @Option(
                names = "--snapshot",
                paramLabel = "ID",
                description = "Move it only if the other has this snapshot, such as the one that was checked.")
        private Optional<String> snapshot = Optional.empty();

        private FastForward(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            ObjectNode body =
                    JsonNodeFactory.instance.objectNode().put("branch", branch).put("to", to);
            snapshot.ifPresent(id -> body.put("snapshot", id));
            return request.change(shell, "/fast-forward", body, RefPrinter::forwarded);
        }
    }
}
