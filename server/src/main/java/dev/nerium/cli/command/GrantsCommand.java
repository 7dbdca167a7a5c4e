package dev.nerium.cli.command;

import dev.nerium.auth.Scope;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.statement.SqlName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rights of keys and groups. */
@Command(
        name = "grants",
        description = {
            "List, grant and revoke rights on tables. GRANT, REVOKE and SHOW GRANTS in '${ROOT-COMMAND-NAME} sql' do the same.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} grants add read --schema sales --to-group analysts",
            "  ${ROOT-COMMAND-NAME} grants add read write --table sales.orders --to-key etl",
            "  ${ROOT-COMMAND-NAME} grants list",
            "  ${ROOT-COMMAND-NAME} grants revoke write --table sales.orders --from-key etl"
        })
public final class GrantsCommand implements Runnable {
    private final Terminal shell;

    private GrantsCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new GrantsCommand(shell))
                .addSubcommand("list", new ListGrants(shell))
                .addSubcommand("add", new Add(shell))
                .addSubcommand("revoke", new Revoke(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    private enum RightName {
        READ,
        WRITE,
        CREATE,
        DROP,
        MANAGE,
        ALL
    }

    /** The object of rights. */
    private static final class Securable {
        @Option(names = "--table", paramLabel = "NAMESPACE.TABLE", description = "A table or a view.")
        private Optional<String> table = Optional.empty();

        @Option(
                names = "--schema",
                paramLabel = "NAMESPACE",
                description = "All tables of a namespace, also later ones.")
        private Optional<String> schema = Optional.empty();

        @Option(names = "--of-catalog", paramLabel = "NAME", description = "All tables of a catalog.")
        private Optional<String> catalog = Optional.empty();

        @Option(names = "--all", description = "All tables of all catalogs.")
        private boolean all;

        @Option(names = "--location", paramLabel = "FOLDER", description = "A folder of external.locations.")
        private Optional<String> location = Optional.empty();

        String sql() {
            if (all) {
                return "ALL CATALOGS";
            }
            return table.map(name -> "TABLE " + SqlName.quoted(name))
                    .or(() -> schema.map(name -> "SCHEMA " + SqlName.quoted(name)))
                    .or(() -> catalog.map(name -> "CATALOG " + SqlName.quoted(name)))
                    .or(() -> location.map(path -> "LOCATION " + SqlName.literal(path)))
                    .orElseThrow();
        }
    }

    /** The key or group that has rights. */
    private static final class Grantee {
        @Option(
                names = {"--to-key", "--from-key"},
                paramLabel = "NAME",
                description = "A key.")
        private Optional<String> key = Optional.empty();

        @Option(
                names = {"--to-group", "--from-group"},
                paramLabel = "NAME",
                description = "All keys of a group.")
        private Optional<String> group = Optional.empty();

        @Option(
                names = {"--to-public", "--from-public"},
                description = "All keys.")
        private boolean everyone;

        String sql() {
            if (everyone) {
                return "PUBLIC";
            }
            return key.map(name -> "KEY " + SqlName.literal(name))
                    .or(() -> group.map(name -> "GROUP " + SqlName.literal(name)))
                    .orElseThrow();
        }
    }

    /** The arguments of a change. */
    private static final class Change {
        @Parameters(paramLabel = "RIGHT", arity = "1..*", description = "read, write, create, drop, manage or all.")
        private List<RightName> rights = List.of();

        @ArgGroup(multiplicity = "1")
        private Securable on = new Securable();

        @ArgGroup(multiplicity = "1")
        private Grantee grantee = new Grantee();

        @Mixin
        private TableStatements.Request request = new TableStatements.Request();

        int run(Terminal shell, String verb, String preposition) {
            String names = rights.contains(RightName.ALL)
                    ? RightName.ALL.name()
                    : rights.stream().map(RightName::name).collect(Collectors.joining(", "));
            return request.run(
                    shell,
                    Scope.ADMIN,
                    verb + " " + names + " ON " + on.sql() + " " + preposition + " " + grantee.sql());
        }
    }

    @Command(name = "list", description = "List the grants that the key may see: all for an admin.")
    static final class ListGrants implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private TableStatements.Request request = new TableStatements.Request();

        private ListGrants(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return request.run(shell, Scope.ADMIN, "SHOW GRANTS");
        }
    }

    @Command(
            name = "add",
            description = {
                "Grant rights.",
                "With the first grant, keys without the scope admin lose all rights that are not granted."
            })
    static final class Add implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private Change change = new Change();

        private Add(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return change.run(shell, "GRANT", "TO");
        }
    }

    @Command(name = "revoke", description = "Revoke rights as they were granted.")
    static final class Revoke implements Callable<Integer> {
        private final Terminal shell;

        @Mixin
        private Change change = new Change();

        private Revoke(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return change.run(shell, "REVOKE", "FROM");
        }
    }
}
