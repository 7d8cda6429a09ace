package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.cluster.GatheredStaleness;
import dev.freshet.cluster.NodeClient;
import dev.freshet.cluster.NodeGate;
import dev.freshet.cluster.NodeSecret;
import dev.freshet.refresh.StaleReport;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.search.Node;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Staleness asked of other processes. They tell of partitions 0 and 1; see {@link RunningServer}. */
@Timeout(60)
class GatheredStalenessTest {
    private static final int NOBODYS_PORT = 1;
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final IndexFreshness HERE = new IndexFreshness(4, 2, 5, NOON.minusSeconds(9), null, null);
    private static final IndexFreshness THERE =
            new IndexFreshness(4, 2, 11, NOON, NOON.minusMillis(3), NOON.minusSeconds(60));

    private static StaleReport local(int... partitions) {
        Map<Integer, List<IndexFreshness>> local = new TreeMap<>();
        for (int partition : partitions) {
            local.put(partition, List.of(HERE));
        }
        return new StaleReport(local);
    }

    @Test
    void shouldAddUpWhatAllTell() throws Exception {
        try (RunningServer other = new RunningServer();
                NodeClient client = new NodeClient(null, null)) {
            other.stale.add(THERE);

            StaleReport together =
                    new GatheredStaleness(() -> local(2), () -> 3, () -> Set.of(node(other.port())), client).now();

            assertThat(together.partitions()).containsExactly(0, 1, 2);
            assertThat(together.freshness())
                    .containsExactly(new IndexFreshness(
                            4, 2, 16, HERE.staleSince(), THERE.oldestPending(), THERE.lastEmbedded()));
        }
    }

    @Test
    void shouldCountAPartitionOnceThatIsBeingHandedOver() throws Exception {
        try (RunningServer other = new RunningServer();
                NodeClient client = new NodeClient(null, null)) {
            other.stale.add(THERE);

            GatheredStaleness staleness =
                    new GatheredStaleness(() -> local(0), () -> 3, () -> Set.of(node(other.port())), client);

            assertThat(staleness.partitions()).containsExactly(0, 1);
            assertThat(staleness.freshness()).containsExactly(HERE);
        }
    }

    @Test
    void shouldAskNobodyWhenItKnowsAll() {
        try (NodeClient client = new NodeClient(null, null)) {
            StaleReport known = new GatheredStaleness(
                            () -> local(0, 1),
                            () -> 2,
                            () -> {
                                throw new AssertionError("looked for others");
                            },
                            client)
                    .now();

            assertThat(known).isEqualTo(local(0, 1));
        }
    }

    @Test
    void shouldLeaveOutWhoeverIsGoneSilentOrUnwilling() throws Exception {
        try (RunningServer other = new RunningServer();
                RunningServer guarded =
                        new RunningServer(new NodeGate(new NodeSecret("0123456789abcdef"), () -> true));
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                NodeClient client = new NodeClient(null, null)) {
            other.stale.add(THERE);

            StaleReport known = new GatheredStaleness(
                            () -> local(3),
                            () -> 4,
                            () -> Set.of(
                                    node(NOBODYS_PORT),
                                    node(silent.getLocalPort()),
                                    node(guarded.port()),
                                    node(other.port())),
                            client)
                    .now();

            assertThat(known.partitions()).containsExactly(0, 1, 3);
        }
    }

    private static Node node(int port) {
        return new Node("127.0.0.1", port);
    }
}
