package dev.nerium.docs;

import dev.nerium.docs.OpenApi.Limit;
import dev.nerium.error.NeriumException;
import java.math.BigInteger;
import java.util.function.Function;

/**
 * A number of a request, and how the server reads it.
 *
 * @param place as {@link Limit} has it
 * @param with the query or the body that has the number; for a list or a text, one so long
 * @param without the same where the number is left out
 * @param read what the server makes of it; throws where the server refuses it
 */
record RequestNumber(String place, Function<BigInteger, String> with, String without, Function<String, Object> read) {
    /** Whether a limit is one of this number. */
    boolean isAt(Limit limit) {
        return limit.place().equals(place);
    }

    /** Whether a limit is one of another number, or the one that the server has. */
    boolean allows(Limit limit) {
        return !isAt(limit) || holds(limit);
    }

    /** Whether the server accepts the value and refuses the next one, or takes it as its default. */
    boolean holds(Limit limit) {
        BigInteger value = limit.value();
        return switch (limit.keyword()) {
            case "minimum", "minItems", "minLength" -> accepts(value) && !accepts(value.subtract(BigInteger.ONE));
            case "maximum", "maxItems", "maxLength" -> accepts(value) && !accepts(value.add(BigInteger.ONE));
            case "default" -> String.valueOf(read.apply(without)).equals(value.toString());
            default -> throw new IllegalArgumentException("no check of " + limit);
        };
    }

    private boolean accepts(BigInteger value) {
        try {
            var _ = read.apply(with.apply(value));
            return true;
        } catch (NeriumException e) {
            return false;
        }
    }
}
