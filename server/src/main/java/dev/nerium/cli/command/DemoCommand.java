package dev.nerium.cli.command;

import dev.nerium.auth.Key;
import dev.nerium.auth.Scope;
import dev.nerium.cli.client.LocalServer;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.ServerTrust;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.option.HomeOption;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.output.ResultPrinter;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.ErrorPrinter;
import dev.nerium.cli.shell.ShutdownHook;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.Home;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.CommandName;
import dev.nerium.run.RunIds;
import dev.nerium.server.Nerium;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a server on a lake of its own, shows what it does, and leaves it running. */
@Command(
        name = "demo",
        description = {"Start a server with a lake of its own, run a query and a script, and print the next steps.", ""
        })
public final class DemoCommand implements Callable<Integer> {
    private static final String KEY = "demo";

    private final Terminal shell;

    @Option(names = "--once", description = "Stop the server afterwards. The exit code is 0 if all steps succeeded.")
    private boolean once;

    @Option(names = "--port", paramLabel = "N", description = "Port of the server. Default: a free port.")
    private int port;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Home of the server. Default: 'demo' in the default home.")
    private Optional<Path> home = Optional.empty();

    public DemoCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Path folder = home.isPresent()
                ? Home.find(home, shell.environment())
                : HomeOption.ofDemo(Home.find(Optional.empty(), shell.environment()));
        Nerium nerium = Nerium.start(
                NeriumConfig.load(folder, Map.of("http.port", Integer.toString(port)), shell.environment()));
        return once ? showOnce(nerium, folder) : showAndServe(nerium, folder);
    }

    private int showOnce(Nerium nerium, Path folder) {
        boolean worked;
        try (ShutdownHook _ = ShutdownHook.during(() -> end(nerium))) {
            worked = show(nerium, folder);
        }
        end(nerium);
        return worked ? 0 : 1;
    }

    private int showAndServe(Nerium nerium, Path folder) {
        ShutdownHook.endsWell(() -> end(nerium));
        show(nerium, folder);
        ShutdownHook.waitForTheEnd();
        return 0;
    }

    private static void end(Nerium nerium) {
        revoke(nerium);
        nerium.close();
    }

    private boolean show(Nerium nerium, Path folder) {
        String key = mint(nerium);
        shell.out().println("Nerium is ready on " + nerium.url());
        shell.flush();
        ServerTrust trust = LocalServer.in(folder).map(LocalServer::trust).orElse(ServerTrust.nobody());
        boolean worked = true;
        for (DemoExample example : DemoExample.all()) {
            worked &= run(example, new NeriumClient(ServerAccess.given(nerium.url(), key, trust)));
        }
        if (!once) {
            shell.out().println(howToGoOn(nerium, key, folder));
        }
        shell.flush();
        return worked;
    }

    private boolean run(DemoExample example, NeriumClient client) {
        shell.out().println();
        shell.out().println(example.title() + ":");
        example.source().lines().forEach(line -> shell.out().println(line.isEmpty() ? "" : "    " + line));
        shell.out().println();
        try {
            String answer = NeriumClient.text(client.post(
                    NeriumClient.POLARS,
                    example.body().json(),
                    new RunIds(Clock.systemUTC()).next(),
                    NeriumClient.JSON));
            WorkloadReply reply = WorkloadReply.parse(answer);
            new ResultPrinter(shell, OutputFormat.TABLE).print(reply);
            return reply.rest().path("row_count").asLong() == DemoExample.ROWS;
        } catch (CliException e) {
            ErrorPrinter.print(e, shell);
            return false;
        } finally {
            shell.flush();
        }
    }

    private static String mint(Nerium nerium) {
        revoke(nerium);
        return nerium.keys().create(KEY, Scope.WRITE, Optional.empty()).text();
    }

    private static void revoke(Nerium nerium) {
        if (nerium.keys().list().stream().map(Key::name).anyMatch(KEY::equals)) {
            nerium.keys().revoke(KEY);
        }
    }

    private static String howToGoOn(Nerium nerium, String key, Path folder) {
        return """

                The server keeps running until Ctrl-C. It is yours to try:

                    URL  %1$s
                    Key  %2$s

                curl -s %1$s/api/v1/warehouse/polars \\
                  -H 'Authorization: Bearer %2$s' \\
                  -H 'Content-Type: application/json' \\
                  -d '{"mode": "query", "query": "SELECT * FROM f LIMIT 5", "tables": ["f=default.flowers"]}'

                %4$s polars --home %3$s "SELECT * FROM f LIMIT 5" --table f=default.flowers
                %4$s load --home %3$s default.mine YOUR.parquet
                """.formatted(nerium.url(), key, folder, CommandName.text()).stripTrailing();
    }
}
