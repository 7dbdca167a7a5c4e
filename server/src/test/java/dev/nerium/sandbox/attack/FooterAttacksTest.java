package dev.nerium.sandbox.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.parquet.format.ColumnCryptoMetaData;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.EncryptionWithFooterKey;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parquet files whose footers lie: none of them reaches a table. */
@Tag("sandbox")
class FooterAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    /** Changes to the footer of a file with the column {@code x} and three rows. */
    @SuppressWarnings("ImmutableEnumChecker") // the changes hold nothing
    enum Lie {
        NEGATIVE_ROWS(footer -> group(footer).setNum_rows(-5)),
        NEGATIVE_ROWS_EVERYWHERE(footer -> {
            footer.setNum_rows(-5);
            group(footer).setNum_rows(-5);
            column(footer).setNum_values(-5);
        }),
        MORE_ROWS_THAN_VALUES(footer -> {
            footer.setNum_rows(1L << 60);
            group(footer).setNum_rows(1L << 60);
        }),
        MORE_ROWS_THAN_WERE_WRITTEN(footer -> {
            footer.setNum_rows(1000);
            group(footer).setNum_rows(1000);
            column(footer).setNum_values(1000);
        }),
        ROWS_THAT_OVERFLOW(footer -> {
            group(footer).setNum_rows(Long.MAX_VALUE);
            footer.addToRow_groups(group(footer).deepCopy());
        }),
        SAME_ROWS_TWICE(footer -> footer.addToRow_groups(group(footer).deepCopy())),
        NO_ROW_GROUPS(footer -> footer.setRow_groups(List.of())),
        NO_COLUMNS_IN_THE_ROW_GROUP(footer -> group(footer).setColumns(List.of())),
        TOO_MANY_COLUMNS_IN_THE_ROW_GROUP(footer ->
                group(footer).addToColumns(group(footer).getColumns().getFirst().deepCopy())),
        OFFSET_BEHIND_THE_FILE(footer -> column(footer).setData_page_offset(1L << 50)),
        NEGATIVE_OFFSET(footer -> column(footer).setData_page_offset(-1)),
        NEGATIVE_SIZE(footer -> column(footer).setTotal_compressed_size(-1)),
        SIZE_BEHIND_THE_FILE(footer -> column(footer).setTotal_compressed_size(1L << 50)),
        NO_FIELD_ID(footer -> field(footer).unsetField_id()),
        ANOTHER_FIELD_ID(footer -> field(footer).setField_id(99)),
        NEGATIVE_FIELD_ID(footer -> field(footer).setField_id(-1)),
        ANOTHER_TYPE(footer -> field(footer).setType(Type.BYTE_ARRAY).unsetLogicalType()),
        ANOTHER_NAME_IN_THE_ROW_GROUP(footer -> column(footer).setPath_in_schema(List.of("evil"))),
        SAME_FIELD_TWICE(footer -> {
            footer.addToSchema(field(footer).deepCopy());
            root(footer).setNum_children(2);
        }),
        REPEATED_FIELD(footer -> field(footer).setRepetition_type(FieldRepetitionType.REPEATED)),
        MORE_CHILDREN_THAN_THERE_ARE(footer -> root(footer).setNum_children(1_000_000_000)),
        LESS_THAN_NO_CHILDREN(footer -> root(footer).setNum_children(-1)),
        NO_SCHEMA(footer -> footer.setSchema(List.of())),
        NESTED_WITHOUT_END(footer -> {
            for (int i = 0; i < 20_000; i++) {
                footer.addToSchema(new SchemaElement("n" + i).setNum_children(1).setField_id(i + 2));
            }
            root(footer).setNum_children(2);
        }),
        BOUNDS_OF_ANOTHER_LENGTH(footer -> column(footer)
                .setStatistics(new Statistics()
                        .setNull_count(0)
                        .setMin_value(new byte[] {1})
                        .setMax_value(new byte[100_000]))),
        MORE_NULLS_THAN_ROWS(footer -> column(footer).getStatistics().setNull_count(1L << 60)),
        ENCRYPTED(footer -> group(footer)
                .getColumns()
                .getFirst()
                .setCrypto_metadata(ColumnCryptoMetaData.ENCRYPTION_WITH_FOOTER_KEY(new EncryptionWithFooterKey()))
                .unsetMeta_data()),
        IN_ANOTHER_FILE(footer -> group(footer).getColumns().getFirst().setFile_path("../../../../../../etc/passwd"));

        private final Consumer<FileMetaData> change;

        Lie(Consumer<FileMetaData> change) {
            this.change = change;
        }

        private static SchemaElement root(FileMetaData footer) {
            return footer.getSchema().getFirst();
        }

        private static SchemaElement field(FileMetaData footer) {
            return footer.getSchema().getLast();
        }

        private static RowGroup group(FileMetaData footer) {
            return footer.getRow_groups().getFirst();
        }

        private static ColumnMetaData column(FileMetaData footer) {
            return group(footer).getColumns().getFirst().getMeta_data();
        }
    }

    /** Changes to the bytes of a file whose footer goes on saying the truth of its rows. */
    @SuppressWarnings("ImmutableEnumChecker") // likewise
    enum Disguise {
        ANOTHER_FORMAT_IN_FRONT(file -> overwritten(file, 0, "Obj\u0001")),
        NO_LETTERS_IN_FRONT(file -> overwritten(file, 0, "\0\0\0\0")),
        NO_LETTERS_AT_THE_END(file -> overwritten(file, file.length - 4, "PAR2")),
        BYTES_BEFORE_THE_FOOTER(file -> withGap(file, start(file), 64)),
        ONE_BYTE_BEFORE_THE_FOOTER(file -> withGap(file, start(file), 1)),
        BYTES_BEFORE_THE_ROWS(file -> withGap(file, 4, 64)),
        BYTES_AFTER_THE_END(
                file -> ByteBuffer.allocate(file.length + 64).put(file).array()),
        CUT_OFF(file -> Arrays.copyOf(file, file.length - 1)),
        CUT_OFF_IN_THE_ROWS(file -> Arrays.copyOf(file, 20)),
        TWICE(file -> ByteBuffer.allocate(2 * file.length).put(file).put(file).array()),
        FOOTER_LONGER_THAN_THE_FILE(file -> ByteBuffer.wrap(file.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(file.length - 8, file.length)
                .array()),
        FOOTER_OF_NO_BYTES(file -> ByteBuffer.wrap(file.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(file.length - 8, 0)
                .array()),
        ONLY_LETTERS(file -> "PAR1\0\0\0\0PAR1".getBytes(ISO_8859_1));

        private final UnaryOperator<byte[]> change;

        Disguise(UnaryOperator<byte[]> change) {
            this.change = change;
        }

        private static byte[] overwritten(byte[] file, int at, String text) {
            return ByteBuffer.wrap(file.clone())
                    .put(at, text.getBytes(ISO_8859_1))
                    .array();
        }

        private static byte[] withGap(byte[] file, int at, int bytes) {
            return ByteBuffer.allocate(file.length + bytes)
                    .put(file, 0, at)
                    .position(at + bytes)
                    .put(file, at, file.length - at)
                    .array();
        }
    }

    private static final String FORGE = """
        import base64, nerium_worker.output.write as write
        real = write.write
        def forged(*arguments):
            header, payload = real(*arguments)
            with open('/job/out/files/' + header['written']['files'][0]['name'], 'wb') as file:
                file.write(base64.b64decode(params['file']))
            return header, payload
        write.write = forged
        result = pl.DataFrame({'x': [1, 2, 3]})
        """;

    @ParameterizedTest
    @EnumSource
    void fails(Lie lie) throws IOException {
        refuses(lie, file(lie));
    }

    @ParameterizedTest
    @EnumSource
    void failsInDisguise(Disguise disguise) throws IOException {
        refuses(disguise, disguise.change.apply(Files.readAllBytes(honest())));
    }

    private static void refuses(Enum<?> attack, byte[] file) {
        TestServer server = SERVER.server();
        String table = "default." + attack.name().toLowerCase(Locale.ROOT);

        Reply reply = server.script(
                FORGE,
                Map.of(
                        "destination",
                        table,
                        "params",
                        Map.of("file", Base64.getEncoder().encodeToString(file))));

        assertThat(reply.error()).startsWith("A file of the run can't be committed: ");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(server.query("select * from t", "t=" + table).error()).startsWith("There is no table ");
    }

    /** A file that the server took once, with another footer. */
    private static byte[] file(Lie lie) throws IOException {
        byte[] honest = Files.readAllBytes(honest());
        int start = start(honest);
        FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(honest, start, honest.length - 8 - start));
        lie.change.accept(footer);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, text);
        return ByteBuffer.allocate(start + text.size() + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(honest, 0, start)
                .put(text.toByteArray())
                .putInt(text.size())
                .put(honest, honest.length - 4, 4)
                .array();
    }

    /** Of the footer. */
    private static int start(byte[] file) {
        int size = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
        return file.length - 8 - size;
    }

    private static Path honest() {
        Path folder = SERVER.server().home().resolve("lake/warehouse/default/honest/data");
        if (!Files.exists(folder)) {
            Reply reply = SERVER.server()
                    .script("result = pl.DataFrame({'x': [1, 2, 3]})", Map.of("destination", "default.honest"));
            assertThat(reply.status()).isEqualTo(200);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
