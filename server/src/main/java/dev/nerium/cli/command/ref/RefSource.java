package dev.nerium.cli.command.ref;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The common options of new branches and tags. */
final class RefSource {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--from",
            paramLabel = "VERSION",
            description =
                    "Snapshot that it gets: an id, branch:NAME, tag:NAME or 2026-11-01T12:00:00Z. Default: the current one.")
    private Optional<String> from = Optional.empty();

    @Option(names = "--replace", description = "Move it if it exists.")
    private boolean replace;

    @Option(names = "--if-not-exists", description = "Do nothing if it exists.")
    private boolean ifNotExists;

    @Option(
            names = "--max-age",
            paramLabel = "TIME",
            description =
                    "'table expire' drops it when its snapshot is older, such as 30d. Default: the table's property, else never.")
    private Optional<String> maxAge = Optional.empty();

    ObjectNode body(String type, String name) {
        if (replace && ifNotExists) {
            throw new ParameterException(spec.commandLine(), "give one of --replace and --if-not-exists.");
        }
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("name", name).put("type", type);
        from.ifPresent(version -> body.put("from", version));
        if (replace || ifNotExists) {
            body.put("existing", replace ? "replace" : "keep");
        }
        maxAge.ifPresent(age -> body.put("maxRefAge", age));
        return body;
    }
}
