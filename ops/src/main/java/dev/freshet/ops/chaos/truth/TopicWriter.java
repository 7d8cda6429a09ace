package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes records to the rows topic past Freshet, good ones and bad ones, as foreign producers do. Thread-safe. */
final class TopicWriter implements AutoCloseable {
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;

    TopicWriter(String bootstrap, String topic) {
        this.topic = requireNonNull(topic, "topic is null");
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "acks",
                        "all",
                        "max.request.size",
                        "4194304",
                        "max.block.ms",
                        "5000",
                        "request.timeout.ms",
                        "4000",
                        "delivery.timeout.ms",
                        "8000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /**
     * Writes a record.
     *
     * @param poison the code with which it must be refused; empty for a good one
     * @return where it stands; an {@link IOException} if nobody knows
     */
    Place write(int partition, @Nullable String key, byte @Nullable [] value, String poison) throws IOException {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, partition, key == null ? null : key.getBytes(UTF_8), value);
        if (!poison.isEmpty()) {
            record.headers().add(RowsFold.POISON, poison.getBytes(UTF_8));
        }
        try {
            RecordMetadata written = producer.send(record).get();
            return new Place(written.partition(), written.offset());
        } catch (ExecutionException | KafkaException e) {
            throw new IOException("the record was not acknowledged", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
