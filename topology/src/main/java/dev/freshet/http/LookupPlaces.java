package dev.freshet.http;

import dev.freshet.refresh.StaleView;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.ForwardingSearch;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.PageQuery;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchService;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the looks at rows, indexes, staleness and lineage that run at once: they may wait for other processes, and if such looks held all threads of all processes, nobody would answer them. What comes
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
                datasetId -> look(() -> services.lineage().of(datasetId)),
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
                    most
                            + " looks at rows, indexes, staleness or lineage run, as many as may at once: try again in a moment");
        }
        try {
            return look.get();
        } finally {
            places.release();
        }
    }

    private final class BoundedSearch extends ForwardingSearch {
        BoundedSearch(SearchService search) {
            super(search);
        }

        @Override
        public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
            return look(() -> super.row(indexId, rowKey, partition, includeVectors));
        }

        @Override
        public RowPage page(PageQuery query) {
            return look(() -> super.page(query));
        }

        @Override
        public IndexStatistics statistics(long indexId) {
            return look(() -> super.statistics(indexId));
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
