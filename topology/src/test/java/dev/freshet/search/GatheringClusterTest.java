package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import dev.freshet.index.VectorIndexes;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.TestNodes.Behaviour;
import dev.freshet.search.TestNodes.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are slow, dead, hanging, behind and moving: every answer equals brute force over what the partitions that are said to have answered held at the positions that are said. */
class GatheringClusterTest {
    private static final int NODES = 3;
    private static final int PARTITIONS = 4;
    private static final int STEPS = 150;
    private static final long INDEX = 1;
    private static final int K = 7;
    private static final List<Behaviour> BEHAVIOURS = List.of(Behaviour.values());

    private final RandomGenerator random = TestRandom.create(GatheringClusterTest.class);
    private final TestNodes nodes;
    /** Per partition, the rows after each offset of the rows topic. */
    private final List<List<Map<String, float[]>>> states = new ArrayList<>();

    private final List<@Nullable Member> active = new ArrayList<>();

    GatheringClusterTest(@TempDir Path directory) {
        TestCatalog catalog = new TestCatalog()
                .add(TestCatalog.index(INDEX, 3, Distance.EUCLIDEAN, null, VectorIndexes.COMPACT.engine()));
        nodes = new TestNodes(catalog, directory, NODES, PARTITIONS);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private void assign() throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            states.add(new ArrayList<>());
            Member first = nodes.members.get(partition % NODES);
            Member second = nodes.members.get((partition + 1) % NODES);
            first.activate(partition);
            active.add(first);
            for (int i = 0; i < 20; i++) {
                write(partition);
            }
            second.standby(partition);
            second.follow(partition, Integer.MAX_VALUE);
            announce(partition);
        }
    }

    private void announce(int partition) {
        Member holder = active.get(partition);
        nodes.announce(
                partition,
                holder,
                nodes.members.stream()
                        .filter(member -> member != holder && member.holds(partition))
                        .toList());
    }

    private void write(int partition) {
        List<Map<String, float[]>> history = states.get(partition);
        Map<String, float[]> rows =
                history.isEmpty() ? new TreeMap<>() : new TreeMap<>(history.get(history.size() - 1));
        String key = "p" + partition + "-" + random.nextInt(30);
        long offset = history.size();
        Optional<RowImage> image;
        if (random.nextInt(4) == 0) {
            rows.remove(key);
            image = Optional.empty();
        } else {
            float[] vector = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
            rows.put(key, vector);
            image = Optional.of(Images.row(INDEX, key, offset, vector));
        }
        history.add(rows);
        nodes.logs.get(partition).write(INDEX, key, image, offset);
    }

    private SearchRequest request(Map<Integer, Long> minPositions, boolean requireComplete, Duration timeout) {
        return new SearchRequest(
                INDEX,
                null,
                new float[] {random.nextFloat(), random.nextFloat(), random.nextFloat()},
                K,
                null,
                true,
                null,
                false,
                false,
                null,
                minPositions,
                requireComplete,
                timeout);
    }

    private void check(SearchRequest request, SearchResponse response) {
        Map<Integer, Long> positions = response.positions();
        assertThat(response.coverage()).isEqualTo(new Coverage(PARTITIONS, positions.size()));
        Map<String, float[]> rows = new HashMap<>();
        positions.forEach((partition, position) -> {
            assertThat(position)
                    .as("nothing was answered before it was written")
                    .isNotNegative();
            rows.putAll(states.get(partition).get(Math.toIntExact(position)));
        });
        float[] query = requireNonNull(request.vector());
        double[] nearest = rows.values().stream()
                .mapToDouble(vector -> distance(query, vector))
                .sorted()
                .limit(K)
                .toArray();
        assertThat(response.results())
                .as("rows")
                .extracting(SearchHit::row)
                .isSubsetOf(rows.keySet())
                .doesNotHaveDuplicates();
        // Not by their names: two rows may be as near as a float can tell, and be found in either order.
        assertThat(response.results().stream()
                        .mapToDouble(hit -> distance(query, requireNonNull(rows.get(hit.row()))))
                        .toArray())
                .as("distances of %s", response.results())
                .containsExactly(nearest, within(1e-6));
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (double) (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }

    @Test
    void everyAnswerIsWhatItSaysItIs() throws Exception {
        assign();
        int complete = 0;
        int incomplete = 0;
        int hedged = 0;
        for (int step = 0; step < STEPS; step++) {
            disturb();
            Member asked = nodes.members.get(random.nextInt(NODES));
            boolean requireComplete = random.nextInt(4) == 0;
            SearchRequest request = request(Map.of(), requireComplete, Duration.ofMillis(300));
            try {
                SearchResponse response = asked.service.search(request);
                check(request, response);
                assertThat(response.coverage().complete() || !requireComplete).isTrue();
                complete += response.coverage().complete() ? 1 : 0;
                incomplete += response.coverage().complete() ? 0 : 1;
            } catch (FreshetException e) {
                assertThat(e.code()).isIn(ErrorCode.INCOMPLETE, ErrorCode.NOT_READY, ErrorCode.DEADLINE_EXCEEDED);
                assertThat(e.code() == ErrorCode.INCOMPLETE && !requireComplete).isFalse();
                incomplete++;
            }
        }
        for (Member member : nodes.members) {
            hedged +=
                    (int) member.metrics.get("freshet.search.hedges").counter().count();
        }
        System.out.println(complete + " complete answers, " + incomplete + " not, " + hedged + " hedges");
        assertThat(complete).as("the test has something to compare").isPositive();
        nodes.members.forEach(member -> member.behaviour = Behaviour.WELL);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (active.get(partition) == null) {
                takeOver(partition, nodes.members.get(random.nextInt(NODES)));
            }
            announce(partition);
        }
        for (Member member : nodes.members) {
            settled(member);
        }
        assertThat(nodes.hanging)
                .as("nobody waits for an answer that nobody wants")
                .allMatch(call -> call.isDone());
    }

    /** All are well again: answers are soon complete, and as new as can be. */
    private void settled(Member member) {
        Map<Integer, Long> newest = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            newest.put(partition, states.get(partition).size() - 1L);
        }
        while (true) {
            SearchRequest request = request(newest, true, Duration.ofSeconds(30));
            try {
                SearchResponse response = member.service.search(request);
                check(request, response);
                assertThat(response.positions()).isEqualTo(newest);
                return;
            } catch (FreshetException e) {
                // Those that refused before are not asked for a moment.
                assertThat(e.code()).isIn(ErrorCode.INCOMPLETE, ErrorCode.NOT_READY);
            }
        }
    }

    private void disturb() throws Exception {
        int partition = random.nextInt(PARTITIONS);
        Member member = nodes.members.get(random.nextInt(NODES));
        switch (random.nextInt(12)) {
            case 0 -> member.behaviour = BEHAVIOURS.get(random.nextInt(BEHAVIOURS.size()));
            case 1 -> nodes.members.forEach(other -> other.behaviour = Behaviour.WELL);
            case 2 -> move(partition, member);
            case 3 -> loseActive(partition);
            case 4, 5 -> follow(member, partition);
            case 6 -> announce(partition); // What was heard is out of date until then.
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    write(partition);
                }
            }
        }
    }

    private void follow(Member member, int partition) throws Exception {
        if (active.get(partition) == member) {
            return;
        }
        if (!member.holds(partition)) {
            member.standby(partition);
        }
        // Not whole pairs of a change and its watermark: the position would be that of the watermark before.
        member.follow(partition, 2 * (1 + random.nextInt(40)));
    }

    private void move(int partition, Member to) throws Exception {
        Member from = active.get(partition);
        if (from == to) {
            return;
        }
        if (from != null) {
            from.deactivate(partition);
            if (random.nextBoolean()) {
                from.drop(partition);
            }
        }
        takeOver(partition, to);
    }

    private void takeOver(int partition, Member to) throws Exception {
        to.activate(partition);
        active.set(partition, to);
        if (random.nextBoolean()) {
            announce(partition);
        }
    }

    private void loseActive(int partition) {
        Member holder = active.get(partition);
        if (holder != null) {
            holder.drop(partition);
            active.set(partition, null);
        }
    }

    @Test
    void looksUpCountsAndWaitsWhereverThePartitionsAre() throws Exception {
        assign();
        for (Member member : nodes.members) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<Map<String, float[]>> history = states.get(partition);
                Map<String, float[]> rows = history.get(history.size() - 1);
                for (int row = 0; row < 30; row++) {
                    String key = "p" + partition + "-" + row;
                    assertThat(member.service.row(INDEX, key, partition, true).isPresent())
                            .isEqualTo(rows.containsKey(key));
                }
                RowPage page = member.service.page(new PageQuery(INDEX, partition, null, 1_000, 1 << 20, false, null));
                assertThat(page.rows()).extracting(RowView::rowKey).containsExactlyInAnyOrderElementsOf(rows.keySet());
            }
            long rows = states.stream()
                    .mapToLong(history -> history.get(history.size() - 1).size())
                    .sum();
            IndexStatistics statistics = member.service.statistics(INDEX);
            assertThat(statistics.rows()).isEqualTo(rows);
            assertThat(statistics.partitions())
                    .extracting(IndexStatistics.PartitionStatistics::partition)
                    .containsExactly(0, 1, 2, 3);
            List<RowPosition> written = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                written.add(new RowPosition(
                        "p" + partition + "-0",
                        partition,
                        RowVersion.of(1, states.get(partition).size() - 1)));
            }
            AwaitResult reached = member.service.await(INDEX, written, Duration.ofSeconds(30));
            assertThat(reached.missing()).isEmpty();
        }
    }

    @Test
    void waitsForAPartitionThatMovesMeanwhile() throws Exception {
        assign();
        Member asked = nodes.members.get(2);
        assertThat(active.get(0)).isSameAs(nodes.members.get(0));
        long offset = states.get(0).size();
        List<RowPosition> next = List.of(new RowPosition("p0-next", 0, RowVersion.of(1, offset)));
        assertThat(asked.service.await(INDEX, next, Duration.ofMillis(50)).missing())
                .containsExactly("p0-next");
        ExecutorService waiter = Executors.newSingleThreadExecutor();
        try {
            Future<AwaitResult> waiting = waiter.submit(() -> asked.service.await(INDEX, next, Duration.ofSeconds(60)));
            loseActive(0);
            nodes.announce(0, null, List.of());
            takeOver(0, nodes.members.get(1));
            announce(0);
            write(0);
            assertThat(waiting.get().missing()).isEmpty();
        } finally {
            waiter.shutdownNow();
        }
    }
}
