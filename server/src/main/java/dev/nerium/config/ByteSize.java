package dev.nerium.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written as {@code 64MiB} in the configuration. */
public record ByteSize(long bytes) {
    private static final Pattern TEXT = Pattern.compile("0|(\\d{1,12})\\s*(B|KiB|MiB|GiB|TiB)");
    private static final Map<String, Integer> SHIFT = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30, "TiB", 40);

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size can't be negative: " + bytes);
        }
    }

    @JsonCreator
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a size: write it like 64MiB");
        }
        if (text.equals("0")) {
            return new ByteSize(0);
        }
        return new ByteSize(Long.parseLong(matcher.group(1)) << SHIFT.getOrDefault(matcher.group(2), 0));
    }

    /** For people: {@code 1.5 GiB}. */
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return value == Math.rint(value)
                ? "%d %s".formatted((long) value, units[unit])
                : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
