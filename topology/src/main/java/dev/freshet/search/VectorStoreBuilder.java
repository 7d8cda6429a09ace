package dev.freshet.search;

import java.util.Map;
import org.apache.kafka.streams.state.StoreBuilder;

/** Makes a {@link VectorStore} per task. The source topic is the changelog, so there is no other; and there is nothing to cache in front of RocksDB. */
final class VectorStoreBuilder implements StoreBuilder<VectorStore> {
    private final String name;
    private final LocalVectorStores stores;

    VectorStoreBuilder(String name, LocalVectorStores stores) {
        this.name = name;
        this.stores = stores;
    }

    @Override
    public VectorStore build() {
        return stores.create(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StoreBuilder<VectorStore> withCachingEnabled() {
        throw new UnsupportedOperationException("a vector store has no cache");
    }

    @Override
    public StoreBuilder<VectorStore> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<VectorStore> withLoggingEnabled(Map<String, String> config) {
        throw new UnsupportedOperationException("a vector store's changelog is its source topic");
    }

    @Override
    public StoreBuilder<VectorStore> withLoggingDisabled() {
        return this;
    }

    @Override
    public Map<String, String> logConfig() {
        return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
        return false;
    }
}
