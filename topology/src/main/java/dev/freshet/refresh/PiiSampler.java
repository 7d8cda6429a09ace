package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first rows of each dataset that come by after the task has started, for columns that seem to hold personal data. Nothing is lost with the counts
 * of a task that ends: the next one begins to look anew. Used by the task's stream thread only.
 */
final class PiiSampler {
    private final int rowsMax;
    private final FlagReports reports;
    private final Map<Long, Sampled> samples = new HashMap<>();

    private static final class Sampled {
        private @Nullable PiiSample sample;
        private int nextLook = 1;

        Sampled(int rowsMax) {
            sample = new PiiSample(rowsMax);
        }
    }

    /** @param rowsMax how many rows of a dataset are looked at; 0: none */
    PiiSampler(int rowsMax, FlagReports reports) {
        this.rowsMax = rowsMax;
        this.reports = reports;
    }

    /** Looks at a row as it came. */
    void look(Dataset dataset, Map<String, ? extends @Nullable Object> columns) {
        if (rowsMax == 0 || dataset.direct()) {
            return;
        }
        Sampled sampled = samples.computeIfAbsent(dataset.id(), id -> new Sampled(rowsMax));
        PiiSample sample = sampled.sample;
        if (sample == null) {
            return; // All that are looked at have been.
        }
        sample.add(columns, dataset.privacy().policies());
        if (sample.rows() >= sampled.nextLook || sample.isWhole()) {
            sampled.nextLook = nextLook(sampled.nextLook);
            report(dataset, sample);
        }
        if (sample.isWhole()) {
            sampled.sample = null;
        }
    }

    /** At the first row, for what names say, and at ever fewer after it; also as soon as values may decide, so that small datasets are not left out. */
    private static int nextLook(int last) {
        int next = Math.max(last + 2, last * 3 / 2);
        return last < PiiSample.VALUES_MIN ? Math.min(next, PiiSample.VALUES_MIN) : next;
    }

    /** Forgets datasets that are gone. */
    void reconcile(Catalog catalog) {
        samples.keySet().removeIf(id -> catalog.dataset(id).isEmpty());
    }

    private void report(Dataset dataset, PiiSample sample) {
        List<PiiFinding> unknown = dataset.privacy().unknown(sample.findings());
        if (!unknown.isEmpty()) {
            reports.found(dataset.id(), unknown);
        }
    }
}
