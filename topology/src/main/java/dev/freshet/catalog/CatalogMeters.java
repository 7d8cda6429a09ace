package dev.freshet.catalog;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Shows how much there is in the catalog as this process knows it: every process tells the same. */
public final class CatalogMeters {
    private CatalogMeters() {}

    /** The meters read the catalog whenever they are looked at. */
    public static void register(CatalogView catalog, MeterRegistry registry) {
        Gauge.builder("freshet.catalog.version", catalog, view -> view.current().version())
                .description("How many changes made the catalog, as this process has read it")
                .register(registry);
        Gauge.builder(
                        "freshet.catalog.datasets",
                        catalog,
                        view -> view.current().datasets().stream()
                                .filter(dataset -> !dataset.direct())
                                .count())
                .description("Datasets in the catalog, without the implicit ones of direct indexes")
                .register(registry);
        Gauge.builder(
                        "freshet.catalog.indexes",
                        catalog,
                        view -> view.current().indexes().size())
                .description("Indexes in the catalog")
                .register(registry);
        for (String kind : JobWork.KINDS) {
            Gauge.builder(
                            "freshet.jobs.running",
                            catalog,
                            view -> running(view.current().jobs(), kind))
                    .description("Jobs under way")
                    .tag("kind", kind)
                    .register(registry);
        }
    }

    private static long running(List<Job> jobs, String kind) {
        return jobs.stream()
                .filter(job -> job.running() && job.work().kind().equals(kind))
                .count();
    }
}
