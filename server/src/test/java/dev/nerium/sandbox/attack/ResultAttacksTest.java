package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.TestServer.Reply;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border to the client: what comes back is rows or an error, never what a run made up. */
@Tag("sandbox")
class ResultAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("results");
    }

    static List<Attack> brokenResults() {
        return attacks().stream()
                .filter(attack -> attack.source().contains("forging_result"))
                .filter(attack -> !attack.source().contains("# inline"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        Reply reply = SERVER.run(attack);

        assertThat(reply.text()).hasSizeLessThan(200_000);
        assertThat(reply.error() + reply.details()).doesNotContainPattern(AttackedServer.DANGEROUS);
        assertThat(SERVER.log(reply)).doesNotContainPattern(AttackedServer.DANGEROUS);
    }

    /** A client that hears of a failure sends the rows again. */
    @ParameterizedTest
    @MethodSource("brokenResults")
    void commitsNothingOfARunThatFails(Attack attack) {
        String table = "default.\"" + attack + "\"";

        SERVER.run(attack.with("destination", table));

        assertThat(SERVER.server().query("select * from t", "t=" + table).error())
                .startsWith("There is no table ");
    }

    /** Where the client reads Arrow itself, it gets what was checked before. */
    @Test
    void handsOnNoBrokenArrow() throws Exception {
        for (Attack attack : brokenResults().subList(0, 6)) {
            String body = new ObjectMapper()
                    .writeValueAsString(Map.of(
                            "mode",
                            "script",
                            "script",
                            attack.script(),
                            "params",
                            Map.of("home", "/nowhere", "port", "0", "server", "0")));
            Reply reply = SERVER.server()
                    .send(SERVER.server()
                            .request("/api/v1/warehouse/polars")
                            .header("Accept", "application/vnd.apache.arrow.stream")
                            .POST(BodyPublishers.ofString(body))
                            .build());

            assertThat(reply.status()).as(attack.name()).isEqualTo(400);
        }
    }
}
