package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.http.common.AcceptHeader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types that clients accept, as RFC 9110 has it. */
final class AcceptHeaderTest {
    private static final List<String> OFFERED =
            List.of("application/json", "application/vnd.apache.arrow.stream", "text/csv");

    @ParameterizedTest(name = "{0} is answered with {1}")
    @CsvSource(delimiter = '|', textBlock = """
            */*                                              | application/json
            text/csv                                         | text/csv
            Text/CSV; header=present                         | text/csv
            text/*                                           | text/csv
            application/*                                    | application/json
            text/html, text/csv                              | text/csv
            text/csv, application/json                       | text/csv
            application/json, text/csv                       | application/json
            text/csv;q=0.5, application/json                 | application/json
            text/csv;q=0.9, application/json;q=0.8           | text/csv
            text/csv, */*                                    | text/csv
            */*, text/csv                                    | text/csv
            application/json;q=0, */*                        | application/vnd.apache.arrow.stream
            application/json;q=0                             | application/vnd.apache.arrow.stream
            text/csv;q=0                                     | application/json
            text/csv; q=0.000, application/*;q=0.1           | application/json
            text/*;q=0.1, text/csv;q=0.3, application/json;q=0.2 | text/csv
            x;;                                              | application/json
            text/csv;q=many                                  | text/csv
            text/html                                        | NONE
            text/html, image/*                               | NONE
            */*;q=0                                          | NONE
            application/json;q=0, text/html                  | NONE
            application/x-ndjson                             | NONE
            """)
    void choosesTheTypeThatTheClientPrefers(String accept, String chosen) {
        assertThat(AcceptHeader.parse(List.of(accept)).choose(OFFERED).orElse("NONE"))
                .isEqualTo(chosen);
    }

    @Test
    void withoutAHeaderTheUsualTypeIsSent() {
        assertThat(AcceptHeader.parse(List.of()).choose(OFFERED)).contains("application/json");
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(AcceptHeader.parse(List.of("text/html", "text/csv")).choose(OFFERED))
                .contains("text/csv");
    }
}
