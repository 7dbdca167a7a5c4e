package dev.nerium.cli;

import java.nio.file.Path;

/** One file on its way to a table. */
record Upload(Path file, UploadFormat format, Mode mode) {
    /** What happens to the rows that are there; the verb of the request says it. */
    enum Mode {
        APPEND("POST"),
        OVERWRITE("PUT");

        private final String method;

        Mode(String method) {
            this.method = method;
        }

        String method() {
            return method;
        }
    }

    String name() {
        return String.valueOf(file.getFileName());
    }
}
