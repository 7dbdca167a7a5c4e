package dev.nerium.result;

import static dev.nerium.result.ArrowData.PLAIN;
import static dev.nerium.result.ArrowData.json;
import static dev.nerium.result.ArrowData.shape;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class PolarsStreamsTest {
    @Test
    void writesNumbers() throws IOException {
        var shape = shape(
                2,
                PLAIN,
                PLAIN,
                new Encoding.IntegerText(),
                new Encoding.HalfFloat(),
                PLAIN,
                PLAIN,
                PLAIN,
                PLAIN,
                PLAIN);
        assertThat(json(PolarsStreams.NUMBERS, shape))
                .isEqualTo("[[-128,18446744073709551615,-170141183460469231731687303715884105728,0.1,0.1,-0.0,"
                        + "\"1.20\",true,null],[null,null,null,null,\"NaN\",\"-Infinity\",null,null,null]]");
    }

    @Test
    void writesTimes() throws IOException {
        assertThat(json(PolarsStreams.TIMES, plain(2, 6)))
                .isEqualTo("[[\"2026-01-31\",\"12:00:00.000000000\",\"2026-01-31T12:00:00.000\","
                        + "\"2026-01-31T12:00:00.000000+00:00\",\"2026-01-31T13:00:00.000000000+01:00\","
                        + "\"PT26H3.000001S\"],[null,null,null,null,null,null]]");
    }

    @Test
    void writesNestedColumns() throws IOException {
        assertThat(json(PolarsStreams.NESTED, plain(2, 9)))
                .isEqualTo("[[\"é\\\"\\n\",\"AP8=\",\"a\",[1,null],[1,2],[],{\"x\":1,\"y\":[\"q\"]},{},[null,null]],"
                        + "[null,null,null,null,null,null,null,null,[]]]");
    }

    @Test
    void writesABatchAfterTheOther() throws IOException {
        assertThat(json(PolarsStreams.TWO_BATCHES, plain(3, 2))).isEqualTo("[[3,[3,3]],[4,[4,4]],[7,[]]]");
    }

    @Test
    void writesNoRowsAndNoColumns() throws IOException {
        assertThat(json(PolarsStreams.NO_ROWS, plain(0, 1))).isEqualTo("[]");
        assertThat(json(PolarsStreams.NO_COLUMNS, plain(0, 0))).isEqualTo("[]");
    }

    private static ResultShape plain(int rows, int columns) {
        return shape(rows, Collections.nCopies(columns, PLAIN).toArray(Encoding[]::new));
    }
}
