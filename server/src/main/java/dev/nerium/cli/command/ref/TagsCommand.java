package dev.nerium.cli.command.ref;

import dev.nerium.cli.output.RefPrinter;
import dev.nerium.cli.shell.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The tags of a table. */
@Command(
        name = "tags",
        description = {"Name snapshots of a table. Read one with NAMESPACE.TABLE@tag:NAME.", ""},
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} tags list sales.orders",
            "  ${ROOT-COMMAND-NAME} tags create sales.orders audited --max-age 365d",
            "  ${ROOT-COMMAND-NAME} tags create sales.orders audited --from branch:audit --replace",
            "  ${ROOT-COMMAND-NAME} tags drop sales.orders audited"
        })
public final class TagsCommand implements Runnable {
    private final Terminal shell;

    private TagsCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new TagsCommand(shell))
                .addSubcommand("list", new RefCommands.ListRefs(shell, "tag"))
                .addSubcommand("create", new Create(shell))
                .addSubcommand("drop", new RefCommands.Drop(shell, "tag"));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(name = "create", sortOptions = false, description = "Create a tag, which stays at its snapshot.")
    static final class Create implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private RefRequest request = new RefRequest();

        @Parameters(index = "1", paramLabel = "NAME", description = "Name of the tag: any text.")
        private String name = "";

        @Mixin
        private RefSource source = new RefSource();

        private Create(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return request.change(shell, "", source.body("tag", name), RefPrinter::created);
        }
    }
}
