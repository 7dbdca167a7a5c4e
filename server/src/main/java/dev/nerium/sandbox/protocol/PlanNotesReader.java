package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.PlainText;
import dev.nerium.sandbox.job.PlanNote;
import dev.nerium.sandbox.job.PlanNote.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Reads the notes in a worker's message. */
final class PlanNotesReader {
    private static final int MOST_NOTES = 200;
    private static final int LONGEST_DETAIL = 500;
    private static final Map<String, Kind> KINDS =
            Arrays.stream(Kind.values()).collect(Collectors.toMap(Kind::id, Function.identity()));

    private final IntPredicate isTable;

    /** @param isTable whether a table of the run has this handle */
    PlanNotesReader(IntPredicate isTable) {
        this.isTable = isTable;
    }

    /** The notes in a {@code result} or {@code explained}. */
    List<PlanNote> read(JsonNode message) throws ProtocolException {
        JsonNode list = message.path("notes");
        if (list.size() > MOST_NOTES || !(list.isArray() || list.isMissingNode())) {
            throw new ProtocolException("notes that are not a list of at most " + MOST_NOTES);
        }
        List<PlanNote> notes = new ArrayList<>();
        for (JsonNode note : list) {
            Kind kind = KINDS.get(note.path("kind").asText());
            if (kind == null || !note.path("detail").isTextual()) {
                throw new ProtocolException("a note of an unknown kind, or without a text");
            }
            notes.add(new PlanNote(kind, PlainText.of(note.get("detail").textValue(), LONGEST_DETAIL), table(note)));
        }
        return notes;
    }

    private OptionalInt table(JsonNode note) throws ProtocolException {
        JsonNode table = note.path("table");
        if (table.isNull()) {
            return OptionalInt.empty();
        }
        if (!table.isInt() || !isTable.test(table.intValue())) {
            throw new ProtocolException("a note about a table that the run does not have");
        }
        return OptionalInt.of(table.intValue());
    }
}
