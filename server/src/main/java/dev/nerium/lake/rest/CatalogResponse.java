package dev.nerium.lake.rest;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import java.util.Optional;

/**
 * The response for a client.
 *
 * @param tag of this very version of a table
 * @param json empty if there is no body
 */
public record CatalogResponse(int status, Optional<String> tag, Optional<String> json) {
    private static final int DONE = 204;
    private static final int FIRST_FAILURE = 400;

    static final CatalogResponse NOTHING = new CatalogResponse(DONE, Optional.empty(), Optional.empty());

    static CatalogResponse unchanged(String tag) {
        return new CatalogResponse(304, Optional.of(tag), Optional.empty());
    }

    /** The code of a failure for records; empty if it is none. */
    public String failureCode() {
        return status < FIRST_FAILURE ? "" : "HTTP_" + status;
    }

    /** The one form in which Iceberg's clients understand failures. */
    public static CatalogResponse failure(NeriumException e) {
        String message = e.details().map(details -> e.message() + " " + details).orElse(e.message());
        ErrorKind kind = e.code() == ErrorCode.UNKNOWN_TABLE
                ? ErrorKind.NOT_FOUND
                : e.code().kind();
        String type =
                switch (kind) {
                    case AUTH -> "NotAuthorizedException";
                    case FORBIDDEN -> "ForbiddenException";
                    case NOT_FOUND, EXPIRED -> "NotFoundException";
                    case CONFLICT -> "CommitFailedException";
                    case TOO_MANY_REQUESTS, UNAVAILABLE -> "ServiceUnavailableException";
                    case INTERNAL -> "InternalServerError";
                    case USER, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, PAYLOAD_TOO_LARGE -> "BadRequestException";
                };
        return failure(kind.status(), type, message);
    }

    static CatalogResponse failure(int status, String type, String message) {
        return new CatalogResponse(status, Optional.empty(), Optional.of(RestJson.error(status, type, message)));
    }
}
