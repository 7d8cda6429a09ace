package dev.freshet.search;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/**
 * RocksDB for the search application ({@code rocksdb.config.setter}). Streams flushes nothing at a commit, so a crash loses what is in the write buffer, offset included;
 * a small buffer bounds what is then replayed to some thousand rows.
 */
public final class VectorStoreRocksDbConfig implements RocksDBConfigSetter {
    private static final long WRITE_BUFFER_BYTES = 4L << 20;
    private static final int WRITE_BUFFERS_MAX = 2;

    /** Called by Streams. */
    public VectorStoreRocksDbConfig() {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
    }

    @Override
    public void close(String storeName, Options options) {}
}
