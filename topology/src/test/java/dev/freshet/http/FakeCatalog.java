package dev.freshet.http;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobProgress;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.ModelReference;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A catalog in memory. What {@link #hide} was given becomes visible only by catching up, like what another process has created. */
final class FakeCatalog implements CatalogService {
    static final ModelReference MODEL = new ModelReference("tiny", "1", 3, 256, "f00d");

    private final List<Dataset> datasets = new ArrayList<>();
    private final List<IndexDefinition> indexes = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<JobProgress> reports = new ArrayList<>();
    private long nextId = 1;
    private Catalog visible = Catalog.empty();
    private boolean hiding;
    private @Nullable FreshetException failure;

    /** From now on changes are not seen until {@link #catchUp}. */
    synchronized void hide() {
        hiding = true;
    }

    synchronized void failWith(FreshetException e) {
        failure = e;
    }

    @Override
    public synchronized Catalog current() {
        return visible;
    }

    @Override
    public synchronized Catalog catchUp(Duration timeout) {
        hiding = false;
        publish();
        return visible;
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {}

    @Override
    public synchronized PutResult putDataset(DatasetSpec spec) {
        if (failure != null) {
            throw failure;
        }
        Dataset old = datasets.stream()
                .filter(dataset -> dataset.name().equals(spec.name()))
                .findFirst()
                .orElse(null);
        if (old != null && !old.idColumns().equals(spec.idColumns())) {
            throw new FreshetException(ErrorCode.ID_COLUMNS_CHANGED, "id_columns of '" + spec.name() + "' are fixed");
        }
        Dataset dataset = new Dataset(
                old == null ? nextId++ : old.id(),
                spec.name(),
                spec.idColumns(),
                spec.textColumns(),
                spec.metadataColumns(),
                spec.refreshPolicy(),
                spec.schedule(),
                null,
                false,
                Instant.EPOCH,
                old == null ? 0 : old.revision() + 1);
        datasets.remove(old);
        datasets.add(dataset);
        if (old == null && spec.withIndex()) {
            indexes.add(index(spec.name() + "_v1", dataset.id(), MODEL, 3, Distance.COSINE));
        }
        publish();
        return new PutResult(dataset, old == null, true, null);
    }

    @Override
    public synchronized StartResult dropDataset(String name) {
        Dataset dataset = visible.dataset(name).orElseThrow();
        datasets.remove(dataset);
        indexes.removeIf(index -> index.datasetId() == dataset.id());
        publish();
        return dropped(new Drop(dataset.id(), name, List.of(), true));
    }

    @Override
    public synchronized CreateResult createIndex(IndexSpec spec) {
        if (indexes.stream().anyMatch(index -> index.name().equals(spec.name()))) {
            throw new FreshetException(ErrorCode.INDEX_EXISTS, "the index '" + spec.name() + "' exists");
        }
        Distance distance = spec.distance() == null ? Distance.COSINE : spec.distance();
        IndexDefinition index;
        if (spec.dimension() != null) {
            long datasetId = nextId++;
            datasets.add(new Dataset(
                    datasetId,
                    spec.name(),
                    List.of("id"),
                    List.of(),
                    null,
                    RefreshPolicy.ON_APPEND,
                    null,
                    null,
                    true,
                    Instant.EPOCH,
                    0));
            index = index(spec.name(), datasetId, null, spec.dimension(), distance);
        } else {
            long datasetId = datasets.stream()
                    .filter(dataset -> dataset.name().equals(spec.dataset()))
                    .findFirst()
                    .orElseThrow()
                    .id();
            index = index(spec.name(), datasetId, MODEL, 3, distance);
        }
        indexes.add(index);
        publish();
        return new CreateResult(index, null);
    }

    @Override
    public synchronized StartResult dropIndex(String name) {
        indexes.removeIf(index -> index.name().equals(name));
        publish();
        return dropped(new Drop(0, name, List.of(), false));
    }

    private StartResult dropped(Drop drop) {
        return new StartResult(
                new Job(
                        nextId++,
                        JobState.RUNNING,
                        0,
                        FakeRowWriter.PARTITIONS,
                        drop,
                        Instant.EPOCH,
                        null,
                        null,
                        List.of()),
                true);
    }

    @Override
    public AliasResult putAlias(String alias, String index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dropAlias(String alias) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StartResult startRefresh(String dataset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StartResult startRebuild(String index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Job cancelJob(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public JobPace pace(Job job) {
        return new JobPace(null, null);
    }

    /** Starts a job over the partitions of {@link FakeRowWriter}, or refuses with what {@link #failWith} was given. */
    @Override
    public synchronized StartResult startMerge(String source, String destination, boolean clearSource) {
        if (failure != null) {
            throw failure;
        }
        Merge merge = new Merge(
                visible.index(source).orElseThrow().datasetId(),
                source,
                visible.index(destination).orElseThrow().datasetId(),
                destination,
                clearSource,
                Collections.nCopies(FakeRowWriter.PARTITIONS, 0L));
        for (Job job : jobs) {
            if (job.work().equals(merge)) {
                return new StartResult(job, false);
            }
        }
        Job job = new Job(
                nextId++, JobState.RUNNING, 0, FakeRowWriter.PARTITIONS, merge, Instant.EPOCH, null, null, List.of());
        jobs.add(job);
        publish();
        return new StartResult(job, true);
    }

    synchronized void report(JobProgress report) {
        reports.add(report);
    }

    /** Ends the one job there is, with what was reported of it. */
    synchronized void end(JobState state, @Nullable String error) {
        Job job = jobs.remove(0);
        jobs.add(new Job(
                job.id(),
                state,
                job.step(),
                job.partitions(),
                job.work(),
                job.created(),
                Instant.ofEpochSecond(60),
                error,
                reports));
        reports.clear();
        publish();
    }

    @Override
    public synchronized List<JobProgress> progress(Job job) {
        return job.running() ? List.copyOf(reports) : job.progress();
    }

    private IndexDefinition index(
            String name, long datasetId, @Nullable ModelReference model, int dimensions, Distance distance) {
        return new IndexDefinition(
                nextId++,
                name,
                datasetId,
                model,
                dimensions,
                distance,
                "hnswlib",
                16,
                200,
                64,
                1000,
                100,
                Instant.EPOCH,
                null);
    }

    private void publish() {
        if (!hiding) {
            visible = new Catalog(visible.version() + 1, Long.MAX_VALUE, datasets, indexes, List.of(), jobs, List.of());
        }
    }
}
