package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import java.time.Instant;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the catalog. Each command is decided against the stored catalog, and its records and its reply leave in one transaction,
 * so a duplicate is refused whichever process was asked.
 *
 * <p>Runs on one stream thread: the command topic has one partition.
 */
final class CatalogProcessor implements Processor<String, CatalogCommand, String, Object> {
    static final String STORE = "catalog-state";
    static final String CATALOG_SINK = "catalog-sink";
    static final String REPLY_SINK = "catalog-reply-sink";

    private static final Logger log = LoggerFactory.getLogger(CatalogProcessor.class);

    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable KeyValueStore<String, CatalogRecord> store;
    private CatalogBuilder builder = new CatalogBuilder();

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        store = processorContext.getStateStore(STORE);
        builder = new CatalogBuilder();
        try (KeyValueIterator<String, CatalogRecord> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<String, CatalogRecord> entry = entries.next();
                builder.apply(entry.key, entry.value);
            }
        }
    }

    @Override
    public void process(Record<String, CatalogCommand> command) {
        if (command.key() == null || command.value() == null) {
            log.error("Passing over a catalog command without {}", command.key() == null ? "an id" : "a value");
            return;
        }
        Catalog catalog = builder.build();
        CatalogDecision decision =
                CatalogRules.decide(catalog, command.value(), Instant.ofEpochMilli(command.timestamp()));
        CatalogReply reply = decision instanceof Accepted accepted
                ? accept(catalog, accepted, command.timestamp())
                : refuse(catalog, (Refused) decision);
        context().forward(new Record<>(command.key(), (Object) reply, command.timestamp()), REPLY_SINK);
    }

    private static CatalogReply refuse(Catalog catalog, Refused refused) {
        return CatalogReply.newBuilder()
                .setVersion(catalog.version())
                .setChanged(false)
                .setError(refused.code().code())
                .setMessage(refused.message())
                .build();
    }

    private CatalogReply accept(Catalog catalog, Accepted accepted, long timestamp) {
        boolean changed = !accepted.writes().isEmpty();
        long version = changed ? catalog.version() + 1 : catalog.version();
        for (CatalogDecision.Write write : accepted.writes()) {
            CatalogRecord value = write.value();
            if (value != null) {
                value.setVersion(version);
                value.setLastId(accepted.lastId());
            }
            put(write.key(), value, timestamp);
        }
        if (changed) {
            CatalogRecord end = CatalogRecord.newBuilder()
                    .setVersion(version)
                    .setLastId(accepted.lastId())
                    .setEntry(null)
                    .build();
            put(CatalogEntries.VERSION_KEY, end, timestamp);
            log.info(
                    "Catalog version {}: {}",
                    version,
                    accepted.writes().stream().map(CatalogDecision.Write::key).toList());
        }
        return CatalogReply.newBuilder()
                .setVersion(version)
                .setChanged(changed)
                .setCreated(accepted.created())
                .setError(null)
                .build();
    }

    private void put(String key, @Nullable CatalogRecord value, long timestamp) {
        requireNonNull(store, "not initialised");
        if (value == null) {
            store.delete(key);
        } else {
            store.put(key, value);
        }
        builder.apply(key, value);
        context().forward(new Record<>(key, value, timestamp), CATALOG_SINK);
    }

    private ProcessorContext<String, Object> context() {
        return requireNonNull(context, "not initialised");
    }
}
