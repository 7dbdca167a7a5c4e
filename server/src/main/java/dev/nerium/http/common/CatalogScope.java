package dev.nerium.http.common;

/**
 * The catalog of a request, where its names of two parts are. One that the request names itself is that of all its names; else
 * names of three parts may be in any other.
 */
public record CatalogScope(String name, Reach reach) {
    enum Reach {
        ONE,
        ANY
    }

    public static CatalogScope named(String name) {
        return new CatalogScope(name, Reach.ONE);
    }

    public static CatalogScope unnamed(String fallback) {
        return new CatalogScope(fallback, Reach.ANY);
    }

    public boolean allows(String catalog) {
        return reach == Reach.ANY || catalog.equals(name);
    }
}
