package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.search.KafkaLogTail;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The last record of a partition that is written in transactions: neither their markers, nor what was given up, nor what is not yet committed. A commit is acknowledged before its markers are
 * written, so that what was committed last is found some time later; the next transaction's first record waits for them.
 */
class KafkaLogTailIT {
    private static final String TOPIC = "tail";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Random random = Seeds.random("KafkaLogTailIT");

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = Cluster.start(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void findsTheLastCommittedRecord() throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", cluster.bootstrapServers());
        try (Admin admin = Admin.create(client);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                TOPIC),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get(30, TimeUnit.SECONDS);
            producer.initTransactions();
            KafkaLogTail tail = new KafkaLogTail(client, TOPIC);
            assertThat(tail.lastRecord(0)).as("nothing was ever written").isEqualTo(-1);
            long last = -1;
            for (int round = 0; round < 30; round++) {
                producer.beginTransaction();
                long written = write(producer, 1 + random.nextInt(3));
                assertThat(tail.lastRecord(0)).as("not committed").isEqualTo(last);
                if (random.nextInt(3) == 0) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    last = written;
                }
                long expected = last;
                Eventually.passes(
                        Eventually.LONG,
                        () -> assertThat(tail.lastRecord(0)).as("ended").isEqualTo(expected));
            }
            producer.beginTransaction();
            long before = last;
            write(producer, 3);
            assertThat(tail.lastRecord(0)).as("not committed").isEqualTo(before);
            producer.abortTransaction();
            for (int i = 0; i < 60; i++) {
                producer.beginTransaction();
                write(producer, 1);
                producer.abortTransaction();
            }
            assertThat(admin.listOffsets(Map.of(new TopicPartition(TOPIC, 0), OffsetSpec.latest()))
                            .partitionResult(new TopicPartition(TOPIC, 0))
                            .get(30, TimeUnit.SECONDS)
                            .offset())
                    .as("the end is far behind it")
                    .isGreaterThan(before + 120);
            assertThat(tail.lastRecord(0)).isEqualTo(before);
            assertThat(tail.lastRecord(1)).as("another partition").isEqualTo(-1);
        }
    }

    private static long write(KafkaProducer<byte[], byte[]> producer, int records) throws Exception {
        long last = -1;
        for (int i = 0; i < records; i++) {
            last = producer.send(new ProducerRecord<>(TOPIC, 0, new byte[] {1}, new byte[] {2}))
                    .get(30, TimeUnit.SECONDS)
                    .offset();
        }
        return last;
    }
}
