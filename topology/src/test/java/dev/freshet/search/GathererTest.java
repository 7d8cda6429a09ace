package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.index.VectorIndexes;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Gathering.Gathered;
import dev.freshet.search.PartitionSources.Source;
import dev.freshet.search.TestNodes.Behaviour;
import dev.freshet.search.TestNodes.Member;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Partition 0 is active in the first process and kept by the second, partition 1 the other way round; the third asks. */
@Timeout(120)
class GathererTest {
    private static final long INDEX = 1;
    private static final Duration LONG = Duration.ofHours(1);
    private static final VectorQuery QUERY =
            new VectorQuery(INDEX, new float[] {0, 0}, 10, 10, true, null, false, false, null);

    private final TestNodes nodes;
    private final Member first;
    private final Member second;
    private final Member asking;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    GathererTest(@TempDir Path directory) {
        nodes = new TestNodes(
                new TestCatalog()
                        .add(TestCatalog.index(INDEX, 2, Distance.EUCLIDEAN, null, VectorIndexes.COMPACT.engine())),
                directory,
                3,
                2);
        first = nodes.members.get(0);
        second = nodes.members.get(1);
        asking = nodes.members.get(2);
    }

    @BeforeEach
    void assign() throws Exception {
        first.activate(0);
        second.activate(1);
        write(0, 0);
        write(1, 0);
        second.standby(0);
        first.standby(1);
        second.follow(0, 2);
        first.follow(1, 2);
        nodes.announce(0, first, List.of(second));
        nodes.announce(1, second, List.of(first));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private void write(int partition, long offset) {
        String key = "p" + partition + "-" + offset;
        nodes.logs
                .get(partition)
                .write(INDEX, key, Optional.of(Images.row(INDEX, key, offset, new float[] {offset, 0})), offset);
    }

    private Gatherer gatherer(Duration grace) {
        return new Gatherer(
                asking.local, asking.cluster(), nodes.logs::size, metrics, new NodeHealth(System::nanoTime), grace);
    }

    private static Gathered gather(Gatherer gatherer, Map<Integer, Long> positions, Duration timeout)
            throws InterruptedException {
        return gatherer.gather(QUERY, null, positions, Deadline.after(timeout));
    }

    private static Map<Integer, Long> positions(Gathered gathered) {
        return gathered.answers().stream()
                .collect(Collectors.toMap(PartitionFindings::partition, PartitionFindings::position));
    }

    private double hedges() {
        return metrics.get("freshet.search.hedges").counter().count();
    }

    @Test
    void aProcessThatDoesNotAnswerIsNotWaitedForWhenAnotherHasACopy() throws Exception {
        first.behaviour = Behaviour.HANGING;
        Gatherer gatherer = gatherer(LONG);
        assertThat(positions(gather(gatherer, Map.of(), LONG))).isEqualTo(Map.of(0, 0L, 1, 0L));
        assertThat(hedges()).isPositive();
        assertThat(nodes.hanging).isNotEmpty().allMatch(Future::isCancelled);
    }

    @Test
    void aPartitionCountsOnceThoughTwoHaveAnswered() throws Exception {
        first.behaviour = Behaviour.HANGING;
        Gatherer gatherer = gatherer(LONG);
        ExecutorService searcher = Executors.newSingleThreadExecutor();
        try {
            Future<Gathered> gathering = searcher.submit(() -> gather(gatherer, Map.of(1, 1L), LONG));
            while (second.answered.get() == 0) {
                TimeUnit.MILLISECONDS.sleep(5); // The copy of partition 0 has been asked.
            }
            List<PartitionAnswer> late = first.local.search(Map.of(0, -1L), QUERY, LONG);
            assertThat(late).hasSize(1);
            answer(nodes.hanging.get(0), late);
            write(1, 1);
            assertThat(gathering.get().answers())
                    .extracting(PartitionFindings::partition)
                    .containsExactly(0, 1);
        } finally {
            searcher.shutdownNow();
        }
    }

    @SuppressWarnings("unchecked")
    private static void answer(CompletableFuture<?> search, List<PartitionAnswer> answers) {
        ((CompletableFuture<List<PartitionAnswer>>) search).complete(answers);
    }

    @Test
    void aProcessThatRefusesIsNotWaitedForAtAll() throws Exception {
        first.behaviour = Behaviour.REFUSING;
        Gatherer gatherer = gatherer(LONG);
        for (int i = 0; i < 20; i++) {
            assertThat(positions(gather(gatherer, Map.of(), LONG))).isEqualTo(Map.of(0, 0L, 1, 0L));
        }
        second.behaviour = Behaviour.REFUSING;
        assertThat(gather(gatherer, Map.of(), LONG).answers()).isEmpty();
    }

    @Test
    void whoeverIsHeardToHoldAPartitionIsAskedThoughNobodyIsActive() throws Exception {
        first.drop(0);
        nodes.announce(0, null, List.of(asking, first, second));
        assertThat(positions(gather(gatherer(LONG), Map.of(), LONG))).isEqualTo(Map.of(0, 0L, 1, 0L));
    }

    @Test
    void thoseWhoHaveACopyAreAskedAfterThisProcessWhereThePartitionIsActive() {
        PartitionSources sources = new PartitionSources(first.local, first, new NodeHealth(System::nanoTime));
        assertThat(sources.of(0)).containsExactly(Source.HERE, new Source(second.node, true));
        nodes.announce(0, second, List.of(first, asking));
        assertThat(sources.of(0))
                .as("the news that it came here has not spread")
                .containsExactly(Source.HERE, new Source(asking.node, true));
    }

    @Test
    void thisProcesssOwnStandbyIsAskedToo() throws Exception {
        asking.standby(0);
        asking.follow(0, 2);
        first.behaviour = Behaviour.REFUSING;
        second.behaviour = Behaviour.REFUSING;
        assertThat(positions(gather(gatherer(LONG), Map.of(), LONG))).isEqualTo(Map.of(0, 0L));
    }

    @Test
    void aStandbysOlderAnswerIsKeptBackForAFresherOne() throws Exception {
        Gatherer gatherer = gatherer(LONG);
        write(0, 1);
        gatherer.newest().saw(INDEX, 0, 1, System.currentTimeMillis());
        first.behaviour = Behaviour.SLOW;
        assertThat(positions(gather(gatherer, Map.of(), LONG))).containsEntry(0, 1L);
    }

    @Test
    void aStandbysOlderAnswerIsBetterThanNone() throws Exception {
        Gatherer gatherer = gatherer(Duration.ZERO);
        write(0, 1);
        gatherer.newest().saw(INDEX, 0, 1, System.currentTimeMillis());
        first.behaviour = Behaviour.HANGING;
        assertThat(positions(gather(gatherer, Map.of(), LONG))).containsEntry(0, 0L);
        first.behaviour = Behaviour.REFUSING;
        Gatherer patient = gatherer(LONG);
        patient.newest().saw(INDEX, 0, 1, System.currentTimeMillis());
        assertThat(positions(gather(patient, Map.of(), LONG)))
                .as("nobody else is left to wait for")
                .containsEntry(0, 0L);
    }

    @Test
    void aPartitionThatLeavesBeforeItsRowsAreFetchedIsAskedForElsewhere() throws Exception {
        second.behaviour = Behaviour.HANGING;
        Gatherer gatherer = new Gatherer(
                first.local, first.cluster(), nodes.logs::size, metrics, new NodeHealth(System::nanoTime), LONG);
        first.drop(1);
        ExecutorService searcher = Executors.newSingleThreadExecutor();
        try {
            Future<Gathered> gathering = searcher.submit(() -> gather(gatherer, Map.of(), LONG));
            while (nodes.hanging.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            TimeUnit.MILLISECONDS.sleep(50); // Partition 0 is found meanwhile, and waits for partition 1.
            second.behaviour = Behaviour.WELL;
            first.drop(0);
            answer(nodes.hanging.get(0), second.local.search(Map.of(1, -1L), QUERY, LONG));
            assertThat(positions(gathering.get())).isEqualTo(Map.of(0, 0L, 1, 0L));
            assertThat(gathering.get().hits()).extracting(SearchHit::row).containsExactly("p0-0", "p1-0");
        } finally {
            searcher.shutdownNow();
        }
    }

    @Test
    void waitsForPositionsHereAndElsewhere() throws Exception {
        Gatherer there = gatherer(LONG);
        Gatherer here = new Gatherer(
                first.local, first.cluster(), nodes.logs::size, metrics, new NodeHealth(System::nanoTime), LONG);
        ExecutorService searchers = Executors.newFixedThreadPool(2);
        try {
            Future<Gathered> elsewhere = searchers.submit(() -> gather(there, Map.of(0, 1L), LONG));
            Future<Gathered> local = searchers.submit(() -> gather(here, Map.of(0, 1L), LONG));
            while (first.stores.waits().size() < 2) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            write(0, 1);
            assertThat(positions(elsewhere.get())).isEqualTo(Map.of(0, 1L, 1, 0L));
            assertThat(positions(local.get())).isEqualTo(Map.of(0, 1L, 1, 0L));
        } finally {
            searchers.shutdownNow();
        }
    }

    @Test
    void saysHowFarAPartitionIsThatIsNotWhereItShouldBeAndWaitsNoLonger() throws Exception {
        List<PartitionAnswer> asOthersAreTold =
                first.local.search(Map.of(0, 9L, 1, 0L, 7, -1L), QUERY, Duration.ofMillis(50));
        assertThat(asOthersAreTold).hasSizeBetween(1, 2).allMatch(answer -> answer.position() == 0);
        assertThat(asOthersAreTold)
                .filteredOn(answer -> answer.partition() == 0)
                .as("it is not taken for an answer")
                .singleElement()
                .satisfies(answer -> assertThat(answer.hits()).isEmpty());
        assertRefused(
                ErrorCode.DEADLINE_EXCEEDED,
                "partition 0",
                () -> asking.service.search(request(Map.of(0, 9L), false, Duration.ofMillis(300))));
        assertRefused(
                ErrorCode.DEADLINE_EXCEEDED,
                "partition 0 has reached position 0 and not yet 9",
                () -> first.service.search(request(Map.of(0, 9L), false, Duration.ofMillis(50))));
        while (first.stores.waits().size() > 0) {
            TimeUnit.MILLISECONDS.sleep(5); // What was asked from elsewhere may end a little later.
        }
    }

    @Test
    void anIncompleteAnswerIsAnErrorForWhoWantsAll() {
        nodes.announce(0, null, List.of());
        SearchResponse some = asking.service.search(request(Map.of(), false, LONG));
        assertThat(some.coverage()).isEqualTo(new Coverage(2, 1));
        assertRefused(
                ErrorCode.INCOMPLETE,
                "1 of 2 partitions answered, missing is 0",
                () -> asking.service.search(request(Map.of(), true, LONG)));
        assertRefused(
                ErrorCode.NOT_READY,
                "partition 0, which was to have reached position 0",
                () -> asking.service.search(request(Map.of(0, 0L), true, LONG)));
        nodes.announce(1, null, List.of());
        assertRefused(ErrorCode.NOT_READY, "no partition", () -> asking.service.search(request(Map.of(), true, LONG)));
    }

    @Test
    void positionsOfNoPartitionAreRefused() {
        assertRefused(
                ErrorCode.BAD_REQUEST,
                "there is no partition 2",
                () -> asking.service.search(request(Map.of(2, 0L), false, LONG)));
        assertRefused(
                ErrorCode.BAD_REQUEST,
                "the position wanted of partition 1 is -1",
                () -> asking.service.search(request(Map.of(1, -1L), false, LONG)));
    }

    @Test
    void anAnswerFromBeforeWhatWasSeenSaysThatItLags() throws Exception {
        write(0, 1);
        assertThat(asking.service.search(request(Map.of(0, 1L), true, LONG)).lagMs())
                .isZero();
        first.behaviour = Behaviour.REFUSING;
        while (true) {
            SearchResponse response = asking.service.search(request(Map.of(), true, LONG));
            assertThat(response.positions()).containsEntry(0, 0L);
            if (response.lagMs() > 0) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(2); // Within the millisecond in which the newer one was seen.
        }
    }

    private static SearchRequest request(Map<Integer, Long> minPositions, boolean requireComplete, Duration timeout) {
        return new SearchRequest(
                INDEX,
                null,
                new float[] {0, 0},
                10,
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

    private static void assertRefused(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(FreshetException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused).hasMessageContaining(message);
        });
    }
}
