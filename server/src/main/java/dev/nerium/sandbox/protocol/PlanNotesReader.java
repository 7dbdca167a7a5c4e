package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.PlainText;
import dev.nerium.run.RunFacts.Note;
import dev.nerium.sandbox.job.WorkerCallbacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the notes in a worker's message. */
final class PlanNotesReader {
    private static final int MOST_NOTES = 200;
    private static final int LONGEST_DETAIL = 500;
    private static final Set<String> KINDS =
            Set.of("python-function", "cross-join", "all-columns", "unplanned-filter", "in-memory");

    private final WorkerCallbacks tables;

    PlanNotesReader(WorkerCallbacks tables) {
        this.tables = tables;
    }

    /** The notes in a {@code result} or {@code explained}. */
    List<Note> read(JsonNode message) throws ProtocolException {
        JsonNode list = message.path("notes");
        if (list.size() > MOST_NOTES || !(list.isArray() || list.isMissingNode())) {
            throw new ProtocolException("notes that are not a list of at most " + MOST_NOTES);
        }
        List<Note> notes = new ArrayList<>();
        for (JsonNode note : list) {
            String kind = note.path("kind").asText();
            if (!KINDS.contains(kind) || !note.path("detail").isTextual()) {
                throw new ProtocolException("a note of an unknown kind, or without a text");
            }
            notes.add(new Note(kind, PlainText.of(note.get("detail").textValue(), LONGEST_DETAIL), table(note)));
        }
        return notes;
    }

    /** The table's name; empty where the note is about no single table. */
    private String table(JsonNode note) throws ProtocolException {
        JsonNode table = note.path("table");
        if (table.isNull()) {
            return "";
        }
        if (!table.isInt() || !tables.hasTable(table.intValue())) {
            throw new ProtocolException("a note about a table that the run does not have");
        }
        return tables.nameOf(table.intValue());
    }
}
