package dev.freshet.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.error.FreshetException;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class BrokerProcessIT {
    private static final String TOPIC = "kept";

    private final Path directory;

    BrokerProcessIT(@TempDir Path directory) {
        this.directory = directory;
    }

    private BrokerProcess.Config config(int port, Duration predecessorTimeout) {
        return new BrokerProcess.Config(
                directory, port, "256m", predecessorTimeout, Duration.ofSeconds(60), Duration.ofSeconds(20));
    }

    private BrokerProcess start(int port) {
        return BrokerProcess.start(config(port, Duration.ofSeconds(15)));
    }

    @Test
    void keepsItsRecordsOverACleanStopAndOverAKill() throws Exception {
        try (HeldPorts held = HeldPorts.hold(1)) {
            keepsItsRecords(held.port(0));
        }
    }

    private void keepsItsRecords(int port) throws Exception {
        CompletableFuture<Integer> exit;
        try (BrokerProcess broker = start(port)) {
            exit = broker.onExit();
            createTopic(broker);
            produce(broker, 0, 100);
        }
        assertThat(exit.get(60, TimeUnit.SECONDS)).isZero();
        BrokerProcess killed = start(port);
        assertThat(consume(killed, 100)).hasSize(100);
        produce(killed, 100, 200);
        ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();

        long start = System.nanoTime();
        try (BrokerProcess broker = start(port)) {
            System.out.println("started again " + Duration.ofNanos(System.nanoTime() - start) + " after a kill");
            List<String> values = consume(broker, 200);
            assertThat(values).hasSize(200).startsWith("value 0").endsWith("value 199");
        }
        killed.close();
    }

    @Test
    void endsWhenItsParentIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = parent.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null && !line.startsWith("broker ")) {
                line = output.readLine();
            }
            assertThat(line).as("what the parent said").isNotNull();
            ProcessHandle child = ProcessHandle.of(Long.parseLong(line.substring("broker ".length())))
                    .orElseThrow();
            assertThat(child.isAlive()).isTrue();
            long start = System.nanoTime();
            parent.destroyForcibly().waitFor();
            child.onExit().get(60, TimeUnit.SECONDS);
            System.out.println("child ended " + Duration.ofNanos(System.nanoTime() - start) + " after its parent");
        } finally {
            parent.destroyForcibly();
        }
        try (BrokerProcess successor = start(0)) {
            assertThat(successor.isAlive()).isTrue();
        }
    }

    /** A parent that starts a broker, tells its process id, and waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws InterruptedException {
            BrokerProcess broker = BrokerProcess.start(new BrokerProcess.Config(Path.of(arguments[0]), 0));
            System.out.println("broker " + broker.pid());
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    @Test
    void saysThatTheDirectoryIsInUse() {
        try (BrokerProcess first = start(0)) {
            assertThatThrownBy(() -> BrokerProcess.start(config(0, Duration.ofMillis(300))))
                    .isInstanceOf(FreshetException.class)
                    .hasMessageContaining("Another broker uses the directory")
                    .hasMessageContaining("--dir");
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void saysThatThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> BrokerProcess.start(config(taken.getLocalPort(), Duration.ofMillis(300))))
                    .isInstanceOf(FreshetException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("--kafka-port");
        }
    }

    @Test
    void reportsAnEarlyDeathWithTheEndOfItsLog() throws Exception {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(
                directory.resolve("data").resolve("meta.properties"), "version=1\ncluster.id=x\nnode.id=99\n");
        assertThatThrownBy(() -> start(0))
                .isInstanceOf(FreshetException.class)
                .hasMessageContaining("ended with status 1")
                .hasMessageContaining("99")
                .hasMessageContaining("start again");
    }

    @Test
    void createsNoTopicByAccident() throws Exception {
        try (BrokerProcess broker = start(0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "max.block.ms", 500),
                        new StringSerializer(),
                        new StringSerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("nobody-made-me", "x"))
                            .get())
                    .isNotNull();
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    private static void createTopic(BrokerProcess broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static void produce(BrokerProcess broker, int from, int to) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(TOPIC, "key " + i, "value " + i))
                        .get();
            }
        }
    }

    private static List<String> consume(BrokerProcess broker, int count) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
            return values;
        }
    }
}
