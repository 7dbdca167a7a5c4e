package dev.nerium.lake.rest;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import java.util.Optional;

/**
 * What a client gets.
 *
 * @param tag of this very version of a table
 * @param json empty where there is nothing to say
 */
public record CatalogResponse(int status, Optional<String> tag, Optional<String> json) {
    private static final int DONE = 204;

    static final CatalogResponse NOTHING = new CatalogResponse(DONE, Optional.empty(), Optional.empty());

    static CatalogResponse unchanged(String tag) {
        return new CatalogResponse(304, Optional.of(tag), Optional.empty());
    }

    /** The one form in which Iceberg's clients understand failures. */
    public static CatalogResponse failure(NeriumException e) {
        String message = e.details().map(details -> e.message() + " " + details).orElse(e.message());
        ErrorKind kind = e.code() == ErrorCode.UNKNOWN_TABLE
                ? ErrorKind.NOT_FOUND
                : e.code().kind();
        return switch (kind) {
            case AUTH -> failure(401, "NotAuthorizedException", message);
            case FORBIDDEN -> failure(403, "ForbiddenException", message);
            case NOT_FOUND -> failure(404, "NotFoundException", message);
            case EXPIRED -> failure(410, "NotFoundException", message);
            case CONFLICT -> failure(409, "CommitFailedException", message);
            case TOO_MANY_REQUESTS -> failure(429, "ServiceUnavailableException", message);
            case UNAVAILABLE -> failure(503, "ServiceUnavailableException", message);
            case INTERNAL -> failure(500, "InternalServerError", message);
            case USER -> failure(400, "BadRequestException", message);
            case METHOD_NOT_ALLOWED -> failure(405, "BadRequestException", message);
            case PAYLOAD_TOO_LARGE -> failure(413, "BadRequestException", message);
        };
    }

    static CatalogResponse failure(int status, String type, String message) {
        return new CatalogResponse(status, Optional.empty(), Optional.of(RestJson.error(status, type, message)));
    }
}
