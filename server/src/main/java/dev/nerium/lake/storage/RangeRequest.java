package dev.nerium.lake.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * One request for bytes of an object.
 *
 * @param span span to fetch
 * @param wanted what of it is kept: near spans share a request, and what lies between them is dropped
 */
record RangeRequest(ByteRange span, List<ByteRange> wanted) {
    /** As long as the transfer of so many bytes takes about as long as another request. */
    private static final long NEAR = 1 << 20;

    private static final long LONGEST = 4 << 20;

    RangeRequest {
        wanted = List.copyOf(wanted);
    }

    static List<RangeRequest> of(ByteRanges spans) {
        List<RangeRequest> requests = new ArrayList<>();
        List<ByteRange> wanted = new ArrayList<>();
        for (ByteRange span : spans.list()) {
            for (long start = span.start(); start < span.end(); start += LONGEST) {
                ByteRange part = new ByteRange(start, Math.min(span.end(), start + LONGEST));
                if (!wanted.isEmpty() && !joins(wanted, part)) {
                    requests.add(request(wanted));
                    wanted.clear();
                }
                wanted.add(part);
            }
        }
        if (!wanted.isEmpty()) {
            requests.add(request(wanted));
        }
        return requests;
    }

    private static boolean joins(List<ByteRange> wanted, ByteRange part) {
        return part.start() - wanted.getLast().end() <= NEAR
                && part.end() - wanted.getFirst().start() <= LONGEST;
    }

    private static RangeRequest request(List<ByteRange> wanted) {
        return new RangeRequest(
                new ByteRange(wanted.getFirst().start(), wanted.getLast().end()), wanted);
    }
}
