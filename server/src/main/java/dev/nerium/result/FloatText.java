package dev.nerium.result;

/** The text of floats in CSV: the shortest digits that give the same value, in the notation of Polars' {@code write_csv}. */
final class FloatText {
    /** Maximum number of digits before the point of a number without an exponent. */
    private static final int MOST_DIGITS = 16;

    private static final int MOST_DIGITS_OF_FLOAT = 13;

    /** Maximum number of zeros after the point of a number without an exponent. */
    private static final int MOST_ZEROS = 4;

    private static final int MOST_ZEROS_OF_FLOAT = 5;

    private FloatText() {}

    static String of(double value) {
        return of(Double.toString(value), MOST_DIGITS, MOST_ZEROS);
    }

    static String of(float value) {
        return of(Float.toString(value), MOST_DIGITS_OF_FLOAT, MOST_ZEROS_OF_FLOAT);
    }

    private static String of(String java, int mostDigits, int mostZeros) {
        if (java.endsWith("Infinity")) {
            return java.replace("Infinity", "inf");
        }
        int exponent = java.indexOf('E');
        if (exponent < 0) {
            return java;
        }
        String sign = java.startsWith("-") ? "-" : "";
        String mantissa = java.substring(sign.length(), exponent).replace(".", "");
        String digits = mantissa.endsWith("0") ? mantissa.substring(0, mantissa.length() - 1) : mantissa;
        int beforePoint = Integer.parseInt(java.substring(exponent + 1)) + 1;
        return sign + notation(digits, beforePoint, mostDigits, mostZeros);
    }

    private static String notation(String digits, int beforePoint, int mostDigits, int mostZeros) {
        if (beforePoint > 0 && beforePoint <= mostDigits) {
            return digits.length() <= beforePoint
                    ? digits + "0".repeat(beforePoint - digits.length()) + ".0"
                    : digits.substring(0, beforePoint) + "." + digits.substring(beforePoint);
        }
        if (beforePoint <= 0 && -beforePoint <= mostZeros) {
            return "0." + "0".repeat(-beforePoint) + digits;
        }
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String sign = beforePoint > 0 ? "+" : "";
        return digits.charAt(0) + fraction + "e" + sign + (beforePoint - 1);
    }
}
