package dev.nerium.cli.option;

import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text of a file that an option names. */
public final class TextFile {
    private TextFile() {}

    /**
     * Reads a text in UTF-8.
     *
     * @param what the file has, for the message
     * @param file {@code -} for stdin
     */
    public static String read(Terminal shell, String what, String file) {
        try {
            return file.equals("-")
                    ? new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new CliException("there is no file " + file);
        } catch (CharacterCodingException e) {
            throw new CliException("the " + what + " " + file + " can't be read", "its text is not UTF-8", "");
        } catch (IOException e) {
            throw new CliException("the " + what + " " + file + " can't be read", String.valueOf(e.getMessage()), "");
        }
    }
}
