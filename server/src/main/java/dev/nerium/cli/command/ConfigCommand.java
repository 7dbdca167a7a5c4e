package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.option.HomeOption;
import dev.nerium.cli.option.ReportFormat;
import dev.nerium.cli.output.TextTable;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.ConfigCheck;
import dev.nerium.config.ConfigReader;
import dev.nerium.config.tree.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the settings of a server with their origins, or checks a file of settings. */
@Command(
        name = "config",
        description = {
            "Print the settings that a server with this home, this environment and these options would have, and the origin"
                    + " of each. Or check a file.",
            ""
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ${ROOT-COMMAND-NAME} config --home /srv/nerium",
            "  ${ROOT-COMMAND-NAME} config --check nerium.yaml"
        })
public final class ConfigCommand implements Callable<Integer> {
    private final Terminal shell;
    private final ObjectMapper json = new ObjectMapper();

    @Mixin
    private HomeOption home = new HomeOption();

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on, as for serve.")
    private Optional<Integer> port = Optional.empty();

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description = "List all errors in this file, and exit with 1 if there are any.")
    private Optional<Path> checked = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table, or json (one object). Default: ${DEFAULT-VALUE}.")
    private ReportFormat format = ReportFormat.TABLE;

    public ConfigCommand(Terminal shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (checked.isPresent()) {
            return check(checked.get());
        }
        Map<String, String> overrides =
                port.map(number -> Map.of("http.port", number.toString())).orElse(Map.of());
        Path folder = home.find(shell);
        List<Setting> settings = ConfigReader.settings(folder, overrides, shell.environment());
        switch (format) {
            case JSON -> shell.out().println(object(folder, settings));
            case TABLE ->
                TextTable.of(
                                List.of("setting", "value", "origin"),
                                settings.stream().map(ConfigCommand::row).toList())
                        .print(shell.out(), shell.screen());
        }
        return 0;
    }

    private int check(Path file) {
        ConfigCheck.Report report = ConfigCheck.of(file, shell.environment());
        switch (format) {
            case JSON -> {
                ObjectNode object =
                        json.createObjectNode().put("file", file.toString()).put("settings", report.settings());
                report.problems().forEach(object.putArray("problems")::add);
                shell.out().println(object);
            }
            case TABLE -> {
                report.problems().forEach(problem -> shell.err().println("error: " + problem));
                if (report.problems().isEmpty()) {
                    shell.out().println(file + " is correct; its settings: " + report.settings());
                }
            }
        }
        return report.problems().isEmpty() ? 0 : 1;
    }

    private ObjectNode object(Path folder, List<Setting> settings) {
        ObjectNode object = json.createObjectNode().put("home", folder.toString());
        ArrayNode list = object.putArray("settings");
        settings.forEach(setting -> list.addObject()
                .put("key", setting.key())
                .put("origin", setting.origin().kind().text())
                .put("source", setting.origin().source())
                .set("value", setting.value()));
        return object;
    }

    private static List<String> row(Setting setting) {
        String value = setting.value().isTextual()
                ? setting.value().textValue()
                : setting.value().toString();
        return List.of(setting.key(), value, origin(setting));
    }

    private static String origin(Setting setting) {
        return switch (setting.origin().kind()) {
            case DEFAULT -> "default";
            case FILE -> "nerium.yaml";
            case ENVIRONMENT -> setting.origin().source();
            case COMMAND_LINE -> "command line";
        };
    }
}
