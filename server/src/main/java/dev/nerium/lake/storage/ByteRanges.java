package dev.nerium.lake.storage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Spans in their order, none of which touches another. */
record ByteRanges(List<ByteRange> list) {
    static final ByteRanges NONE = new ByteRanges(List.of());

    ByteRanges {
        list = List.copyOf(list);
    }

    static ByteRanges of(Collection<ByteRange> spans) {
        List<ByteRange> joined = new ArrayList<>();
        spans.stream()
                .filter(span -> span.bytes() > 0)
                .sorted(Comparator.comparingLong(ByteRange::start))
                .forEach(span -> {
                    if (!joined.isEmpty() && span.start() <= joined.getLast().end()) {
                        ByteRange last = joined.removeLast();
                        joined.add(new ByteRange(last.start(), Math.max(last.end(), span.end())));
                    } else {
                        joined.add(span);
                    }
                });
        return new ByteRanges(joined);
    }

    ByteRanges plus(Collection<ByteRange> more) {
        List<ByteRange> all = new ArrayList<>(list);
        all.addAll(more);
        return of(all);
    }

    ByteRanges minus(ByteRanges others) {
        List<ByteRange> left = new ArrayList<>();
        int next = 0;
        for (ByteRange span : list) {
            long start = span.start();
            while (next < others.list.size() && others.list.get(next).end() <= start) {
                next++;
            }
            for (int i = next; i < others.list.size() && others.list.get(i).start() < span.end(); i++) {
                ByteRange other = others.list.get(i);
                if (other.start() > start) {
                    left.add(new ByteRange(start, other.start()));
                }
                start = Math.max(start, other.end());
            }
            if (start < span.end()) {
                left.add(new ByteRange(start, span.end()));
            }
        }
        return new ByteRanges(left);
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    long bytes() {
        return list.stream().mapToLong(ByteRange::bytes).sum();
    }
}
