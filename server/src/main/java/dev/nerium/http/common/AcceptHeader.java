package dev.nerium.http.common;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The media types that a client accepts (RFC 9110, section 12.5.1).
 *
 * @param ranges in the order of the header
 */
public record AcceptHeader(List<MediaRange> ranges) {
    private static final Pattern RANGE =
            Pattern.compile("([a-z0-9!#$&^_.+*-]+)/([a-z0-9!#$&^_.+*-]+)\\s*(;.*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUALITY =
            Pattern.compile(";\\s*q\\s*=\\s*([01](?:\\.\\d*)?)\\s*(?:;|$)", Pattern.CASE_INSENSITIVE);

    /** A quality above 0, below that of every type that a client names. */
    private static final double UNNAMED = 1e-9;

    public AcceptHeader {
        ranges = List.copyOf(ranges);
    }

    /** Reads the values of the header; other text is ignored. */
    public static AcceptHeader parse(List<String> headers) {
        return new AcceptHeader(headers.stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(String::strip)
                .flatMap(range -> MediaRange.parse(range).stream())
                .toList());
    }

    /**
     * The type of a response: the one with the highest quality, of several the one that the client names most exactly, then first.
     *
     * @param offered types, the usual one first
     * @return empty if the client accepts none of them
     */
    public Optional<String> choose(List<String> offered) {
        return offered.stream()
                .map(this::rate)
                .filter(choice -> choice.quality() > 0)
                .max(Comparator.comparingDouble(Choice::quality)
                        .thenComparingInt(Choice::exactness)
                        .thenComparingInt(choice -> -choice.position())
                        .thenComparingInt(choice -> -offered.indexOf(choice.type())))
                .map(Choice::type);
    }

    private record Choice(String type, double quality, int exactness, int position) {}

    /** The most exact range decides. Without a range, or if all only refuse types, the others are accepted. */
    private Choice rate(String type) {
        boolean refusesOnly = ranges.stream().allMatch(range -> range.quality() == 0);
        return IntStream.range(0, ranges.size())
                .filter(position -> ranges.get(position).matches(type))
                .boxed()
                .max(Comparator.comparingInt(
                                (Integer position) -> ranges.get(position).exactness())
                        .thenComparingInt(position -> -position))
                .map(position -> {
                    MediaRange range = ranges.get(position);
                    return new Choice(type, range.quality(), range.exactness(), position);
                })
                .orElseGet(() -> new Choice(type, refusesOnly ? UNNAMED : 0, 0, 0));
    }

    /** A type such as {@code text/csv}, or all types of a kind, {@code text/*}, or all. */
    public record MediaRange(String kind, String name, double quality) {
        private static final String ANY = "*";

        static Optional<MediaRange> parse(String text) {
            Matcher range = RANGE.matcher(text);
            if (!range.matches()) {
                return Optional.empty();
            }
            Matcher quality =
                    QUALITY.matcher(Optional.ofNullable(range.group(3)).orElse(""));
            return Optional.of(new MediaRange(
                    range.group(1).toLowerCase(Locale.ROOT),
                    range.group(2).toLowerCase(Locale.ROOT),
                    quality.find() ? Double.parseDouble(quality.group(1)) : 1));
        }

        boolean matches(String type) {
            return type.equals(kind + "/" + name)
                    || (name.equals(ANY) && (kind.equals(ANY) || type.startsWith(kind + "/")));
        }

        /** 2 for a type, 1 for all of a kind, 0 for all. */
        int exactness() {
            return kind.equals(ANY) ? 0 : name.equals(ANY) ? 1 : 2;
        }
    }
}
