package dev.nerium.result;

import static dev.nerium.result.ArrowData.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void writesDatesOfAnyYear() throws IOException {
        assertThat(ints(
                        new ArrowType.Date(DateUnit.DAY),
                        20484,
                        0,
                        -719529,
                        2932897,
                        Integer.MIN_VALUE,
                        Integer.MAX_VALUE))
                .isEqualTo("[[\"2026-01-31\"],[\"1970-01-01\"],[\"-0001-12-31\"],[\"+10000-01-01\"],"
                        + "[\"-5877641-06-23\"],[\"+5881580-07-11\"]]");
        assertThat(longs(new ArrowType.Date(DateUnit.MILLISECOND), -1, Long.MAX_VALUE))
                .isEqualTo("[[\"1969-12-31\"],[\"+292278994-08-17\"]]");
    }

    @Test
    void keepsAllDigitsOfTheUnit() throws IOException {
        assertThat(longs(zoned(TimeUnit.MILLISECOND, null), 1769860800000L, -1))
                .isEqualTo("[[\"2026-01-31T12:00:00.000\"],[\"1969-12-31T23:59:59.999\"]]");
        assertThat(longs(zoned(TimeUnit.MICROSECOND, null), 1769860800000000L))
                .isEqualTo("[[\"2026-01-31T12:00:00.000000\"]]");
        assertThat(longs(zoned(TimeUnit.NANOSECOND, null), 1769860800000000001L))
                .isEqualTo("[[\"2026-01-31T12:00:00.000000001\"]]");
    }

    @Test
    void writesTheOffsetOfTheZoneAtThatInstant() throws IOException {
        assertThat(longs(
                        zoned(TimeUnit.MILLISECOND, "Europe/Amsterdam"),
                        1769860800000L,
                        1785499200000L,
                        -3000000000000L))
                .isEqualTo("[[\"2026-01-31T13:00:00.000+01:00\"],[\"2026-07-31T14:00:00.000+02:00\"],"
                        + "[\"1874-12-07T18:57:30.000+00:17:30\"]]");
        assertThat(longs(zoned(TimeUnit.MILLISECOND, "UTC"), 0)).isEqualTo("[[\"1970-01-01T00:00:00.000+00:00\"]]");
        assertThat(longs(zoned(TimeUnit.MILLISECOND, "-03:30"), 0)).isEqualTo("[[\"1969-12-31T20:30:00.000-03:30\"]]");
    }

    @Test
    void writesAnUnknownZoneAsUtc() throws IOException {
        assertThat(longs(zoned(TimeUnit.MILLISECOND, "Mars/Olympus Mons"), 0, 1))
                .isEqualTo("[[\"1970-01-01T00:00:00.000+00:00\"],[\"1970-01-01T00:00:00.001+00:00\"]]");
        assertThat(longs(zoned(TimeUnit.MILLISECOND, ""), 0)).isEqualTo("[[\"1970-01-01T00:00:00.000+00:00\"]]");
    }

    @Test
    void writesTheFirstAndTheLastInstantOfEachUnit() throws IOException {
        assertThat(longs(zoned(TimeUnit.MILLISECOND, null), Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo("[[\"-292275055-05-16T16:47:04.192\"],[\"+292278994-08-17T07:12:55.807\"]]");
        assertThat(longs(zoned(TimeUnit.MICROSECOND, "Asia/Tokyo"), Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo("[[\"-290308-12-22T05:18:04.224192+09:18:59\"],[\"+294247-01-10T13:00:54.775807+09:00\"]]");
        assertThat(longs(zoned(TimeUnit.MILLISECOND, "America/New_York"), Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo("[[\"-292275055-05-16T11:51:02.192-04:56:02\"],[\"+292278994-08-17T03:12:55.807-04:00\"]]");
        assertThat(longs(zoned(TimeUnit.NANOSECOND, null), Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo("[[\"1677-09-21T00:12:43.145224192\"],[\"2262-04-11T23:47:16.854775807\"]]");
    }

    @Test
    void writesTimesOfDayAndSurvivesThoseOutsideTheDay() throws IOException {
        assertThat(longs(
                        new ArrowType.Time(TimeUnit.NANOSECOND, 64),
                        43200000000000L,
                        86399999999999L,
                        0,
                        -1,
                        90000000000000L,
                        Long.MIN_VALUE))
                .isEqualTo("[[\"12:00:00.000000000\"],[\"23:59:59.999999999\"],[\"00:00:00.000000000\"],"
                        + "[\"-00:00:00.000000001\"],[\"25:00:00.000000000\"],[\"-2562047:47:16.854775808\"]]");
        assertThat(ints(new ArrowType.Time(TimeUnit.MILLISECOND, 32), 43200001)).isEqualTo("[[\"12:00:00.001\"]]");
    }

    @Test
    void writesDurationsWithSignAndAllSignificantDigits() throws IOException {
        assertThat(longs(
                        new ArrowType.Duration(TimeUnit.MICROSECOND),
                        93603000001L,
                        -500000,
                        0,
                        3600000000L,
                        60000000,
                        1,
                        Long.MIN_VALUE))
                .isEqualTo("[[\"PT26H3.000001S\"],[\"-PT0.5S\"],[\"PT0S\"],[\"PT1H\"],[\"PT1M\"],[\"PT0.000001S\"],"
                        + "[\"-PT2562047788H54.775808S\"]]");
        assertThat(longs(new ArrowType.Duration(TimeUnit.MILLISECOND), Long.MIN_VALUE, 61001))
                .isEqualTo("[[\"-PT2562047788015H12M55.808S\"],[\"PT1M1.001S\"]]");
    }

    private static ArrowType zoned(TimeUnit unit, @Nullable String zone) {
        return new ArrowType.Timestamp(unit, zone);
    }

    private static String longs(ArrowType type, long... values) throws IOException {
        return column(BaseFixedWidthVector.class, type, values.length, v -> {
            for (int i = 0; i < values.length; i++) {
                v.setIndexDefined(i);
                v.getDataBuffer().setLong(i * 8L, values[i]);
            }
        });
    }

    private static String ints(ArrowType type, int... values) throws IOException {
        return column(BaseFixedWidthVector.class, type, values.length, v -> {
            for (int i = 0; i < values.length; i++) {
                v.setIndexDefined(i);
                v.getDataBuffer().setInt(i * 4L, values[i]);
            }
        });
    }
}
