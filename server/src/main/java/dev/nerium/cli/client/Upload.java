package dev.nerium.cli.client;

import java.nio.file.Path;

/** One file on its way to a table. */
public record Upload(Path file, UploadFormat format, UploadMode mode) {
    /** Handling of existing rows; the HTTP method of the request expresses it. */
    public enum UploadMode {
        APPEND("POST"),
        OVERWRITE("PUT");

        private final String method;

        UploadMode(String method) {
            this.method = method;
        }

        public String method() {
            return method;
        }
    }

    public String name() {
        return String.valueOf(file.getFileName());
    }
}
