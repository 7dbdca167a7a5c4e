package dev.nerium.lake.rest;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, of what a key sees of it.
 *
 * @param next the token of the page after it; null if there is none
 */
record VisiblePage<T>(List<T> items, @Nullable String next) {
    static <T> VisiblePage<T> of(CatalogRequest call, List<T> all, Predicate<T> isVisible) {
        List<T> visible = all.stream().filter(isVisible).toList();
        if (call.pageSize().isEmpty()) {
            return new VisiblePage<>(visible, null);
        }
        int size = Integer.parseInt(call.pageSize().get());
        int from = call.pageToken().isEmpty() ? 0 : Math.clamp(Integer.parseInt(call.pageToken()), 0, visible.size());
        int to = (int) Math.min((long) from + Math.max(1, size), visible.size());
        return new VisiblePage<>(visible.subList(from, to), to < visible.size() ? String.valueOf(to) : null);
    }
}
