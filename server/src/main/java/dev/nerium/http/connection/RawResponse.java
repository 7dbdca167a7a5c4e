package dev.nerium.http.connection;

/** Responses for connections on which no further request is handled. */
enum RawResponse {
    REQUEST_TIMEOUT(
            "408 Request Timeout",
            "INVALID_REQUEST",
            "The request took too long to arrive (http.header-timeout, http.stall-timeout). Send it again."),
    TOO_MANY_CONNECTIONS(
            "503 Service Unavailable",
            "TOO_MANY_CONNECTIONS",
            "The limit of connections is reached, of all clients or of this address"
                    + " (http.max-connections, http.max-connections-per-address). Close some, or try again later.");

    private final String text;

    RawResponse(String status, String code, String error) {
        String body = "{\"success\":false,\"error\":\"" + error + "\",\"details\":\"" + error + "\",\"code\":\"" + code
                + "\"}";
        this.text = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\nRetry-After: 5\r\n\r\n" + body;
    }

    String text() {
        return text;
    }
}
