package dev.nerium.cli.client;

import java.net.http.HttpClient;

/** Makes HTTP clients. */
final class Connections {
    private Connections() {}

    static HttpClient.Builder trusting(ServerTrust trust) {
        HttpClient.Builder client = HttpClient.newBuilder();
        return trust.context().map(client::sslContext).orElse(client);
    }
}
