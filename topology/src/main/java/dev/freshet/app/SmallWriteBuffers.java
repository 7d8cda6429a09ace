package dev.freshet.app;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * RocksDB for the refresh and search applications. Streams flushes nothing at a commit, so a crash of the search application loses what is in the write
 * buffer, offset included: a small one bounds what is then replayed. The refresh application has five stores per partition, so that each gets little memory.
 */
public final class SmallWriteBuffers implements RocksDBConfigSetter {
    private static final long WRITE_BUFFER_BYTES = 4L << 20;
    private static final int WRITE_BUFFERS_MAX = 2;

    /** Called by Streams. */
    public SmallWriteBuffers() {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
    }

    @Override
    public void close(String storeName, Options options) {}
}
