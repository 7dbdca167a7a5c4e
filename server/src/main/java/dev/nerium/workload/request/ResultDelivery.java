package dev.nerium.workload.request;

/** The delivery of a result's rows to the client, which determines their maximum number. */
public enum ResultDelivery {
    /** In the response, as JSON. */
    INLINE,
    /** In the response, as an Arrow stream. */
    STREAM,
    /** Not in the response: they are fetched later, in pages. */
    PAGES
}
