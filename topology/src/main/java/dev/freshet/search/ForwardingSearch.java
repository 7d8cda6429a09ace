package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/** Hands every call on to another service, for those who add something to some of them. As thread-safe as the other. */
public abstract class ForwardingSearch implements SearchService {
    private final SearchService search;

    protected ForwardingSearch(SearchService search) {
        this.search = requireNonNull(search, "search is null");
    }

    @Override
    public SearchResponse search(SearchRequest request) {
        return search.search(request);
    }

    @Override
    public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        return search.row(indexId, rowKey, partition, includeVectors);
    }

    @Override
    public RowPage page(PageQuery query) {
        return search.page(query);
    }

    @Override
    public IndexStatistics statistics(long indexId) {
        return search.statistics(indexId);
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
