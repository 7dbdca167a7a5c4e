package dev.nerium.cli.option;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Texts of options that picocli does not read itself. */
public final class OptionText {
    private OptionText() {}

    /**
     * Reads a text; a wrong one is a mistake in the command line.
     *
     * @param reader throws an {@link IllegalArgumentException} with a message for the user
     */
    public static <T> T read(CommandSpec spec, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
