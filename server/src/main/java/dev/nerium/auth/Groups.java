package dev.nerium.auth;

import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The groups of a key, by name.
 *
 * @param names sorted, without repetitions
 */
public record Groups(List<String> names) {
    public static final Groups NONE = new Groups(List.of());

    private static final int MOST = 32;
    private static final int LONGEST_SHOWN = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String SEPARATOR = ",";

    /** The groups that a request names; fails with 400 if a name is not valid, or there are too many. */
    public static Groups of(Collection<String> names) {
        for (String name : names) {
            if (!isName(name)) {
                throw NeriumException.invalid(
                        "groups has the name '%s': expected 1 to 64 letters, digits, dots, dashes or underscores."
                                .formatted(PlainText.of(name, LONGEST_SHOWN)));
            }
        }
        Set<String> distinct = Set.copyOf(names);
        if (distinct.size() > MOST) {
            throw NeriumException.invalid("groups has %d names: expected at most %d.".formatted(distinct.size(), MOST));
        }
        return sorted(distinct);
    }

    /** Groups with names that were checked before. */
    public static Groups sorted(Set<String> names) {
        return new Groups(names.stream().sorted().toList());
    }

    /** Whether a text can be the name of a group. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** The form in which the database has them. */
    public static Groups parse(String stored) {
        return stored.isEmpty() ? NONE : new Groups(List.of(stored.split(SEPARATOR, -1)));
    }

    public String stored() {
        return String.join(SEPARATOR, names);
    }
}
