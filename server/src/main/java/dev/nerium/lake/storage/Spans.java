package dev.nerium.lake.storage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Spans in their order, none of which touches another. */
record Spans(List<Span> list) {
    static final Spans NONE = new Spans(List.of());

    Spans {
        list = List.copyOf(list);
    }

    static Spans of(Collection<Span> spans) {
        List<Span> joined = new ArrayList<>();
        spans.stream()
                .filter(span -> span.bytes() > 0)
                .sorted(Comparator.comparingLong(Span::start))
                .forEach(span -> {
                    if (!joined.isEmpty() && span.start() <= joined.getLast().end()) {
                        Span last = joined.removeLast();
                        joined.add(new Span(last.start(), Math.max(last.end(), span.end())));
                    } else {
                        joined.add(span);
                    }
                });
        return new Spans(joined);
    }

    Spans plus(Collection<Span> more) {
        List<Span> all = new ArrayList<>(list);
        all.addAll(more);
        return of(all);
    }

    Spans minus(Spans others) {
        List<Span> left = new ArrayList<>();
        int next = 0;
        for (Span span : list) {
            long start = span.start();
            while (next < others.list.size() && others.list.get(next).end() <= start) {
                next++;
            }
            for (int i = next; i < others.list.size() && others.list.get(i).start() < span.end(); i++) {
                Span other = others.list.get(i);
                if (other.start() > start) {
                    left.add(new Span(start, other.start()));
                }
                start = Math.max(start, other.end());
            }
            if (start < span.end()) {
                left.add(new Span(start, span.end()));
            }
        }
        return new Spans(left);
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    long bytes() {
        return list.stream().mapToLong(Span::bytes).sum();
    }
}
