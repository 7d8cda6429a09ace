package dev.freshet.ops.cli;

import dev.freshet.catalog.ActiveProfile;
import dev.freshet.catalog.Alias;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.DatasetPrivacy;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobProgress;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.catalog.ModelReference;
import dev.freshet.catalog.Profile;
import dev.freshet.catalog.ProfileBinding;
import dev.freshet.catalog.Profiles;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A catalog in memory that does as it is told and refuses nothing: what may be refused is tested where the rules are. A job has half of its {@value #ROWS} rows
 * done when it is first looked at, and is done from the second look on. Thread-safe.
 */
final class SimpleCatalog implements CatalogService {
    static final int ROWS = 40;
    private static final ModelReference MODEL = new ModelReference("words", "1", 1, 100, "f");

    private final Map<String, Dataset> datasets = new TreeMap<>();
    private final Map<String, IndexDefinition> indexes = new TreeMap<>();
    private final Map<String, Alias> aliases = new TreeMap<>();
    private final Map<String, Profile> profiles = new TreeMap<>();
    private @Nullable ActiveProfile active;
    private final Map<Long, Job> jobs = new TreeMap<>();
    private final Map<Long, Integer> looks = new HashMap<>();
    private long lastId;

    @Override
    public synchronized Catalog current() {
        return new Catalog(
                lastId,
                lastId,
                datasets.values(),
                indexes.values(),
                List.of(),
                jobs.values(),
                aliases.values(),
                new Profiles(profiles.values(), active));
    }

    @Override
    public Catalog catchUp(Duration timeout) {
        return current();
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {
        throw new IllegalStateException("no command listens");
    }

    @Override
    public synchronized PutResult putDataset(DatasetSpec spec) {
        Dataset old = datasets.get(spec.name());
        Dataset dataset = new Dataset(
                old == null ? ++lastId : old.id(),
                spec.name(),
                spec.idColumns(),
                spec.textColumns(),
                spec.metadataColumns(),
                spec.refreshPolicy(),
                spec.schedule(),
                null,
                false,
                Instant.EPOCH,
                0,
                old == null ? null : old.origin(),
                privacy(old, spec.columnPolicies()));
        datasets.put(spec.name(), dataset);
        if (old == null && spec.withIndex()) {
            putIndex(spec.name() + "_v1", dataset.id(), MODEL, 1, "none", false);
        }
        Job job = old == null || old.textColumns().equals(spec.textColumns())
                ? null
                : start(new Fill(dataset.id(), dataset.name(), names(current().indexesOf(dataset.id())), false));
        return new PutResult(dataset, old == null, true, job);
    }

    private static DatasetPrivacy privacy(@Nullable Dataset old, @Nullable ColumnPolicies policies) {
        DatasetPrivacy before = old == null ? DatasetPrivacy.NONE : old.privacy();
        return policies == null ? before : new DatasetPrivacy(policies, before.flags());
    }

    @Override
    public synchronized void flagColumns(long datasetId, List<PiiFinding> findings) {
        datasets.replaceAll((name, dataset) -> dataset.id() != datasetId
                ? dataset
                : new Dataset(
                        dataset.id(),
                        name,
                        dataset.idColumns(),
                        dataset.textColumns(),
                        dataset.metadataColumns(),
                        dataset.refreshPolicy(),
                        dataset.schedule(),
                        dataset.served(),
                        dataset.direct(),
                        dataset.created(),
                        dataset.revision(),
                        dataset.origin(),
                        new DatasetPrivacy(dataset.privacy().policies(), findings)));
    }

    @Override
    public synchronized RegisterResult registerTable(TableSpec spec) {
        boolean created = !datasets.containsKey(spec.dataset());
        datasets.put(
                spec.dataset(),
                new Dataset(
                        created
                                ? ++lastId
                                : current()
                                        .dataset(spec.dataset())
                                        .orElseThrow()
                                        .id(),
                        spec.dataset(),
                        spec.idColumns(),
                        spec.textColumns(),
                        null,
                        RefreshPolicy.ON_APPEND,
                        null,
                        null,
                        false,
                        Instant.EPOCH,
                        0,
                        spec.origin(),
                        DatasetPrivacy.NONE));
        return new RegisterResult(created, true);
    }

    @Override
    public synchronized StartResult dropDataset(String name) {
        Dataset dataset = datasets.remove(name);
        List<IndexDefinition> dropped = current().indexesOf(dataset.id());
        indexes.values().removeIf(index -> index.datasetId() == dataset.id());
        return new StartResult(start(new Drop(dataset.id(), name, names(dropped), true)), true);
    }

    @Override
    public synchronized CreateResult createIndex(IndexSpec spec) {
        String source = spec.dataset();
        Integer dimension = spec.dimension();
        if (source == null) {
            long datasetId = ++lastId;
            return new CreateResult(putIndex(spec, datasetId, null, dimension == null ? 1 : dimension), null);
        }
        Dataset dataset = current().dataset(source).orElseThrow();
        IndexDefinition index = putIndex(spec, dataset.id(), MODEL, 1);
        return new CreateResult(index, start(new Fill(dataset.id(), source, names(List.of(index)), false)));
    }

    @Override
    public synchronized StartResult dropIndex(String name) {
        IndexDefinition index = indexes.remove(name);
        return new StartResult(start(new Drop(index.datasetId(), "", names(List.of(index)), false)), true);
    }

    @Override
    public synchronized AliasResult putAlias(String name, String index) {
        Alias old = aliases.get(name);
        Alias alias =
                new Alias(name, index(index).id(), old == null ? null : old.indexId(), Instant.EPOCH, Instant.EPOCH);
        aliases.put(name, alias);
        return new AliasResult(alias, old == null);
    }

    @Override
    public synchronized void dropAlias(String alias) {
        aliases.remove(alias);
    }

    @Override
    public Profile createProfile(ProfileSpec spec) {
        return putProfile(spec).profile();
    }

    @Override
    public synchronized ProfileResult putProfile(ProfileSpec spec) {
        List<ProfileBinding> bindings =
                spec.bindings().stream().map(this::binding).toList();
        Profile profile = new Profile(
                spec.id(), spec.description(), bindings, spec.search(), spec.by(), Instant.EPOCH, Instant.EPOCH);
        return new ProfileResult(profile, profiles.put(spec.id(), profile) == null);
    }

    private ProfileBinding binding(ProfileSpec.WantedBinding wanted) {
        String target = wanted.index();
        long dataset = current().dataset(wanted.dataset()).orElseThrow().id();
        return target != null && aliases.containsKey(target)
                ? new ProfileBinding(dataset, null, target)
                : new ProfileBinding(
                        dataset,
                        target == null
                                ? current().indexesOf(dataset).get(0).id()
                                : index(target).id(),
                        null);
    }

    @Override
    public synchronized void dropProfile(String id) {
        profiles.remove(id);
    }

    @Override
    public synchronized ActiveProfile activateProfile(String id, String by) {
        ActiveProfile now = new ActiveProfile(id, by, Instant.EPOCH);
        active = now;
        return now;
    }

    @Override
    public synchronized void deactivateProfile(String id) {
        active = null;
    }

    @Override
    public synchronized StartResult startRefresh(String dataset) {
        return new StartResult(
                start(new Refresh(current().dataset(dataset).orElseThrow().id(), dataset, false)), true);
    }

    @Override
    public synchronized StartResult startRebuild(String index) {
        IndexDefinition definition = index(index);
        return new StartResult(start(new Fill(definition.datasetId(), "", names(List.of(definition)), true)), true);
    }

    @Override
    public synchronized StartResult startMerge(String source, String destination, boolean clearSource) {
        Merge merge = new Merge(
                index(source).datasetId(),
                source,
                index(destination).datasetId(),
                destination,
                clearSource,
                List.of(0L));
        return new StartResult(start(merge), true);
    }

    @Override
    public synchronized Job cancelJob(long id) {
        end(id, JobState.CANCELLED, null, ROWS / 2);
        return current().job(id).orElseThrow();
    }

    synchronized void failJob(long id, String error) {
        end(id, JobState.FAILED, error, ROWS / 2);
    }

    @Override
    public synchronized List<JobProgress> progress(Job shown) {
        if (!shown.running()) {
            return shown.progress();
        }
        if (looks.merge(shown.id(), 1, Integer::sum) == 2) {
            end(shown.id(), JobState.DONE, null, ROWS);
        }
        return List.of(report(shown.id(), ROWS / 2));
    }

    @Override
    public JobPace pace(Job shown) {
        return shown.running() ? new JobPace(2.5, Duration.ofSeconds(8)) : new JobPace(null, null);
    }

    private IndexDefinition putIndex(IndexSpec spec, long datasetId, @Nullable ModelReference model, int dimensions) {
        return putIndex(
                spec.name(),
                datasetId,
                model,
                dimensions,
                spec.quantization() == null ? "none" : spec.quantization(),
                Boolean.TRUE.equals(spec.vectorsOnDisk()));
    }

    private IndexDefinition putIndex(
            String name,
            long datasetId,
            @Nullable ModelReference model,
            int dimensions,
            String quantization,
            boolean vectorsOnDisk) {
        IndexDefinition index = new IndexDefinition(
                ++lastId,
                name,
                datasetId,
                model,
                dimensions,
                Distance.COSINE,
                "none",
                quantization,
                vectorsOnDisk,
                16,
                100,
                100,
                1000,
                0,
                Instant.EPOCH,
                null);
        indexes.put(name, index);
        return index;
    }

    private IndexDefinition index(String name) {
        return current().index(name).orElseThrow();
    }

    private Job start(JobWork work) {
        Job job = new Job(++lastId, JobState.RUNNING, 0, 1, work, Instant.EPOCH, null, null, List.of());
        jobs.put(job.id(), job);
        return job;
    }

    private void end(long id, JobState how, @Nullable String error, long done) {
        Job job = current().job(id).orElseThrow();
        jobs.put(
                id, new Job(id, how, 0, 1, job.work(), job.created(), Instant.EPOCH, error, List.of(report(id, done))));
    }

    private static JobProgress report(long job, long done) {
        return new JobProgress(job, 0, done, done == ROWS ? 1 : 0, (long) ROWS, done, 0, 0, 0, Instant.EPOCH);
    }

    private static List<IndexName> names(List<IndexDefinition> indexes) {
        return indexes.stream()
                .map(index -> new IndexName(index.id(), index.name()))
                .toList();
    }
}
