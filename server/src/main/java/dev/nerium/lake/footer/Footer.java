package dev.nerium.lake.footer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.iceberg.io.InputFile;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * The columns of a Parquet file, by its footer.
 *
 * @param arrowSchema the Arrow schema that Polars and PyArrow keep beside the Parquet schema, in Base64
 */
public record Footer(MessageType columns, Optional<String> arrowSchema) {
    private static final String ARROW_SCHEMA = "ARROW:schema";
    private static final int MAX_BYTES = 64 << 20;
    /** The length of the footer and the magic bytes. */
    private static final int TAIL_BYTES = 8;

    private static final ParquetReadOptions SCHEMA_ONLY = ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withMetadataFilter(ParquetMetadataConverter.SKIP_ROW_GROUPS)
            .build();

    /** Reads the footer of a file, wherever the file is. */
    public static Footer read(InputFile file) throws IOException {
        requireSmall(file);
        try (ParquetFileReader reader = ParquetFileReader.open(new FooterInput(file), SCHEMA_ONLY)) {
            FileMetaData metadata = reader.getFileMetaData();
            return new Footer(
                    metadata.getSchema(),
                    Optional.ofNullable(metadata.getKeyValueMetaData().get(ARROW_SCHEMA)));
        } catch (StackOverflowError e) {
            throw new IOException("The schema of " + file.location() + " is nested too deeply", e);
        }
    }

    /** The reader allocates the size of the footer that the file states. */
    private static void requireSmall(InputFile file) throws IOException {
        long length = file.getLength();
        if (length < TAIL_BYTES) {
            throw new IOException(file.location() + " is not a Parquet file");
        }
        try (org.apache.iceberg.io.SeekableInputStream in = file.newStream()) {
            in.seek(length - TAIL_BYTES);
            int bytes = ByteBuffer.wrap(in.readNBytes(TAIL_BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt();
            if (bytes < 0 || bytes > MAX_BYTES) {
                throw new IOException("The footer of " + file.location() + " is larger than 64 MiB");
            }
        }
    }

    private record FooterInput(InputFile file) implements org.apache.parquet.io.InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            org.apache.iceberg.io.SeekableInputStream in = file.newStream();
            return new DelegatingSeekableInputStream(in) {
                @Override
                public long getPos() throws IOException {
                    return in.getPos();
                }

                @Override
                public void seek(long position) throws IOException {
                    in.seek(position);
                }
            };
        }
    }
}
