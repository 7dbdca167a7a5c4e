package dev.nerium.http.workload;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.AcceptHeader;
import dev.nerium.http.common.RequestFields;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.List;

/** The format of a result in a response. */
public enum ResultFormat {
    /** The API's object, with the rows as lists. */
    JSON("application/json"),
    /** An Arrow IPC stream. */
    ARROW("application/vnd.apache.arrow.stream"),
    /** A header and a line for each row. */
    CSV("text/csv"),
    /** A file. */
    PARQUET("application/vnd.apache.parquet"),
    /** A line with an object for each row. */
    JSON_LINES("application/x-ndjson");

    private static final List<String> TYPES =
            Arrays.stream(values()).map(ResultFormat::mediaType).toList();

    private final String mediaType;

    ResultFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /** The format that the client of a request prefers, or a 406. */
    public static ResultFormat of(ServerRequest request) {
        List<String> accept = request.headers().values(HeaderNames.ACCEPT).stream()
                .map(String::strip)
                .toList();
        return AcceptHeader.parse(accept)
                .choose(TYPES)
                .map(type -> values()[TYPES.indexOf(type)])
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.NOT_ACCEPTABLE,
                        "Accept is '%s': a result is available as %s."
                                .formatted(
                                        RequestFields.shortened(String.join(", ", accept)), String.join(", ", TYPES))));
    }
}
