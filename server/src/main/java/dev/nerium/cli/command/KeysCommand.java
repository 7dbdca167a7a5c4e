package dev.nerium.cli.command;

import dev.nerium.auth.Key;
import dev.nerium.auth.Keys;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.LocalKeys;
import dev.nerium.cli.option.HomeOption;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.DurationFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The keys of a server on this machine, whether it runs or not. */
@Command(
        name = "keys",
        description = {
            "Create, list and revoke the keys of a server on this machine. The server may run or be stopped.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ./nerium keys create reports --scope read",
            "  export NERIUM_KEY=$(./nerium keys create me --scope write --lifetime 12h)",
            "  ./nerium keys revoke reports"
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
                names = "--lifetime",
                paramLabel = "TIME",
                description = "Time until the key expires, such as 45m, 12h or 30d. Default: never.")
        private Optional<String> lifetime = Optional.empty();

        @CommandLine.Mixin
        private HomeOption home = new HomeOption();

        private Create(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            Optional<Duration> limit = lifetime.map(KeysCommand::duration);
            try (Keys keys = LocalKeys.open(home.find(shell))) {
                NewKey key = keys.create(name, scope, limit);
                shell.out().println(key.text());
            }
            return 0;
        }
    }

    @Command(name = "list", description = "List the keys that are not revoked.")
    static final class ListKeys implements Callable<Integer> {
        private final Terminal shell;

        @CommandLine.Mixin
        private HomeOption home = new HomeOption();

        private ListKeys(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (Keys keys = LocalKeys.openExisting(home.find(shell))) {
                List<List<String>> rows =
                        keys.list().stream().map(KeysCommand::row).toList();
                TextTable.of(List.of("name", "scope", "created", "expires"), rows)
                        .print(shell.out(), shell.screen());
            }
            return 0;
        }
    }

    @Command(name = "revoke", description = "Revoke a key immediately.")
    static final class Revoke implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = "NAME", description = "The key's name.")
        private String name = "";

        @CommandLine.Mixin
        private HomeOption home = new HomeOption();

        private Revoke(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            try (Keys keys = LocalKeys.openExisting(home.find(shell))) {
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
                time(key.createdAt()),
                key.expiresAt().map(KeysCommand::expiry).orElse("never"));
    }

    private static String expiry(Instant end) {
        return time(end) + (end.isBefore(Instant.now()) ? " (over)" : "");
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Duration duration(String text) {
        return DurationFormat.parse(text)
                .filter(Duration::isPositive)
                .orElseThrow(() -> new CliException(
                        "the lifetime is '" + text + "': expected one like " + DurationFormat.EXAMPLES));
    }
}
