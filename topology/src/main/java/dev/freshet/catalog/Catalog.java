package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All datasets, indexes, aliases, profiles, jobs and known topics at one moment. Immutable: share it between threads at will. */
public final class Catalog {
    private static final Catalog EMPTY = new Catalog(0, 0, List.of(), List.of(), List.of(), List.of(), List.of());

    private final long version;
    private final long lastId;
    private final Map<Long, Dataset> datasetsById = new LinkedHashMap<>();
    private final Map<String, Dataset> datasetsByName = new LinkedHashMap<>();
    private final Map<Long, IndexDefinition> indexesById = new LinkedHashMap<>();
    private final Map<String, IndexDefinition> indexesByName = new LinkedHashMap<>();
    private final Map<Long, List<IndexDefinition>> indexesByDataset = new LinkedHashMap<>();
    private final Map<String, KnownTopic> topics = new LinkedHashMap<>();
    private final Map<Long, Job> jobs = new LinkedHashMap<>();
    private final Map<String, Alias> aliases = new LinkedHashMap<>();
    private final Profiles profiles;
    private final Map<String, DroppedDataset> dropped = new LinkedHashMap<>();

    public Catalog(
            long version,
            long lastId,
            Collection<Dataset> datasets,
            Collection<IndexDefinition> indexes,
            Collection<KnownTopic> topics,
            Collection<Job> jobs,
            Collection<Alias> aliases,
            Profiles profiles,
            Collection<DroppedDataset> dropped) {
        this.version = version;
        this.lastId = lastId;
        this.profiles = requireNonNull(profiles, "profiles is null");
        datasets.stream().sorted(Comparator.comparing(Dataset::name)).forEach(dataset -> {
            datasetsById.put(dataset.id(), dataset);
            datasetsByName.put(dataset.name(), dataset);
        });
        indexes.stream().sorted(Comparator.comparing(IndexDefinition::name)).forEach(index -> {
            indexesById.put(index.id(), index);
            indexesByName.put(index.name(), index);
        });
        for (Dataset dataset : datasetsById.values()) {
            indexesByDataset.put(
                    dataset.id(),
                    indexesById.values().stream()
                            .filter(index -> index.datasetId() == dataset.id())
                            .toList());
        }
        topics.forEach(topic -> this.topics.put(topic.name(), topic));
        jobs.stream().sorted(Comparator.comparingLong(Job::id)).forEach(job -> this.jobs.put(job.id(), job));
        aliases.stream()
                .sorted(Comparator.comparing(Alias::name))
                .forEach(alias -> this.aliases.put(alias.name(), alias));
        dropped.forEach(dataset -> this.dropped.put(dataset.name(), dataset));
    }

    /** A catalog in which nothing was dropped. */
    public Catalog(
            long version,
            long lastId,
            Collection<Dataset> datasets,
            Collection<IndexDefinition> indexes,
            Collection<KnownTopic> topics,
            Collection<Job> jobs,
            Collection<Alias> aliases,
            Profiles profiles) {
        this(version, lastId, datasets, indexes, topics, jobs, aliases, profiles, List.of());
    }

    /** A catalog without profiles. */
    public Catalog(
            long version,
            long lastId,
            Collection<Dataset> datasets,
            Collection<IndexDefinition> indexes,
            Collection<KnownTopic> topics,
            Collection<Job> jobs,
            Collection<Alias> aliases) {
        this(version, lastId, datasets, indexes, topics, jobs, aliases, Profiles.NONE);
    }

    /** A catalog without jobs, aliases and profiles. */
    public Catalog(
            long version,
            long lastId,
            Collection<Dataset> datasets,
            Collection<IndexDefinition> indexes,
            Collection<KnownTopic> topics) {
        this(version, lastId, datasets, indexes, topics, List.of(), List.of());
    }

    public static Catalog empty() {
        return EMPTY;
    }

    /** How many changes made this catalog; 0 for the empty one. */
    public long version() {
        return version;
    }

    /** The largest id given so far. An unknown id at or below it belonged to something that was dropped; one above it is not read yet. */
    public long lastId() {
        return lastId;
    }

    /** All datasets by name, the implicit ones of direct indexes among them. */
    public List<Dataset> datasets() {
        return List.copyOf(datasetsByName.values());
    }

    /** All indexes by name. */
    public List<IndexDefinition> indexes() {
        return List.copyOf(indexesByName.values());
    }

    public Optional<Dataset> dataset(String name) {
        return Optional.ofNullable(datasetsByName.get(requireNonNull(name, "name is null")));
    }

    public Optional<Dataset> dataset(long id) {
        return Optional.ofNullable(datasetsById.get(id));
    }

    public Optional<IndexDefinition> index(String name) {
        return Optional.ofNullable(indexesByName.get(requireNonNull(name, "name is null")));
    }

    public Optional<IndexDefinition> index(long id) {
        return Optional.ofNullable(indexesById.get(id));
    }

    /** The indexes over a dataset, by name; empty if there is no such dataset. */
    public List<IndexDefinition> indexesOf(long datasetId) {
        return indexesByDataset.getOrDefault(datasetId, List.of());
    }

    public List<KnownTopic> topics() {
        return List.copyOf(topics.values());
    }

    /** All jobs that are remembered, the oldest first. */
    public List<Job> jobs() {
        return List.copyOf(jobs.values());
    }

    public Optional<Job> job(long id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The running jobs that read or change the rows of a dataset, the oldest first. */
    public List<Job> runningJobs(long datasetId) {
        return jobs.values().stream()
                .filter(job -> job.running() && job.work().touches(datasetId))
                .toList();
    }

    /** All aliases by name. */
    public List<Alias> aliases() {
        return List.copyOf(aliases.values());
    }

    public Optional<Alias> alias(String name) {
        return Optional.ofNullable(aliases.get(requireNonNull(name, "name is null")));
    }

    /** The aliases that point at an index, by name. */
    public List<Alias> aliasesOf(long indexId) {
        return aliases.values().stream()
                .filter(alias -> alias.indexId() == indexId)
                .toList();
    }

    /** The index of this name, or the one that the alias of this name points at. */
    public Optional<IndexDefinition> indexOrAlias(String name) {
        return index(name).or(() -> alias(name).flatMap(alias -> index(alias.indexId())));
    }

    /** The reader profiles. */
    public Profiles profiles() {
        return profiles;
    }

    /** The datasets of tables that were dropped, also where there is one of the same name again. */
    public List<DroppedDataset> dropped() {
        return List.copyOf(dropped.values());
    }

    /** The dataset of this name that was dropped last, if rows of a table might bring it back; there may be one of this name again. */
    public Optional<DroppedDataset> dropped(String name) {
        return Optional.ofNullable(dropped.get(requireNonNull(name, "name is null")));
    }

    public Optional<KnownTopic> topic(String name) {
        return Optional.ofNullable(topics.get(requireNonNull(name, "name is null")));
    }
}
