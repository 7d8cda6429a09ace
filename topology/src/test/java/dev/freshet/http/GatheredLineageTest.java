package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.cluster.GatheredLineage;
import dev.freshet.cluster.NodeClient;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import dev.freshet.search.Node;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lineage asked of other processes. */
@Timeout(60)
class GatheredLineageTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final PartitionLineage HERE = lineage("here");
    private static final PartitionLineage THERE = lineage("there");

    private static PartitionLineage lineage(String table) {
        return new PartitionLineage(
                true,
                List.of(new OriginSeen(
                        "mysql", null, table, NOON, NOON.plusMillis(1), 5, 4, "mysql-bin.000003 154", null)));
    }

    @Test
    void shouldPutTogetherWhatAllTell() throws Exception {
        try (RunningServer other = new RunningServer();
                NodeClient client = new NodeClient(null, null);
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            other.lineage = new LineageReport(Map.of(0, THERE, 1, THERE));

            LineageReport together = new GatheredLineage(
                            datasetId -> new LineageReport(Map.of(1, HERE)),
                            () -> 3,
                            () -> Set.of(
                                    new Node("127.0.0.1", other.port()), new Node("127.0.0.1", silent.getLocalPort())),
                            client)
                    .of(7);

            assertThat(together.byPartition()).isEqualTo(Map.of(0, THERE, 1, HERE));
        }
    }

    @Test
    void shouldAskNobodyWhenItKnowsAll() {
        try (NodeClient client = new NodeClient(null, null)) {
            LineageReport known = new GatheredLineage(
                            datasetId -> new LineageReport(Map.of(0, HERE, 1, HERE)),
                            () -> 2,
                            () -> {
                                throw new AssertionError("looked for others");
                            },
                            client)
                    .of(7);

            assertThat(known.byPartition()).containsOnlyKeys(0, 1);
        }
    }
}
