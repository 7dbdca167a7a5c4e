package dev.nerium.cli.command;

import dev.nerium.cli.client.UrlPart;
import dev.nerium.cli.shell.CliException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The parameters that say whose quota a command is about. */
final class QuotaTarget {
    /** Kinds of quotas. */
    enum Kind {
        /** One key. */
        KEY,
        /** The members of a group together. */
        GROUP,
        /** Each key. */
        DEFAULT
    }

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = {
                "key (the quota of one key), group (the quota that the members of a group share) or default (the quota of each key,"
                        + " for the limits that the key's own quota does not have)."
            })
    private Kind kind = Kind.DEFAULT;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "The name or id of the key, or the name of the group. Not with default.")
    private Optional<String> name = Optional.empty();

    String path() {
        if (name.isPresent() == (kind == Kind.DEFAULT)) {
            throw new CliException(
                    kind == Kind.DEFAULT
                            ? "the default has no name, and '" + name.orElse("") + "' was given"
                            : "the name of the " + text() + " is missing");
        }
        return "/" + text() + name.map(of -> "/" + UrlPart.of(of)).orElse("");
    }

    private String text() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return kind == Kind.DEFAULT ? "each key" : "the " + text() + " " + name.orElse("");
    }
}
