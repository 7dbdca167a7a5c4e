package dev.nerium.cli.option;

import dev.nerium.auth.Scope;
import dev.nerium.cli.client.LocalServer;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.client.ServerTrust;
import dev.nerium.cli.client.ServerVersion;
import dev.nerium.cli.shell.CliException;
import dev.nerium.config.Home;
import dev.nerium.error.CommandName;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of every command that talks to a server. */
public final class ServerOptions {
    private static final int LAST_PORT = 65_535;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "URL of the server. Default: NERIUM_URL, else the local server.")
    private Optional<String> url = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "API key. Default: NERIUM_KEY, else a temporary key for the local server.")
    private Optional<String> key = Optional.empty();

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description =
                    "Certificates in PEM to accept for https, in place of those of the machine. Default: NERIUM_CA_FILE.")
    private Optional<Path> certificates = Optional.empty();

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Home of the local server. Default: NERIUM_HOME, else the default home.")
    private Optional<Path> home = Optional.empty();

    /** The home of the local server, whether it runs or not. */
    public Path home(Map<String, String> environment) {
        return Home.find(home, environment);
    }

    /** Opens the server for what writers may do. */
    public ServerAccess open(Map<String, String> environment) {
        return open(environment, Scope.WRITE);
    }

    /** Opens the server for a run of a writer that continues after the command. */
    public ServerAccess openLasting(Map<String, String> environment) {
        return open(environment, local -> ServerAccess.lasting(local, Scope.WRITE));
    }

    /** @param needed of a key that is made for the local server where none is given */
    public ServerAccess open(Map<String, String> environment, Scope needed) {
        return open(environment, local -> ServerAccess.minted(local, needed));
    }

    private ServerAccess open(Map<String, String> environment, Function<LocalServer, ServerAccess> withoutKey) {
        Optional<String> knownKey = key.or(() -> Optional.ofNullable(environment.get("NERIUM_KEY")));
        Optional<URI> knownUrl = url.or(() -> fromEnvironment(environment)).map(ServerOptions::uri);
        if (knownUrl.isPresent()) {
            return ServerAccess.given(
                    knownUrl.get(), knownKey.orElseThrow(ServerOptions::noKey), trust(knownUrl.get(), environment));
        }
        LocalServer local = local(environment);
        return knownKey.map(text -> ServerAccess.given(local.url(), text, local.trust()))
                .orElseGet(() -> withoutKey.apply(local));
    }

    /** The server, if an option or NERIUM_URL selects one; empty where the command is for the home of this machine. */
    public Optional<ServerAccess> named(Map<String, String> environment) {
        return key.isPresent() || url.or(() -> fromEnvironment(environment)).isPresent()
                ? Optional.of(open(environment, Scope.ADMIN))
                : Optional.empty();
    }

    /** The server that a command would use, if it responds at once. Without one, no classes of a client are loaded. */
    public Optional<ServerVersion> version(Map<String, String> environment) {
        return url.or(() -> fromEnvironment(environment)).isPresent()
                ? ServerVersion.of(open(environment))
                : homes(environment).stream()
                        .filter(folder -> Files.isReadable(folder.resolve(LocalServer.FILE)))
                        .map(ServerVersion::ofLocal)
                        .flatMap(Optional::stream)
                        .findFirst();
    }

    private ServerTrust trust(URI url, Map<String, String> environment) {
        if (!"https".equals(url.getScheme())) {
            return ServerTrust.nobody();
        }
        return certificates
                .or(() -> Optional.ofNullable(environment.get("NERIUM_CA_FILE")).map(Path::of))
                .map(ServerTrust::issuedBy)
                .orElseGet(ServerTrust::machine);
    }

    /** A home on the command line overrides the environment. */
    private Optional<String> fromEnvironment(Map<String, String> environment) {
        return home.isPresent() ? Optional.empty() : Optional.ofNullable(environment.get("NERIUM_URL"));
    }

    private LocalServer local(Map<String, String> environment) {
        return homes(environment).stream()
                .map(LocalServer::in)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> noServer(home(environment)));
    }

    private List<Path> homes(Map<String, String> environment) {
        Path folder = home(environment);
        return home.isPresent() ? List.of(folder) : List.of(folder, HomeOption.ofDemo(folder));
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getPort() <= LAST_PORT && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Reported below, without the library's text.
        }
        throw new CliException("the URL is '" + text + "': expected one like http://127.0.0.1:8080");
    }

    private static CliException noKey() {
        return new CliException(
                "there is no key for this server",
                "",
                "give --key or NERIUM_KEY; '" + CommandName.with("keys create NAME --scope write")
                        + "' on the server's machine creates one.");
    }

    private static CliException noServer(Path home) {
        return new CliException(
                "no server is running here (there is no address in " + home + ")",
                "",
                "start one with '" + CommandName.with("serve") + "', or set --url or NERIUM_URL.");
    }
}
