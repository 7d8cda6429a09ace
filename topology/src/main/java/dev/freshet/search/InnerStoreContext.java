package dev.freshet.search;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.CommitCallback;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * What the store inside a {@link VectorStore} is given: its registration goes nowhere, because the outer store restores it, but the callback that saves its position
 * at a commit is kept for the outer store to call.
 */
final class InnerStoreContext implements StateStoreContext {
    private final StateStoreContext outer;
    private CommitCallback commitCallback = () -> {};

    InnerStoreContext(StateStoreContext outer) {
        this.outer = outer;
    }

    void onCommit() throws IOException {
        commitCallback.onCommit();
    }

    @Override
    public void register(StateStore store, StateRestoreCallback restoreCallback) {}

    @Override
    public void register(StateStore store, StateRestoreCallback restoreCallback, CommitCallback callback) {
        commitCallback = callback;
    }

    @Override
    public String applicationId() {
        return outer.applicationId();
    }

    @Override
    public TaskId taskId() {
        return outer.taskId();
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return outer.recordMetadata();
    }

    @Override
    public Serde<?> keySerde() {
        return outer.keySerde();
    }

    @Override
    public Serde<?> valueSerde() {
        return outer.valueSerde();
    }

    @Override
    public File stateDir() {
        return outer.stateDir();
    }

    @Override
    public StreamsMetrics metrics() {
        return outer.metrics();
    }

    @Override
    public Map<String, Object> appConfigs() {
        return outer.appConfigs();
    }

    @Override
    public Map<String, Object> appConfigsWithPrefix(String prefix) {
        return outer.appConfigsWithPrefix(prefix);
    }
}
