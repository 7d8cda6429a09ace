package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.row.RowLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Writes rows with an idempotent producer that waits for all in-sync replicas. Thread-safe. */
public final class KafkaRowWriter implements RowWriter, AutoCloseable {
    private final RefreshSettings settings;
    private final Serializer<RowChange> serializer;
    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaRowWriter(
            Map<String, Object> clientConfig, RefreshSettings settings, Serializer<RowChange> serializer) {
        this.settings = requireNonNull(settings, "settings is null");
        this.serializer = requireNonNull(serializer, "serializer is null");
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What the producer tells of itself. */
    public Map<MetricName, ? extends Metric> metrics() {
        return producer.metrics();
    }

    @Override
    public List<Position> write(List<RowChange> changes) {
        String topic = settings.topics().rows();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(changes.size());
        for (RowChange change : changes) {
            byte[] key = RowKeys.record(change.getDataset(), change.getKey()).getBytes(UTF_8);
            int partition = RowKeys.partition(key, settings.partitions());
            byte[] value = serializer.serialize(topic, change);
            if (value.length > RowLimits.RECORD_BYTES_MAX) {
                throw new FreshetException(
                        ErrorCode.ROW_TOO_LARGE,
                        "row '" + change.getKey() + "' has " + value.length + " bytes as a record, at most "
                                + RowLimits.RECORD_BYTES_MAX + " are allowed; nothing was written");
            }
            records.add(new ProducerRecord<>(topic, partition, key, value));
        }
        return send(records);
    }

    /** Writes records as they are; otherwise as {@link #write}. */
    List<Position> send(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        for (ProducerRecord<byte[], byte[]> record : records) {
            sent.add(producer.send(record));
        }
        List<Position> positions = new ArrayList<>(sent.size());
        for (Future<RecordMetadata> future : sent) {
            positions.add(position(future, positions.size(), sent.size()));
        }
        return positions;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }

    private Position position(Future<RecordMetadata> future, int written, int all) {
        try {
            RecordMetadata metadata = future.get();
            return new Position(
                    metadata.partition(), metadata.offset(), RowVersion.of(settings.epoch(), metadata.offset()));
        } catch (ExecutionException e) {
            throw new FreshetException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "Kafka did not acknowledge row " + written + " of " + all
                            + "; write the batch again, which does no harm: " + e.getCause(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(
                    ErrorCode.KAFKA_UNAVAILABLE, "interrupted while rows were written: write the batch again", e);
        }
    }
}
