package dev.freshet.search;

/** Knows where the vectors topic ends. */
@FunctionalInterface
public interface LogTail {
    /**
     * The offset of a partition's last record that is committed now; -1 if there is none. Not where the partition ends: the markers of transactions take up offsets too, and no store ever gets
     * to them. Blocks; throws an unchecked exception when Kafka does not tell.
     */
    long lastRecord(int partition);
}
