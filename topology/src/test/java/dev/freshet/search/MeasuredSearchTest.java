package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MeasuredSearchTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final TestCatalog catalog = new TestCatalog().add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
    private final Answering answering = new Answering();
    private final MeasuredSearch search = new MeasuredSearch(answering, catalog, metrics);

    /** Answers as it is told to. */
    private static final class Answering implements SearchService {
        private Supplier<SearchResponse> answer = () -> {
            throw new AssertionError("no answer was given");
        };

        @Override
        public SearchResponse search(SearchRequest request) {
            return answer.get();
        }

        @Override
        public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
            return Optional.empty();
        }

        @Override
        public RowPage page(PageQuery query) {
            throw new AssertionError("not asked");
        }

        @Override
        public IndexStatistics statistics(long indexId) {
            return new IndexStatistics(7, List.of());
        }

        @Override
        public Comparison compare(ComparisonRequest request) {
            throw new UnsupportedOperationException("not compared here");
        }

        @Override
        public AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout) {
            return new AwaitResult(Map.of(), List.of("late"));
        }

        @Override
        public boolean ready() {
            return true;
        }
    }

    @Test
    void countsSearchesByHowTheyEnded() {
        answers(4);
        ask(1);
        ask(1);
        answers(3);
        ask(1);
        answering.answer = () -> {
            throw new FreshetException(ErrorCode.DEADLINE_EXCEEDED, "too slow");
        };
        assertThatThrownBy(() -> ask(1)).isInstanceOf(FreshetException.class);
        answering.answer = () -> {
            throw new IllegalStateException("a bug");
        };
        assertThatThrownBy(() -> ask(1)).isInstanceOf(IllegalStateException.class);

        assertThat(searches("ok")).isEqualTo(2);
        assertThat(searches("incomplete")).isEqualTo(1);
        assertThat(searches("deadline_exceeded")).isEqualTo(1);
        assertThat(searches("internal")).isEqualTo(1);
        assertThat(metrics.get("freshet.search.missed.partitions").counter().count())
                .isEqualTo(1);
        assertThat(metrics.get("freshet.index.searches")
                        .tag("index", "index-1")
                        .counter()
                        .count())
                .isEqualTo(5);
    }

    @Test
    void forgetsAnIndexThatIsDropped() {
        answers(4);
        ask(1);
        catalog.drop(1);
        assertThat(metrics.find("freshet.index.searches").counters()).isEmpty();
        ask(1); // One that was on its way.
        assertThat(metrics.find("freshet.index.searches").counters()).isEmpty();
        catalog.add(TestCatalog.index(2, 2, Distance.EUCLIDEAN));
        ask(2);
        assertThat(metrics.get("freshet.index.searches")
                        .tag("index", "index-2")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void handsTheRestOn() throws InterruptedException {
        assertThat(search.statistics(1).partitionCount()).isEqualTo(7);
        assertThat(search.row(1, "row", 0, false)).isEmpty();
        assertThat(search.await(1, List.of(), Duration.ZERO)).isEqualTo(new AwaitResult(Map.of(), List.of("late")));
        assertThat(search.ready()).isTrue();
        assertThat(searches("ok")).isZero();
    }

    private void answers(int answered) {
        answering.answer = () -> new SearchResponse(List.of(), new Coverage(4, answered), Map.of(), 0);
    }

    private void ask(long index) {
        search.search(new SearchRequest(
                index,
                null,
                new float[] {1, 0},
                1,
                null,
                false,
                null,
                false,
                false,
                null,
                Map.of(),
                false,
                Duration.ofSeconds(1)));
    }

    private long searches(String outcome) {
        return metrics.get("freshet.search").tag("outcome", outcome).timer().count();
    }
}
