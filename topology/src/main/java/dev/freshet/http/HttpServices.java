package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogService;
import dev.freshet.cluster.NodeApi;
import dev.freshet.refresh.DeadLetterService;
import dev.freshet.refresh.LineageView;
import dev.freshet.refresh.RowWriter;
import dev.freshet.refresh.StaleView;
import dev.freshet.search.SearchService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the routes call.
 *
 * @param ready whether everything that this process runs can serve; {@link SearchService#ready} is asked as well
 * @param rowPartitions partitions of the rows topic
 * @param missing what is waited for while this process is not ready; cheap
 * @param nodes answers the other processes of the cluster; null: there are none
 */
public record HttpServices(
        CatalogService catalog,
        SearchService search,
        RowWriter rows,
        StaleView stale,
        LineageView lineage,
        DeadLetterService deadLetters,
        PrometheusMeterRegistry metrics,
        BooleanSupplier ready,
        IntSupplier rowPartitions,
        Supplier<Readiness> missing,
        @Nullable NodeApi nodes) {
    public HttpServices {
        requireNonNull(catalog, "catalog is null");
        requireNonNull(search, "search is null");
        requireNonNull(rows, "rows is null");
        requireNonNull(stale, "stale is null");
        requireNonNull(lineage, "lineage is null");
        requireNonNull(deadLetters, "deadLetters is null");
        requireNonNull(metrics, "metrics is null");
        requireNonNull(ready, "ready is null");
        requireNonNull(rowPartitions, "rowPartitions is null");
        requireNonNull(missing, "missing is null");
    }
}
