package dev.freshet.search;

import dev.freshet.schemas.key.VectorKeys;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Applies the vectors topic to the store of an active task. Standbys are restored by the store's own callback. */
final class VectorProcessor implements Processor<byte[], byte[], Void, Void> {
    private static final Duration REPLAY_QUIET = Duration.ofSeconds(5);

    private final String storeName;
    private @Nullable ProcessorContext<Void, Void> context;
    private @Nullable VectorStore store;
    private @Nullable Cancellable replayWatch;
    private boolean quiet = true;

    VectorProcessor(String storeName) {
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<Void, Void> processorContext) {
        context = processorContext;
        VectorStore opened = processorContext.getStateStore(storeName);
        store = opened;
        opened.open();
        if (opened.replaying()) {
            // The last record that was processed before the crash may have been compacted away, and then never comes.
            replayWatch = processorContext.schedule(REPLAY_QUIET, PunctuationType.WALL_CLOCK_TIME, now -> endReplay());
        }
    }

    private void endReplay() {
        if (store != null && store.replaying() && quiet) {
            store.replayed();
        }
        quiet = true;
        if (store != null && !store.replaying() && replayWatch != null) {
            replayWatch.cancel();
        }
    }

    @Override
    public void process(Record<byte[], byte[]> change) {
        VectorStore opened = store;
        if (opened == null || context == null) {
            throw new IllegalStateException("the processor is not initialised");
        }
        quiet = false;
        long offset = context.recordMetadata().map(RecordMetadata::offset).orElse(-1L);
        opened.process(change.key(), change.value(), offset);
        if (change.value() == null) {
            deletion(change.headers()).ifPresent(version -> opened.deleted(change.key(), version));
        }
    }

    private static OptionalLong deletion(Headers headers) {
        Header version = headers.lastHeader(VectorKeys.VERSION_HEADER);
        return version == null || version.value() == null || version.value().length != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(version.value()).getLong());
    }

    @Override
    public void close() {
        if (store != null) {
            store.deactivate();
        }
    }
}
