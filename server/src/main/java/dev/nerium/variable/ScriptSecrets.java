package dev.nerium.variable;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of the variables that one script gets, in clear. They are overwritten when this is closed. */
public final class ScriptSecrets implements AutoCloseable {
    public static final ScriptSecrets NONE = new ScriptSecrets(Map.of());

    /** In UTF-8, by the names. */
    private final Map<String, byte[]> values;

    private final ValueMask mask;

    ScriptSecrets(Map<String, byte[]> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.mask = values.isEmpty() ? ValueMask.NONE : new ValueMask(values.values());
    }

    /** The length of each value in bytes, by the name of its variable. */
    public Map<String, Integer> lengths() {
        Map<String, Integer> lengths = new LinkedHashMap<>();
        values.forEach((name, value) -> lengths.put(name, value.length));
        return lengths;
    }

    /** The values, one after the other, in the order of the names. The caller overwrites the array. */
    public byte[] bytes() {
        byte[] bytes = new byte
                [values.values().stream().mapToInt(value -> value.length).sum()];
        int at = 0;
        for (byte[] value : values.values()) {
            System.arraycopy(value, 0, bytes, at, value.length);
            at += value.length;
        }
        return bytes;
    }

    /** Hides the values in text. It remains usable when this is closed. */
    public ValueMask mask() {
        return mask;
    }

    @Override
    public void close() {
        values.values().forEach(value -> Arrays.fill(value, (byte) 0));
    }

    /** A text for logs, which must not have the values. */
    @Override
    public String toString() {
        return "ScriptSecrets[names=" + values.keySet() + "]";
    }
}
