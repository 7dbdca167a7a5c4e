package dev.nerium.workload.request;

/** How the rows of a result reach the client, which decides how many there may be. */
public enum ResultDelivery {
    /** In the answer, as JSON. */
    INLINE,
    /** In the answer, as an Arrow stream. */
    STREAM,
    /** Not with the answer: they are fetched later, in pages. */
    PAGES
}
