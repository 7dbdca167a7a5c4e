package dev.nerium.result;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** The shortest decimal text that reads back as the same half float (IEEE 754 binary16). */
final class HalfFloatText {
    /** Five digits distinguish all half floats. */
    private static final int MOST_DIGITS = 5;

    /** The nearest decimal first; at a power of two the other side reaches further. */
    private static final List<RoundingMode> ROUNDINGS =
            List.of(RoundingMode.HALF_EVEN, RoundingMode.DOWN, RoundingMode.UP);

    private HalfFloatText() {}

    static String of(float half) {
        if (half == 0) {
            return Float.toString(half);
        }
        BigDecimal exact = new BigDecimal(half);
        for (int digits = 1; digits <= MOST_DIGITS; digits++) {
            for (RoundingMode rounding : ROUNDINGS) {
                float candidate = exact.round(new MathContext(digits, rounding)).floatValue();
                if (Float.float16ToFloat(Float.floatToFloat16(candidate)) == half) {
                    return Float.toString(candidate);
                }
            }
        }
        return Float.toString(half);
    }
}
