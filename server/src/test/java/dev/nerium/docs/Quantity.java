package dev.nerium.docs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as people or the configuration write it: {@code 1,000}, {@code one hour}, {@code 90m}, {@code 16 GiB}.
 *
 * @param unit {@code s} for times, {@code B} for sizes, empty for counts
 */
record Quantity(long amount, String unit) {
    static final String TEXT =
            "(?:\\d[\\d,]*|one)(?: ?(?:s|m|min|h|d|B|KiB|MiB|GiB|TiB|seconds?|minutes?|hours?|days?))?";

    private static final Pattern PARTS = Pattern.compile("(\\d[\\d,]*|one) ?([A-Za-z]*)");

    static Quantity parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no number with a unit");
        }
        String number = parts.group(1);
        long count = number.equals("one") ? 1 : Long.parseLong(number.replace(",", ""));
        return switch (parts.group(2).toLowerCase(Locale.ROOT)) {
            case "" -> new Quantity(count, "");
            case "s", "second", "seconds" -> new Quantity(count, "s");
            case "m", "min", "minute", "minutes" -> new Quantity(60 * count, "s");
            case "h", "hour", "hours" -> new Quantity(3600 * count, "s");
            case "d", "day", "days" -> new Quantity(86_400 * count, "s");
            case "b" -> new Quantity(count, "B");
            case "kib" -> new Quantity(count << 10, "B");
            case "mib" -> new Quantity(count << 20, "B");
            case "gib" -> new Quantity(count << 30, "B");
            case "tib" -> new Quantity(count << 40, "B");
            case String unit ->
                throw new IllegalArgumentException("'" + text + "' has the unknown unit '" + unit + "'");
        };
    }
}
