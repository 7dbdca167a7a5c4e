package dev.nerium.lake.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder below which files may be read.
 *
 * @param folder as the operator wrote it
 * @param real without links
 * @param home of the server, which has keys and rows of all users: no file in it is read
 */
record FileLocation(Path folder, Path real, Path home) {
    /** Empty if there is no such folder. */
    static Optional<FileLocation> of(Path folder, Path home) {
        try (OpenedPath opened = OpenedPath.open(folder);
                OpenedPath server = OpenedPath.open(home)) {
            return Optional.of(new FileLocation(folder, opened.location(), server.location()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether what was opened is below this folder, through whatever links it was reached. */
    boolean contains(OpenedPath opened) throws IOException {
        Path found = opened.location();
        return found.startsWith(real) && !found.startsWith(home);
    }
}
