package dev.nerium.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** How rows become text. Several threads write rows of one result at the same time, and their texts are joined in order. */
interface RowFormat {
    /** A generator that fails must not close its arrays: a cut reply would look complete. */
    JsonFactory GENERATORS = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build()
            .setRootValueSeparator("");

    /** The text before the first row. */
    void writeStart(OutputStream out) throws IOException;

    /** The text of some rows. */
    void writeRows(Cells[] columns, int start, int end, OutputStream out) throws IOException;

    /** The text between the texts of rows. */
    void writeSeparator(OutputStream out) throws IOException;

    /** The text after the last row. */
    void writeEnd(OutputStream out) throws IOException;

    /** A list with a list for each row: {@code [[v, v], [v, v]]}. */
    record JsonLists() implements RowFormat {
        @Override
        public void writeStart(OutputStream out) throws IOException {
            out.write('[');
        }

        @Override
        public void writeRows(Cells[] columns, int start, int end, OutputStream out) throws IOException {
            try (JsonGenerator json = GENERATORS.createGenerator(out)) {
                for (int row = start; row < end; row++) {
                    if (row > start) {
                        json.writeRaw(',');
                    }
                    json.writeStartArray();
                    for (Cells column : columns) {
                        column.write(row, json);
                    }
                    json.writeEndArray();
                }
            }
        }

        @Override
        public void writeSeparator(OutputStream out) throws IOException {
            out.write(',');
        }

        @Override
        public void writeEnd(OutputStream out) throws IOException {
            out.write(']');
        }
    }

    /** A line with an object for each row. */
    record JsonLines(List<SerializableString> names) implements RowFormat {
        static JsonLines of(List<String> columns) {
            return new JsonLines(columns.stream()
                    .<SerializableString>map(SerializedString::new)
                    .toList());
        }

        @Override
        public void writeStart(OutputStream out) {}

        @Override
        public void writeRows(Cells[] columns, int start, int end, OutputStream out) throws IOException {
            try (JsonGenerator json = GENERATORS.createGenerator(out)) {
                for (int row = start; row < end; row++) {
                    json.writeStartObject();
                    for (int i = 0; i < columns.length; i++) {
                        json.writeFieldName(names.get(i));
                        columns[i].write(row, json);
                    }
                    json.writeEndObject();
                    json.writeRaw('\n');
                }
            }
        }

        @Override
        public void writeSeparator(OutputStream out) {}

        @Override
        public void writeEnd(OutputStream out) {}
    }

    /** A line with the names of the columns, and a line for each row. */
    record Csv(List<String> names) implements RowFormat {
        @Override
        public void writeStart(OutputStream out) throws IOException {
            try (CsvGenerator csv = CsvGenerator.on(out)) {
                for (String name : names) {
                    csv.startCell();
                    csv.writeString(name);
                }
                csv.endLine();
            }
        }

        @Override
        public void writeRows(Cells[] columns, int start, int end, OutputStream out) throws IOException {
            try (CsvGenerator csv = CsvGenerator.on(out)) {
                for (int row = start; row < end; row++) {
                    for (Cells column : columns) {
                        csv.startCell();
                        column.write(row, csv);
                    }
                    csv.endLine();
                }
            }
        }

        @Override
        public void writeSeparator(OutputStream out) {}

        @Override
        public void writeEnd(OutputStream out) {}
    }
}
