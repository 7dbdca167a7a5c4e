package dev.nerium.http.common;

import dev.nerium.config.ByteSize;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** The bytes of a request's JSON, which fit into memory. */
public final class RequestBody {
    private RequestBody() {}

    public static byte[] read(ServerRequest request, ByteSize limit) throws IOException {
        OptionalLong length = request.headers().contentLength();
        if (length.isPresent() && length.getAsLong() > limit.bytes()) {
            throw tooLarge(limit);
        }
        if (!request.content().hasEntity()) {
            throw NeriumException.invalid("The body is missing: send a JSON object.");
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] body = in.readNBytes((int) limit.bytes() + 1);
            if (body.length > limit.bytes()) {
                throw tooLarge(limit);
            }
            return body;
        }
    }

    private static NeriumException tooLarge(ByteSize limit) {
        return new NeriumException(
                ErrorCode.BODY_TOO_LARGE, "The body is larger than the limit of " + limit + " (http.max-body).");
    }
}
