package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.chaos.truth.Counts;
import dev.freshet.ops.chaos.truth.Target;
import dev.freshet.ops.chaos.truth.Truth;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The oracle of the fault harness finds nothing where there is nothing to find: two processes, and one of them leaves and comes back. */
@Timeout(420)
class TruthIT {
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(90);
    private static final String PREFIX = "truth";
    private final Path directory;
    private final Random random = Seeds.random("TruthIT");

    TruthIT(@TempDir Path directory) {
        this.directory = directory;
    }

    private static float[] vector(String text) {
        try (HashingEmbedder model = HashingEmbedder.of(Cluster.HASHING_DIMENSIONS)) {
            return model.embedQuery(text).join();
        }
    }

    private static Freshet.Running start(Cluster cluster, Path state, String instance, int port) {
        Freshet.Running running = Freshet.start(
                cluster.config(PREFIX, state, instance, Map.of(FreshetConfig.HTTP_PORT, String.valueOf(port))),
                Embedders.builder()
                        .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                        .build());
        return Cluster.ready(running);
    }

    @Test
    void shouldFindNothingWrongWithProcessesThatComeAndGo() throws Exception {
        try (Cluster cluster = Cluster.start(directory.resolve("cluster"));
                Freshet.Running stays = start(cluster, directory.resolve("one"), "one", 0)) {
            Freshet.Running leaves = start(cluster, directory.resolve("two"), "two", 0);
            URI second = leaves.uri();
            try (Truth truth = Truth.open(
                    new Target(List.of(stays.uri(), second), cluster.bootstrapServers(), PREFIX, TruthIT::vector),
                    random.nextLong())) {
                truth.resume();
                TimeUnit.SECONDS.sleep(10);
                assertThat(truth.settled(SETTLES_WITHIN)).isEmpty();
                truth.resume();
                TimeUnit.SECONDS.sleep(3);
                leaves.close();
                TimeUnit.SECONDS.sleep(5);
                leaves = start(cluster, directory.resolve("two"), "two", second.getPort());
                TimeUnit.SECONDS.sleep(3);
                assertThat(truth.settled(SETTLES_WITHIN)).isEmpty();
                Counts counts = truth.counts();
                System.out.println(counts);
                assertThat(counts.acknowledged()).isGreaterThan(50);
                assertThat(counts.complete()).isGreaterThan(50);
                assertThat(counts.waited()).isPositive();
            } finally {
                leaves.close();
            }
        }
    }
}
