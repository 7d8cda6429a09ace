package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.world.LinkFault.Direction;
import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IngestResult;
import dev.freshet.ops.client.SearchQuery;
import dev.freshet.ops.client.SearchResult;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(960)
class WorldIT {
    private static final Duration READY_WITHIN = Duration.ofMinutes(4);
    private static final String DATASET = "notes";
    private static final String INDEX = "notes_v1";

    private final Path directory;

    WorldIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void breaksEveryPartAndLosesNothing() throws Exception {
        List<ProcessHandle> children;
        try (World world = World.open(directory)) {
            FreshetClient first = client(world, 0);
            FreshetClient second = client(world, 1);
            first.putDataset(DATASET, new DatasetDefinition(List.of("id"), List.of("text"), null));
            write(first, "a", "the first text");
            requireFound(second, "a", "the first text");
            assertThat(world.model().texts()).isPositive();
            requireDebugger(world.nodes().get(0));

            killAndPause(world, second);
            bounceBroker(world, first);
            breakLinks(world, second);
            misbehave(world, first);

            world.nodes().get(0).jumpClock(Duration.ofHours(2));
            world.nodes().get(1).jumpClock(Duration.ofHours(-2));
            write(second, "clock", "a text of another time");
            world.nodes().get(0).stop();
            assertThat(world.endedByThemselves()).isEmpty();
            world.restore(READY_WITHIN);
            for (String id : List.of("a", "killed", "paused", "bounced", "linked", "misbehaved", "clock")) {
                assertThat(first.delete(DATASET, id, Duration.ofSeconds(60)).accepted())
                        .as(id)
                        .isEqualTo(1);
            }
            assertThat(first.rows(INDEX)).isZero();

            assertThat(LogCheck.usual().check(world.logs(), EnumSet.allOf(Circumstance.class)))
                    .isEmpty();
            children = ProcessHandle.current().descendants().toList();
            assertThat(children).hasSizeGreaterThanOrEqualTo(3);
        }
        for (ProcessHandle child : children) {
            child.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static void killAndPause(World world, FreshetClient second) throws IOException {
        NodeProcess node = world.nodes().get(0);
        node.kill();
        assertThat(node.alive()).isFalse();
        assertThat(node.endedByItself()).isEmpty();
        write(second, "killed", "written while a node is dead");
        node.start();
        node.awaitReady(READY_WITHIN);
        node.pause();
        assertThat(node.paused()).isTrue();
        write(second, "paused", "written while a node is paused");
        node.resume();
        node.awaitReady(READY_WITHIN);
        requireFound(client(world, 0), "paused", "written while a node is paused");
    }

    private static void bounceBroker(World world, FreshetClient first) throws IOException {
        world.broker().kill();
        assertThat(world.broker().alive()).isFalse();
        world.restore(READY_WITHIN);
        world.broker().stop();
        world.restore(READY_WITHIN);
        write(first, "bounced", "written after the broker was away");
    }

    private static void breakLinks(World world, FreshetClient second) throws Exception {
        List<LinkFault> faults = List.of(
                new LinkFault.Delay(Duration.ofMillis(20)),
                new LinkFault.Stall(),
                new LinkFault.Blackhole(),
                new LinkFault.HalfOpen(Direction.TO_CLIENT),
                new LinkFault.Reset(),
                new LinkFault.Truncate(100),
                new LinkFault.Refuse());
        int next = 0;
        for (Link link : Link.values()) {
            FaultyProxy proxy = requireNonNull(world.links().get(link), link.name());
            proxy.fault(faults.get(next++ % faults.size()));
            Thread.sleep(300);
        }
        world.restore(READY_WITHIN);
        write(second, "linked", "written after the links were broken");
        world.links()
                .forEach((link, proxy) -> assertThat(proxy.counts().connections())
                        .as("connections through " + link)
                        .isPositive());
    }

    private static void misbehave(World world, FreshetClient first) {
        int round = 0;
        for (Misbehaviour misbehaviour : Misbehaviour.values()) {
            world.model().misbehave(misbehaviour);
            first.ingest(DATASET, "application/json", row("m" + round, "a text " + round), null);
            await(misbehaviour + " is met", () -> world.model().misbehaved(misbehaviour) > 0);
            world.model().behave();
            round++;
        }
        write(first, "misbehaved", "written after the model misbehaved");
        for (int row = 0; row < round; row++) {
            requireFound(first, "m" + row, "a text " + row);
            assertThat(first.delete(DATASET, "m" + row, Duration.ofSeconds(60)).accepted())
                    .isEqualTo(1);
        }
    }

    private static void requireDebugger(NodeProcess node) throws IOException {
        byte[] handshake = "JDWP-Handshake".getBytes(StandardCharsets.US_ASCII);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), node.debugPort().orElseThrow())) {
            socket.getOutputStream().write(handshake);
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(handshake.length)).isEqualTo(handshake);
        }
    }

    private static FreshetClient client(World world, int node) {
        return new FreshetClient(world.nodes().get(node).uri().toString());
    }

    private static byte[] row(String id, String text) {
        return ("[{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}]").getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a row until it is searchable: a cluster that was broken just now may say that it is not there yet. */
    private static void write(FreshetClient client, String id, String text) {
        await(id + " is searchable", () -> {
            IngestResult result = client.ingest(DATASET, "application/json", row(id, text), Duration.ofSeconds(30));
            assertThat(result.failedRows()).isEmpty();
            return result.accepted() == 1 && result.notSearchableYet() == 0;
        });
    }

    private static void requireFound(FreshetClient client, String id, String text) {
        await(id + " is found", () -> {
            SearchResult result = client.search(INDEX, new SearchQuery(text, 1, false, true, null));
            return result.coverage().complete()
                    && result.results().stream().anyMatch(hit -> hit.row().equals(id) && hit.distance() < 1e-5);
        });
    }

    private static void await(String what, Attempt attempt) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        String problem = "no";
        while (System.nanoTime() < deadline) {
            try {
                if (attempt.succeeds()) {
                    return;
                }
            } catch (ClientException e) {
                problem = String.valueOf(e.getMessage());
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting that " + what, e);
            }
        }
        throw new AssertionError("not within " + READY_WITHIN + ": " + what + " (" + problem + ")");
    }

    /** Something that works in the end. */
    @FunctionalInterface
    private interface Attempt {
        boolean succeeds();
    }
}
