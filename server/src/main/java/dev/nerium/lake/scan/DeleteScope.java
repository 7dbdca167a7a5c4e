package dev.nerium.lake.scan;

/**
 * Decides which equality deletes meet which data files: those of the same partition that were added before the delete (Iceberg
 * spec, scan planning).
 *
 * @param sequence data sequence number
 * @param partition number of a partition within one plan; {@link #EVERYWHERE} for deletes of all partitions
 */
public record DeleteScope(long sequence, int partition) {
    public static final int EVERYWHERE = -1;

    /** The scope of data files to which no equality delete can apply. */
    static final DeleteScope NONE = new DeleteScope(0, 0);
}
