package dev.nerium.lake.commit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.nerium.lake.commit.CommitIntent.Effect;
import dev.nerium.lake.name.TableName;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The commits that are under way, a file for each, so that a server that is killed leaves word of what it was about to do. The
 * first line is the intent, on the disk before any file is placed; each further line is a file that was about to be made. A
 * line without its end was never acted upon. Thread-safe.
 */
public final class CommitJournal {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Path folder;

    public CommitJournal(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of commits " + folder + " can't be made", e);
        }
    }

    /** Writes an intent down, durably. */
    public Entry open(CommitIntent intent) {
        Path file = file(intent.run());
        try {
            Entry entry = new Entry(file, intent);
            // The name of a new file is the folder's to keep.
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
            return entry;
        } catch (IOException e) {
            close(intent.run());
            throw new UncheckedIOException("The commit can't be recorded in " + file, e);
        }
    }

    /** The runs whose commits have not come to a known end. */
    public List<UUID> unsettled() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> UUID_TEXT.matcher(name).matches())
                    .map(UUID::fromString)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of commits " + folder + " can't be read", e);
        }
    }

    /** The intent of a run whose commit has not come to a known end; empty also where it placed nothing. */
    public Optional<CommitIntent> find(UUID run) {
        try {
            String text = Files.readString(file(run));
            List<String> lines =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            return lines.isEmpty() ? Optional.empty() : Optional.of(intent(run, lines));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The commit of " + run + " can't be read in " + folder, e);
        }
    }

    /** Forgets a commit, whose end is known and whose files are where they belong. */
    public void close(UUID run) {
        try {
            Files.deleteIfExists(file(run));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The journal entry of the commit of " + run + " can't be deleted in " + folder, e);
        }
    }

    private Path file(UUID run) {
        return folder.resolve(run.toString());
    }

    private static CommitIntent intent(UUID run, List<String> lines) throws IOException {
        JsonNode head = JSON.readTree(lines.getFirst());
        JsonNode table = head.path("table");
        List<String> files = new ArrayList<>();
        head.path("files").forEach(file -> files.add(file.asText()));
        for (String line : lines.subList(1, lines.size())) {
            files.add(JSON.readTree(line).asText());
        }
        return new CommitIntent(
                run,
                new TableName(
                        table.path(0).asText(),
                        table.path(1).asText(),
                        table.path(2).asText()),
                UUID.fromString(head.path("id").asText()),
                Effect.valueOf(head.path("effect").asText()),
                files);
    }

    private static JsonNode head(CommitIntent intent) {
        ObjectNode head = JSON.createObjectNode();
        TableName table = intent.table();
        head.putArray("table").add(table.catalog()).add(table.namespace()).add(table.table());
        head.put("id", intent.tableId().toString());
        head.put("effect", intent.effect().name());
        intent.files().forEach(head.putArray("files")::add);
        return head;
    }

    /** A commit under way. Thread-safe: manifests are written by several threads. */
    public static final class Entry implements AutoCloseable {
        private final CommitIntent intent;
        private final List<String> made = new ArrayList<>();
        private final FileOutputStream out;

        private Entry(Path file, CommitIntent intent) throws IOException {
            this.intent = intent;
            // Not a channel, which an interrupt would close.
            this.out = new FileOutputStream(file.toFile());
            try {
                append(head(intent));
                out.getFD().sync();
            } catch (IOException e) {
                out.close();
                throw e;
            }
        }

        /** Adds a file that is about to be made. It is not forced to the disk: at worst the file is left behind. */
        synchronized void record(String location) {
            try {
                append(TextNode.valueOf(location));
                made.add(location);
            } catch (IOException e) {
                throw new UncheckedIOException("The commit of " + intent.run() + " can't be written down", e);
            }
        }

        /** The intent, with every file that was noted. */
        synchronized CommitIntent intent() {
            List<String> files = new ArrayList<>(intent.files());
            files.addAll(made);
            return new CommitIntent(intent.run(), intent.table(), intent.tableId(), intent.effect(), files);
        }

        private void append(JsonNode line) throws IOException {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException("The commit of " + intent.run() + " can't be written down", e);
            }
        }
    }
}
