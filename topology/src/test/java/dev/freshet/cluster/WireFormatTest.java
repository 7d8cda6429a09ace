package dev.freshet.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import dev.freshet.cluster.Calls.AwaitCall;
import dev.freshet.cluster.Calls.LineageCall;
import dev.freshet.cluster.Calls.RowCall;
import dev.freshet.cluster.Calls.SearchCall;
import dev.freshet.cluster.Calls.StatisticsCall;
import dev.freshet.cluster.Replies.LineageReply;
import dev.freshet.cluster.Replies.RowReply;
import dev.freshet.cluster.Replies.SearchReply;
import dev.freshet.cluster.Replies.StaleReply;
import dev.freshet.cluster.Replies.StatisticsReply;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.PartitionAnswer;
import dev.freshet.search.RowFailure;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowSource;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchHit;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What the processes of one release say is what those of the next one read: a change here is a change of the version. */
class WireFormatTest {
    private static String json(Object value) {
        return new String(WireFormat.write(value), UTF_8);
    }

    @Test
    void shouldWriteCallsAsAgreed() {
        assertThat(json(new SearchCall(
                        Map.of(1, 5L), 7, new float[] {1, -2}, 3, 9, true, 0.5, true, false, "{\"eq\":{}}", 250)))
                .isEqualTo(
                        "{\"partitions\":{\"1\":5},\"index_id\":7,\"vector\":\"AACAPwAAAMA=\",\"k\":3,\"ef\":9,\"exact\":true,"
                                + "\"score_threshold\":0.5,\"group_by_row\":true,\"include_vector\":false,\"filter\":\"{\\\"eq\\\":{}}\",\"timeout_ms\":250}");
        assertThat(json(new RowCall(7, "a:b", 2, true)))
                .isEqualTo("{\"index_id\":7,\"row_key\":\"a:b\",\"partition\":2,\"include_vectors\":true}");
        assertThat(json(new StatisticsCall(7))).isEqualTo("{\"index_id\":7}");
        assertThat(json(new LineageCall(7))).isEqualTo("{\"dataset_id\":7}");
        assertThat(json(new AwaitCall(7, List.of(new RowPosition("k", 1, 4)), 10)))
                .isEqualTo(
                        "{\"index_id\":7,\"positions\":[{\"row_key\":\"k\",\"partition\":1,\"version\":4}],\"timeout_ms\":10}");
    }

    @Test
    void shouldWriteAnswersAsAgreed() {
        assertThat(json(new SearchReply(List.of(new PartitionAnswer(
                        1, List.of(new SearchHit("k#0", "k", 0, 0.5, 0.25, "text", "{}", new float[] {1})), 8, 9)))))
                .isEqualTo(
                        "{\"partitions\":[{\"partition\":1,\"hits\":[{\"id\":\"k#0\",\"row\":\"k\",\"chunk\":0,\"score\":0.5,\"distance\":0.25,"
                                + "\"text\":\"text\",\"metadata\":\"{}\",\"vector\":\"AACAPw==\"}],\"position\":8,\"waiting_since_ms\":9}]}");
        assertThat(json(new RowReply(null))).isEqualTo("{}");
        assertThat(json(new RowReply(new RowView(
                        "k", 3, List.of(new RowView.ChunkView(0, "t", null)), "{}", new RowFailure("c", "m")))))
                .isEqualTo(
                        "{\"row\":{\"row_key\":\"k\",\"version\":3,\"chunks\":[{\"ordinal\":0,\"text\":\"t\"}],\"metadata\":\"{}\","
                                + "\"failure\":{\"code\":\"c\",\"message\":\"m\"}}}");
        assertThat(json(new RowReply(new RowView(
                        "k",
                        3,
                        List.of(),
                        "{}",
                        null,
                        new RowSource("mysql", "d", null, "p", Instant.ofEpochMilli(1))))))
                .isEqualTo(
                        "{\"row\":{\"row_key\":\"k\",\"version\":3,\"chunks\":[],\"metadata\":\"{}\","
                                + "\"source\":{\"system\":\"mysql\",\"database\":\"d\",\"position\":\"p\",\"time\":\"1970-01-01T00:00:00.001Z\"}}}");
        assertThat(json(new LineageReply(Map.of(
                        2,
                        new PartitionLineage(
                                true,
                                List.of(new OriginSeen(
                                        "mysql",
                                        "d",
                                        "t",
                                        Instant.EPOCH,
                                        Instant.ofEpochMilli(1),
                                        5,
                                        4,
                                        "p",
                                        null)))))))
                .isEqualTo(
                        "{\"partitions\":{\"2\":{\"complete\":true,\"origins\":[{\"system\":\"mysql\",\"database\":\"d\",\"table\":\"t\","
                                + "\"first_seen\":\"1970-01-01T00:00:00Z\",\"last_seen\":\"1970-01-01T00:00:00.001Z\",\"changes\":5,\"rows\":4,\"position\":\"p\"}]}}}");
        assertThat(json(new StatisticsReply(List.of(new PartitionStatistics(1, true, 2, 3, 4, 5)))))
                .isEqualTo(
                        "{\"partitions\":[{\"partition\":1,\"ready\":true,\"rows\":2,\"vectors\":3,\"tombstones\":4,\"position\":5}]}");
        assertThat(json(new AwaitResult(Map.of("k", new RowFailure("c", "m")), List.of("l"))))
                .isEqualTo("{\"failed\":{\"k\":{\"code\":\"c\",\"message\":\"m\"}},\"missing\":[\"l\"]}");
        assertThat(json(new StaleReply(
                        Map.of(2, List.of(new IndexFreshness(1, 2, 3, Instant.EPOCH, null, Instant.ofEpochMilli(1)))))))
                .isEqualTo(
                        "{\"partitions\":{\"2\":[{\"index_id\":1,\"dataset_id\":2,\"pending_rows\":3,"
                                + "\"stale_since\":\"1970-01-01T00:00:00Z\",\"last_embedded\":\"1970-01-01T00:00:00.001Z\"}]}}");
    }

    @Test
    void shouldReadEveryNumberAsItWasWritten() throws IOException {
        RandomGenerator random = TestRandom.create(WireFormatTest.class);
        for (int round = 0; round < 200; round++) {
            float[] vector = new float[random.nextInt(40)];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = Float.intBitsToFloat(random.nextInt());
            }
            double distance = Double.longBitsToDouble(random.nextLong());
            SearchHit hit = new SearchHit("i", "r", round, distance, -distance, "t", "{}", vector);
            SearchReply reply = new SearchReply(
                    List.of(new PartitionAnswer(0, List.of(hit), random.nextLong(), random.nextLong())));

            SearchReply read = WireFormat.read(WireFormat.write(reply), SearchReply.class);

            PartitionAnswer answer = read.partitions().get(0);
            assertThat(answer.position()).isEqualTo(reply.partitions().get(0).position());
            assertThat(answer.waitingSinceMs())
                    .isEqualTo(reply.partitions().get(0).waitingSinceMs());
            SearchHit back = answer.hits().get(0);
            assertThat(Double.doubleToLongBits(back.score())).isEqualTo(Double.doubleToLongBits(distance));
            assertThat(Double.doubleToLongBits(back.distance())).isEqualTo(Double.doubleToLongBits(-distance));
            assertThat(Arrays.equals(back.vector(), vector)).as("bit for bit").isTrue();
        }
    }

    @Test
    void shouldRefuseWhatHasNotTheShape() {
        for (String wrong : List.of("", "null", "[]", "{", "{\"partitions\":[{\"hits\":7}]}", "{}")) {
            assertThatThrownBy(() -> WireFormat.read(wrong.getBytes(UTF_8), SearchReply.class))
                    .as(wrong)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> WireFormat.read("{\"vector\":\"AAA=\"}".getBytes(UTF_8), SearchCall.class))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no whole number of 32-bit numbers");
    }
}
