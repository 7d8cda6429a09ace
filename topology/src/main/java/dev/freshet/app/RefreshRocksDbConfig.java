package dev.freshet.app;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/** RocksDB for the refresh application: it has five stores per partition, so that each gets little memory for its writes. */
public final class RefreshRocksDbConfig implements RocksDBConfigSetter {
    private static final long WRITE_BUFFER_BYTES = 4L << 20;
    private static final int WRITE_BUFFERS_MAX = 2;

    /** Called by Streams. */
    public RefreshRocksDbConfig() {}

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
    }

    @Override
    public void close(String storeName, Options options) {}
}
