package dev.nerium.result;

import static dev.nerium.result.ArrowData.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void writesBooleansAndNulls() throws IOException {
        assertThat(column(BitVector.class, new ArrowType.Bool(), 3, v -> {
                    v.set(0, 1);
                    v.set(1, 0);
                }))
                .isEqualTo("[[true],[false],[null]]");
    }

    @Test
    void writesSignedIntegersOfEachWidth() throws IOException {
        assertThat(column(TinyIntVector.class, new ArrowType.Int(8, true), 1, v -> v.set(0, -128)))
                .isEqualTo("[[-128]]");
        assertThat(column(SmallIntVector.class, new ArrowType.Int(16, true), 1, v -> v.set(0, -32768)))
                .isEqualTo("[[-32768]]");
        assertThat(column(IntVector.class, new ArrowType.Int(32, true), 1, v -> v.set(0, Integer.MIN_VALUE)))
                .isEqualTo("[[-2147483648]]");
        assertThat(column(BigIntVector.class, new ArrowType.Int(64, true), 2, v -> {
                    v.set(0, Long.MIN_VALUE);
                    v.set(1, Long.MAX_VALUE);
                }))
                .isEqualTo("[[-9223372036854775808],[9223372036854775807]]");
    }

    @Test
    void writesUnsignedIntegersOfEachWidth() throws IOException {
        assertThat(column(UInt1Vector.class, new ArrowType.Int(8, false), 1, v -> v.set(0, 255)))
                .isEqualTo("[[255]]");
        assertThat(column(UInt2Vector.class, new ArrowType.Int(16, false), 1, v -> v.set(0, 65535)))
                .isEqualTo("[[65535]]");
        assertThat(column(UInt4Vector.class, new ArrowType.Int(32, false), 1, v -> v.set(0, -1)))
                .isEqualTo("[[4294967295]]");
        assertThat(column(UInt8Vector.class, new ArrowType.Int(64, false), 3, v -> {
                    v.set(0, -1L);
                    v.set(1, Long.MIN_VALUE);
                    v.set(2, 7);
                }))
                .isEqualTo("[[18446744073709551615],[9223372036854775808],[7]]");
    }

    @Test
    void writesTheTextOfAWideIntegerAsANumber() throws IOException {
        assertThat(integers("-170141183460469231731687303715884105728", "0", "-7"))
                .isEqualTo("[[-170141183460469231731687303715884105728],[0],[-7]]");
    }

    @Test
    void refusesATextThatIsNoInteger() {
        for (String text : new String[] {"", "-", "+1", "01", "-0", "1.0", "1e3", "]", "१", "1".repeat(40)}) {
            assertThatThrownBy(() -> integers(text))
                    .isInstanceOf(CorruptResultException.class)
                    .hasMessageEndingWith("is not the text of an integer");
        }
    }

    @Test
    void writesFloatsShortestAndTheOthersAsText() throws IOException {
        assertThat(column(Float8Vector.class, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), 7, v -> {
                    v.set(0, 0.1);
                    v.set(1, -0.0);
                    v.set(2, Double.NaN);
                    v.set(3, Double.POSITIVE_INFINITY);
                    v.set(4, Double.NEGATIVE_INFINITY);
                    v.set(5, 2e-323);
                    v.set(6, 1e23);
                }))
                .isEqualTo("[[0.1],[-0.0],[\"NaN\"],[\"Infinity\"],[\"-Infinity\"],[2.0E-323],[1.0E23]]");
        assertThat(column(Float4Vector.class, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 4, v -> {
                    v.set(0, 0.1f);
                    v.set(1, -0.0f);
                    v.set(2, Float.NaN);
                    v.set(3, Float.NEGATIVE_INFINITY);
                }))
                .isEqualTo("[[0.1],[-0.0],[\"NaN\"],[\"-Infinity\"]]");
    }

    @Test
    void writesHalfFloatsShortestWhetherWidenedOrNot() throws IOException {
        float tenth = Float.float16ToFloat(Float.floatToFloat16(0.1f));
        assertThat(column(
                        Float4Vector.class,
                        new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                        new Encoding.HalfFloat(),
                        5,
                        v -> {
                            v.set(0, tenth);
                            v.set(1, 65504f);
                            v.set(2, -0.0f);
                            v.set(3, Float.POSITIVE_INFINITY);
                            v.set(4, 0.1f);
                        }))
                .isEqualTo("[[0.1],[65500.0],[-0.0],[\"Infinity\"],[0.1]]");
        assertThat(column(Float2Vector.class, new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), 2, v -> {
                    v.set(0, Float.floatToFloat16(0.1f));
                    v.set(1, Float.floatToFloat16(Float.NaN));
                }))
                .isEqualTo("[[0.1],[\"NaN\"]]");
    }

    @Test
    void everyHalfFloatReadsBackFromItsText() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = Float.float16ToFloat((short) bits);
            if (Float.isFinite(half)) {
                String text = HalfFloatText.of(half);
                BigDecimal read = new BigDecimal(text);
                // nearer to this half float than to its neighbours
                BigDecimal up = exact(Float.float16ToFloat((short) (bits + 1)));
                BigDecimal down = exact(Float.float16ToFloat((short) (bits - 1)));
                BigDecimal distance = read.subtract(exact(half)).abs();
                assertThat(Float.floatToFloat16(Float.parseFloat(text))).isEqualTo((short) bits);
                assertThat(distance).isLessThanOrEqualTo(read.subtract(up).abs());
                assertThat(distance).isLessThanOrEqualTo(read.subtract(down).abs());
            }
        }
    }

    @Test
    void writesDecimalsAsPlainTextWithTheirScale() throws IOException {
        assertThat(column(DecimalVector.class, new ArrowType.Decimal(38, 10, 128), 4, v -> {
                    v.set(0, new BigDecimal("1.2000000000"));
                    v.set(1, new BigDecimal("-0.0000000001"));
                    v.set(2, new BigDecimal("9999999999999999999999999999.9999999999"));
                    v.set(3, new BigDecimal("-9999999999999999999999999999.9999999999"));
                }))
                .isEqualTo(
                        "[[\"1.2000000000\"],[\"-0.0000000001\"],"
                                + "[\"9999999999999999999999999999.9999999999\"],[\"-9999999999999999999999999999.9999999999\"]]");
        assertThat(column(
                        DecimalVector.class,
                        new ArrowType.Decimal(20, 0, 128),
                        1,
                        v -> v.set(0, new BigDecimal("18446744073709551615"))))
                .isEqualTo("[[\"18446744073709551615\"]]");
        assertThat(column(
                        Decimal256Vector.class,
                        new ArrowType.Decimal(76, 0, 256),
                        1,
                        v -> v.set(0, new BigDecimal("-7"))))
                .isEqualTo("[[\"-7\"]]");
    }

    private static BigDecimal exact(float neighbour) {
        return Float.isFinite(neighbour) ? new BigDecimal(neighbour) : new BigDecimal(65536);
    }

    private static String integers(String... texts) throws IOException {
        return column(
                LargeVarCharVector.class, new ArrowType.LargeUtf8(), new Encoding.IntegerText(), texts.length, v -> {
                    for (int i = 0; i < texts.length; i++) {
                        v.setSafe(i, texts[i].getBytes(StandardCharsets.UTF_8));
                    }
                });
    }
}
