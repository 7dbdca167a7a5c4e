package dev.nerium.http;

/**
 * The catalog of a request, where its names of two parts are. One that the request names itself is that of all its names; else
 * names of three parts may be in any other.
 */
record RequestCatalog(String name, Reach reach) {
    enum Reach {
        ONE,
        ANY
    }

    static RequestCatalog named(String name) {
        return new RequestCatalog(name, Reach.ONE);
    }

    static RequestCatalog unnamed(String fallback) {
        return new RequestCatalog(fallback, Reach.ANY);
    }

    boolean allows(String catalog) {
        return reach == Reach.ANY || catalog.equals(name);
    }
}
