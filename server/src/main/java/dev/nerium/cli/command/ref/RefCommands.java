package dev.nerium.cli.command.ref;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.output.RefPrinter;
import dev.nerium.cli.shell.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that branches and tags have in common. */
final class RefCommands {
    private RefCommands() {}

    @Command(name = "list", sortOptions = false, description = "List them with their snapshots and retention.")
    static final class ListRefs implements Callable<Integer> {
        private final Terminal shell;
        private final String kind;

        @Mixin
        private RefRequest request = new RefRequest();

        ListRefs(Terminal shell, String kind) {
            this.shell = shell;
            this.kind = kind;
        }

        @Override
        public Integer call() {
            return request.list(shell, (printer, reply) -> printer.list(reply, kind));
        }
    }

    @Command(
            name = "drop",
            sortOptions = false,
            description = "Drop one. Its snapshots stay until '${ROOT-COMMAND-NAME} table expire' removes them.")
    static final class Drop implements Callable<Integer> {
        private final Terminal shell;
        private final String kind;

        @Mixin
        private RefRequest request = new RefRequest();

        @Parameters(index = "1", paramLabel = "NAME", description = "Name of the branch or tag.")
        private String name = "";

        @Option(names = "--if-exists", description = "Do nothing if it does not exist.")
        private boolean ifExists;

        Drop(Terminal shell, String kind) {
            this.shell = shell;
            this.kind = kind;
        }

        @Override
        public Integer call() {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("type", kind)
                    .put("ifExists", ifExists);
            return request.change(shell, "/drop", body, RefPrinter::dropped);
        }
    }
}
