package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTopologyTest {
    private final Path directory;
    private final TestCatalog catalog = new TestCatalog().add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
    private final LocalVectorStores stores = new LocalVectorStores(
            OpenStore.TOPIC, catalog, Images::deserializer, new SimpleMeterRegistry(), new ManualLoaders(true));

    SearchTopologyTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theVectorsTopicBecomesSearchableAndLeavesWithTheTask() {
        Properties configuration = new Properties();
        configuration.put(StreamsConfig.APPLICATION_ID_CONFIG, "freshet-search");
        configuration.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
        configuration.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        configuration.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        try (TopologyTestDriver driver = new TopologyTestDriver(SearchTopology.build(stores), configuration)) {
            TestInputTopic<String, byte[]> vectors =
                    driver.createInputTopic(OpenStore.TOPIC, new StringSerializer(), new ByteArraySerializer());
            put(vectors, "a", Images.row(1, "a", 1, new float[] {1, 0}));
            put(vectors, "b", Images.row(1, "b", 2, new float[] {2, 0}));
            put(vectors, "a", Images.row(1, "a", 3, new float[] {3, 0}));
            vectors.pipeInput(VectorKeys.watermark(1, 0), Images.bytes(Images.watermark(1, 3, 0)));
            assertThat(hits()).extracting(SearchHit::text).containsExactly("b@2#0", "a@3#0");
            put(vectors, "b", null);
            assertThat(hits()).extracting(SearchHit::text).containsExactly("a@3#0");
            VectorStore store = stores.answering().iterator().next();
            assertThat(store.index(1)).isNotNull();
            assertThat(store.deletedSince(1, "b", 0))
                    .as("the deletion said no version")
                    .isFalse();
            vectors.pipeInput(deletion("a", 5));
            assertThat(hits()).isEmpty();
            assertThat(store.deletedSince(1, "a", 5)).isTrue();
            assertThat(store.deletedSince(1, "a", 6)).isFalse();
            assertThat(store.deletedSince(1, "b", 5)).isFalse();
        }
        assertThat(stores.answering()).isEmpty();
    }

    private static void put(TestInputTopic<String, byte[]> vectors, String key, @Nullable RowImage image) {
        if (image == null) {
            vectors.pipeKeyValueList(List.of(tombstone(key)));
        } else {
            vectors.pipeInput(VectorKeys.row(1, key), Images.bytes(image));
        }
    }

    @SuppressWarnings("NullAway")
    private static KeyValue<String, byte[]> tombstone(String key) {
        return new KeyValue<>(VectorKeys.row(1, key), null);
    }

    @SuppressWarnings("NullAway")
    private static TestRecord<String, byte[]> deletion(String key, long version) {
        byte[] header = ByteBuffer.allocate(Long.BYTES).putLong(version).array();
        return new TestRecord<>(
                VectorKeys.row(1, key), null, new RecordHeaders().add(VectorKeys.VERSION_HEADER, header));
    }

    private List<SearchHit> hits() {
        return stores.answering()
                .iterator()
                .next()
                .search(new VectorQuery(1, new float[] {0, 0}, 10, 100, false, null, false, false, null), () -> false)
                .orElseThrow()
                .hits();
    }
}
