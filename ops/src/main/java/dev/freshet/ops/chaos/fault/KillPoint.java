package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * Moments at which a crash is most likely to break something: a method of the product, or of Kafka Streams below it, and whether it is just called or just returned. A test holds each to a method that there is.
 */
enum KillPoint {
    SNAPSHOT_BEGINS("dev.freshet.search.GraphSnapshot", "write", When.BEFORE, true),
    SNAPSHOT_HALF_WRITTEN("dev.freshet.index.SnapshotWriter$Section", "close", When.AFTER, true),
    SNAPSHOT_BEFORE_FSYNC("dev.freshet.index.SnapshotWriter", "commit", When.BEFORE, true),
    /** Between the fsync of the file and its rename. */
    SNAPSHOT_BEFORE_RENAME("dev.freshet.index.SnapshotWriter", "close", When.AFTER, true),
    /** The file has its name, and the directory is not on the disk. */
    SNAPSHOT_AFTER_RENAME("dev.freshet.index.SnapshotWriter", "syncDirectory", When.BEFORE, true),
    SNAPSHOT_WRITTEN("dev.freshet.index.SnapshotWriter", "commit", When.AFTER, true),
    STORE_BEFORE_WRITE("dev.freshet.search.StagedChanges", "write", When.BEFORE, false),
    /** RocksDB has the change, the graphs have it not. */
    STORE_AFTER_WRITE("dev.freshet.search.StagedChanges", "write", When.AFTER, false),
    STORE_BEFORE_COMMIT("dev.freshet.search.VectorStore", "commit", When.BEFORE, false),
    STORE_AFTER_COMMIT("dev.freshet.search.VectorStore", "commit", When.AFTER, false),
    GRAPH_BEFORE_PUBLISHING("dev.freshet.search.IndexLoad", "tryPublish", When.BEFORE, false),
    ROWS_WRITTEN_BEFORE_ANSWER("dev.freshet.refresh.KafkaRowWriter", "write", When.AFTER, false),
    IMAGE_WRITTEN("dev.freshet.refresh.ImageWriter", "row", When.AFTER, false),
    DELETION_WRITTEN("dev.freshet.refresh.ImageWriter", "delete", When.AFTER, false),
    WATERMARK_BEFORE("dev.freshet.refresh.ImageWriter", "watermark", When.BEFORE, false),
    WATERMARK_AFTER("dev.freshet.refresh.ImageWriter", "watermark", When.AFTER, false),
    COMMAND_BEFORE_DECISION("dev.freshet.catalog.CatalogProcessor", "execute", When.BEFORE, false),
    /** The catalog's records and the reply are forwarded, and their transaction is open. */
    COMMAND_BEFORE_REPLY("dev.freshet.catalog.CatalogProcessor", "execute", When.AFTER, false),
    TRANSACTION_BEFORE_COMMIT(
            "org.apache.kafka.streams.processor.internals.StreamsProducer", "commitTransaction", When.BEFORE, false),
    TRANSACTION_AFTER_COMMIT(
            "org.apache.kafka.streams.processor.internals.StreamsProducer", "commitTransaction", When.AFTER, false),
    /** Committed, and the stores do not know it yet. */
    TASK_BEFORE_CHECKPOINT("org.apache.kafka.streams.processor.internals.StreamTask", "postCommit", When.BEFORE, false),
    TASK_AFTER_CHECKPOINT("org.apache.kafka.streams.processor.internals.StreamTask", "postCommit", When.AFTER, false);

    private final String className;
    private final String method;
    private final When when;
    private final boolean quiet;

    KillPoint(String className, String method, When when, boolean quiet) {
        this.className = requireNonNull(className, "className is null");
        this.method = requireNonNull(method, "method is null");
        this.when = requireNonNull(when, "when is null");
        this.quiet = quiet;
    }

    /** On which side of the method. */
    enum When {
        /** It was called and has done nothing. */
        BEFORE,
        /** It has returned to its caller, or thrown. */
        AFTER
    }

    /** As {@link Class#getName} has it. */
    String className() {
        return className;
    }

    /** All of its overloads count. */
    String method() {
        return method;
    }

    When when() {
        return when;
    }

    /** Whether the product comes here only when it has nothing else to do. */
    boolean quiet() {
        return quiet;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
