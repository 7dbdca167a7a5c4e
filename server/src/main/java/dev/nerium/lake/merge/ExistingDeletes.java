package dev.nerium.lake.merge;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.deletes.Deletes;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteSchemaUtil;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.ContentFileUtil;

/** Loads the positions that delete files and deletion vectors remove from a data file. */
record ExistingDeletes(FileIO io) {

    /** The position deletes; equality deletes are not changed. */
    static List<DeleteFile> byPosition(FileScanTask task) {
        return task.deletes().stream()
                .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
                .toList();
    }

    /** An empty set of positions, to be filled. */
    static PositionDeleteIndex none() {
        return Deletes.toPositionIndex(CloseableIterable.<Long>empty());
    }

    PositionDeleteIndex load(String dataFile, List<DeleteFile> deletes) {
        PositionDeleteIndex positions = none();
        for (DeleteFile delete : deletes) {
            positions.merge(ContentFileUtil.isDV(delete) ? vector(delete) : positions(dataFile, delete));
        }
        return positions;
    }

    private PositionDeleteIndex vector(DeleteFile delete) {
        byte[] bytes = new byte[Math.toIntExact(delete.contentSizeInBytes())];
        try {
            IOUtil.readFully(io.newInputFile(delete.location()), delete.contentOffset(), bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException("The deletion vector in " + delete.location() + " can't be read", e);
        }
        return PositionDeleteIndex.deserialize(bytes, delete);
    }

    private PositionDeleteIndex positions(String dataFile, DeleteFile delete) {
        if (delete.format() != FileFormat.PARQUET) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The table has position deletes in the format " + delete.format()
                            + ", which this version of Nerium does not merge into.");
        }
        Schema schema = DeleteSchemaUtil.pathPosSchema();
        CloseableIterable<StructLike> rows = Parquet.read(io.newInputFile(delete.location()))
                .project(schema)
                .filter(Expressions.equal("file_path", dataFile))
                .createReaderFunc(fileSchema -> GenericParquetReaders.buildReader(schema, fileSchema))
                .build();
        return Deletes.toPositionIndex(dataFile, rows, delete);
    }
}
