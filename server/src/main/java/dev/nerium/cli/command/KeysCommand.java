package dev.nerium.cli.command;

import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.KeyClient;
import dev.nerium.cli.client.LocalKeys;
import dev.nerium.cli.client.RemoteKeys;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.DurationFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The keys of a server on this machine, whether it runs or not, or of one elsewhere. */
@Command(
        name = "keys",
        description = {
            "Create, list, rotate and revoke keys, and set their groups: with --url or NERIUM_URL over HTTP, with a key of the scope admin; else those of"
                    + " a server on this machine, which may run or be stopped.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} keys create reports --scope read",
            "  export NERIUM_KEY=$(${ROOT-COMMAND-NAME} keys create me --scope write --lifetime 12h)",
            "  ${ROOT-COMMAND-NAME} keys groups reports analysts finance",
            "  ${ROOT-COMMAND-NAME} keys rotate reports --grace 1h",
            "  ${ROOT-COMMAND-NAME} keys revoke reports"
        })
public final class KeysCommand implements Runnable {
    private final Terminal shell;

    private KeysCommand(Terminal shell) {
        this.shell = shell;
    }

    public static CommandLine tree(Terminal shell) {
        return new CommandLine(new KeysCommand(shell))
                .addSubcommand("create", new Create(shell))
                .addSubcommand("list", new ListKeys(shell))
                .addSubcommand("groups", new SetGroups(shell))
                .addSubcommand("rotate", new Rotate(shell))
                .addSubcommand("revoke", new Revoke(shell));
    }

    @Override
    public void run() {
        CommandLine.usage(this, shell.out());
    }

    @Command(name = "create", description = "Create a key and print only the key to stdout. It is never shown again.")
    static final class Create implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = "NAME", description = "Name of the key in lists and records.")
        private String name = "";

        @Option(
                names = "--scope",
                required = true,
                paramLabel = "SCOPE",
                description = "read (run and read), write (also write tables) or admin (also administer).")
        private Scope scope = Scope.READ;

        @Option(
                names = "--group",
                paramLabel = "GROUP",
                description = "Name of a group of the key. Repeat the option for more groups.")
        private List<String> groups = List.of();

        @Option(
                names = "--lifetime",
                paramLabel = "TIME",
                description = "Time until the key expires, such as 45m, 12h or 30d. Default: never.")
        private Optional<String> lifetime = Optional.empty();

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private Create(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            Optional<Duration> limit = lifetime.map(text ->
                    DurationFormat.parse(text).filter(Duration::isPositive).orElseThrow(() -> wrong("lifetime", text)));
            try (KeyClient keys = open(server, shell, LocalKeys::open)) {
                shell.out().println(keys.create(name, new Rights(scope, Groups.of(groups)), limit));
            }
            return 0;
        }
    }

    @Command(name = "list", description = "List the keys that are not revoked.")
    static final class ListKeys implements Callable<Integer> {
        private final Terminal shell;

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private ListKeys(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (KeyClient keys = open(server, shell, LocalKeys::openExisting)) {
                List<List<String>> rows =
                        keys.list().stream().map(KeysCommand::row).toList();
                TextTable.of(List.of("name", "scope", "groups", "created", "expires"), rows)
                        .print(shell.out(), shell.screen());
            }
            return 0;
        }
    }

    @Command(
            name = "groups",
            description = {
                "Replace the groups of a key, from its next request on.",
                "Without a group, the key is in no group then."
            })
    static final class SetGroups implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(index = "0", paramLabel = "NAME", description = "The key's name or id.")
        private String name = "";

        @Parameters(index = "1..*", paramLabel = "GROUP", description = "Names of all groups of the key.")
        private List<String> groups = List.of();

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private SetGroups(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            Groups names = Groups.of(groups);
            try (KeyClient keys = open(server, shell, LocalKeys::openExisting)) {
                keys.setGroups(name, names);
                shell.err()
                        .println("groups of " + name + ": "
                                + (names.names().isEmpty() ? "none" : String.join(", ", names.names())));
            }
            return 0;
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Give a key a new secret, and print only the key to stdout. It is never shown again.",
                "Its name, scope and end stay."
            })
    static final class Rotate implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = "NAME", description = "The key's name or id.")
        private String name = "";

        @Option(
                names = "--grace",
                paramLabel = "TIME",
                description =
                        "Time for which the former secret is accepted, too, such as 1h; at most 30d. Default: 0s.")
        private String grace = "0s";

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private Rotate(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            Duration time = DurationFormat.parse(grace).orElseThrow(() -> wrong("grace", grace));
            try (KeyClient keys = open(server, shell, LocalKeys::openExisting)) {
                shell.out().println(keys.rotate(name, time));
            }
            return 0;
        }
    }

    @Command(name = "revoke", description = "Revoke a key immediately.")
    static final class Revoke implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = "NAME", description = "The key's name or id.")
        private String name = "";

        @CommandLine.Mixin
        private ServerOptions server = new ServerOptions();

        private Revoke(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (KeyClient keys = open(server, shell, LocalKeys::openExisting)) {
                keys.revoke(name);
                shell.err().println("revoked " + name);
            }
            return 0;
        }
    }

    private static List<String> row(Key key) {
        return List.of(
                key.name(),
                key.scope().name().toLowerCase(Locale.ROOT),
                String.join(" ", key.rights().groups().names()),
                time(key.createdAt()),
                key.expiresAt().map(KeysCommand::expiry).orElse("never"));
    }

    private static String expiry(Instant end) {
        return time(end) + (end.isBefore(Instant.now()) ? " (over)" : "");
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static KeyClient open(ServerOptions server, Terminal shell, Function<Path, KeyClient> local) {
        return server.named(shell.environment())
                .<KeyClient>map(RemoteKeys::new)
                .orElseGet(() -> local.apply(server.home(shell.environment())));
    }

    private static CliException wrong(String what, String text) {
        return new CliException("the " + what + " is '" + text + "': expected one like " + DurationFormat.EXAMPLES);
    }
}
