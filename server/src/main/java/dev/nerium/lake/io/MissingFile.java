package dev.nerium.lake.io;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;

/** Says that a file of a table is not there any more. */
public final class MissingFile {
    private MissingFile() {}

    /** @param file that was to be read */
    public static NeriumException because(String file, Throwable cause) {
        return new NeriumException(
                ErrorCode.DATA_FILE_NOT_FOUND,
                "A file of the table no longer exists: " + file + ".",
                "The snapshot that the run reads has expired, or another program removed the file. Run it again; if"
                        + " that fails, too, roll the table back to a snapshot whose files exist.",
                cause);
    }
}
