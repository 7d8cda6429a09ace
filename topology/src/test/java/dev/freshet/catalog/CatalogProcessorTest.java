package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.ScheduleEntry;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock of the catalog's writer: it ticks only while a dataset has a schedule, because each tick makes the task commit. */
class CatalogProcessorTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final InMemorySchemaRegistryClient registry = new InMemorySchemaRegistryClient();
    private final MockProcessorContext<String, Object> context = new MockProcessorContext<>();
    private final CatalogProcessor processor = new CatalogProcessor("rows");

    @BeforeEach
    void start() {
        add(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(CatalogProcessor.STORE),
                        Serdes.String(),
                        new ConfluentAvroSerde<>(CatalogRecord.class, registry))
                .withLoggingDisabled()
                .build());
        add(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(JobReports.STORE),
                        Serdes.String(),
                        new ConfluentAvroSerde<>(ProgressEntry.class, registry))
                .withLoggingDisabled()
                .build());
        processor.init(context);
        execute(new RegisterTopic(new TopicEntry("rows", "a", 0, 1), false));
    }

    @Test
    void shouldTickOnlyWhileADatasetHasASchedule() {
        put("docs", null);
        assertThat(ticking()).isEmpty();
        put("docs", "0 3 * * *");
        put("more", "0 4 * * *");
        assertThat(ticking()).hasSize(1);
        assertThat(ticking().get(0).getInterval()).isEqualTo(CatalogProcessor.SCHEDULE_CHECK);
        put("docs", null);
        assertThat(ticking()).hasSize(1);
        put("more", null);
        assertThat(ticking()).isEmpty();
        put("more", "0 5 * * *");
        assertThat(ticking()).hasSize(1);
    }

    @Test
    void shouldGoOnAfterARestart() {
        put("docs", "0 3 * * *");
        context.resetForwards();
        CatalogProcessor again = new CatalogProcessor("rows");
        again.init(context);
        assertThat(ticking()).hasSize(2);
        CapturedPunctuator clock = ticking().get(1);

        clock.getPunctuator().punctuate(START.plusSeconds(3 * 3600 - 1).toEpochMilli());
        assertThat(context.forwarded()).isEmpty();
        clock.getPunctuator().punctuate(START.plusSeconds(3 * 3600).toEpochMilli());
        assertThat(context.forwarded(CatalogProcessor.CATALOG_SINK))
                .extracting(forward -> String.valueOf(forward.record().key()))
                .containsExactly("dataset/1", "job/2", CatalogEntries.VERSION_KEY);
        context.resetForwards();
        clock.getPunctuator().punctuate(START.plusSeconds(3 * 3600 + 5).toEpochMilli());
        assertThat(context.forwarded()).isEmpty();
    }

    private void put(String name, @Nullable String cron) {
        DatasetEntry entry = DatasetEntry.newBuilder()
                .setId(0)
                .setName(name)
                .setIdColumns(List.of("id"))
                .setTextColumns(List.of("body"))
                .setMetadataColumns(null)
                .setRefreshPolicy(cron == null ? "manual" : "scheduled")
                .setSchedule(cron == null ? null : new ScheduleEntry(cron, "UTC"))
                .setCreated(Instant.EPOCH)
                .build();
        execute(new PutDataset(entry, null));
    }

    private void execute(Object command) {
        processor.process(new Record<>(
                "c", CatalogCommand.newBuilder().setCommand(command).build(), START.toEpochMilli()));
    }

    private List<CapturedPunctuator> ticking() {
        return context.scheduledPunctuators().stream()
                .filter(clock -> !clock.cancelled())
                .toList();
    }

    private void add(KeyValueStore<String, ?> store) {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore((StateStore) store);
    }
}
