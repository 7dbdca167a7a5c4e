package dev.nerium.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The groups of a run's key as its record has them: a JSON array in alphabetical order, or null for none. */
public final class KeyGroups {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Set<String>> NAMES = new TypeReference<>() {};

    private KeyGroups() {}

    static @Nullable String text(Set<String> groups) {
        try {
            return groups.isEmpty() ? null : JSON.writeValueAsString(new TreeSet<>(groups));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Set<String> read(@Nullable String text) {
        try {
            return text == null ? Set.of() : JSON.readValue(text, NAMES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The groups of a run can't be read", e);
        }
    }
}
