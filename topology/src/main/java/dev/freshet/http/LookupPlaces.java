package dev.freshet.http;

import dev.freshet.refresh.StaleView;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.Comparison;
import dev.freshet.search.ComparisonRequest;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.PageQuery;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchRequest;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the looks at rows, indexes and staleness that run at once: they may wait for other processes, and if such looks held all threads of all processes, nobody would answer them. What comes
 * beyond is refused at once with {@code TOO_MANY_REQUESTS}. Thread-safe.
 */
final class LookupPlaces {
    private final int most;
    private final Semaphore places;

    LookupPlaces(int most) {
        this.most = most;
        this.places = new Semaphore(most);
    }

    /** The services, with their looks bounded. Searches and what waits for rows have bounds of their own. */
    HttpServices over(HttpServices services) {
        return new HttpServices(
                services.catalog(),
                new BoundedSearch(services.search()),
                services.rows(),
                new BoundedStaleness(services.stale()),
                services.deadLetters(),
                services.metrics(),
                services.ready(),
                services.rowPartitions(),
                services.missing(),
                services.nodes());
    }

    <T> T look(Supplier<T> look) {
        if (!places.tryAcquire()) {
            throw new FreshetException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    most + " looks at rows, indexes or staleness run, as many as may at once: try again in a moment");
        }
        try {
            return look.get();
        } finally {
            places.release();
        }
    }

    private final class BoundedSearch implements SearchService {
        private final SearchService search;

        BoundedSearch(SearchService search) {
            this.search = search;
        }

        @Override
        public SearchResponse search(SearchRequest request) {
            return search.search(request);
        }

        @Override
        public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
            return look(() -> search.row(indexId, rowKey, partition, includeVectors));
        }

        @Override
        public RowPage page(PageQuery query) {
            return look(() -> search.page(query));
        }

        @Override
        public IndexStatistics statistics(long indexId) {
            return look(() -> search.statistics(indexId));
        }

        @Override
        public Comparison compare(ComparisonRequest request) {
            return search.compare(request);
        }

        @Override
        public AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout)
                throws InterruptedException {
            return search.await(indexId, positions, timeout);
        }

        @Override
        public boolean ready() {
            return search.ready();
        }
    }

    private final class BoundedStaleness implements StaleView {
        private final StaleView stale;

        BoundedStaleness(StaleView stale) {
            this.stale = stale;
        }

        @Override
        public StaleView now() {
            return look(stale::now);
        }

        @Override
        public List<IndexFreshness> freshness() {
            return look(stale::freshness);
        }

        @Override
        public Set<Integer> partitions() {
            return look(stale::partitions);
        }
    }
}
