package dev.nerium.cli.client;

import java.nio.file.Path;
import java.util.List;

/** The files of one commit, on their way to a table. */
public record Upload(List<Path> files, UploadFormat format, UploadMode mode) {
    public Upload {
        files = List.copyOf(files);
    }

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
        return files.size() == 1 ? String.valueOf(files.getFirst().getFileName()) : files.size() + " files";
    }
}
