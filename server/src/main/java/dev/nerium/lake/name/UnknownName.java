package dev.nerium.lake.name;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import java.util.List;

/** The error for a name that nothing in the lake has, with the name that was probably meant. */
public final class UnknownName {
    private static final int LONGEST_NAME = 300;

    private UnknownName() {}

    /** @param what the kind and the name, such as {@code namespace 'a'} */
    public static NeriumException failure(String what, String name, List<String> candidates) {
        return new NeriumException(
                ErrorCode.UNKNOWN_TABLE,
                "There is no " + PlainText.of(what, LONGEST_NAME) + "." + NearestName.hint(name, candidates));
    }
}
