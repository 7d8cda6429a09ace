package dev.freshet.catalog;

import dev.freshet.schemas.avro.AliasEntry;
import dev.freshet.schemas.avro.BuildEntry;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.ModelEntry;
import dev.freshet.schemas.avro.ScheduleEntry;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Catalog values to and from their records. */
final class CatalogEntries {
    /** Ends each change of the catalog topic. */
    static final String VERSION_KEY = "catalog/version";

    private CatalogEntries() {}

    static String key(DatasetEntry entry) {
        return datasetKey(entry.getId());
    }

    static String datasetKey(long id) {
        return "dataset/" + id;
    }

    static String key(IndexEntry entry) {
        return indexKey(entry.getId());
    }

    static String indexKey(long id) {
        return "index/" + id;
    }

    static String key(TopicEntry entry) {
        return "topic/" + entry.getName();
    }

    static Dataset dataset(DatasetEntry entry) {
        return new Dataset(
                entry.getId(),
                entry.getName(),
                entry.getIdColumns(),
                entry.getTextColumns(),
                entry.getMetadataColumns(),
                policy(entry.getRefreshPolicy()),
                schedule(entry.getSchedule()),
                entry.getServed(),
                entry.getDirect(),
                entry.getCreated(),
                entry.getRevision(),
                OriginEntries.origin(entry.getOrigin()),
                PrivacyEntries.privacy(entry));
    }

    static DatasetEntry entry(Dataset dataset) {
        return DatasetEntry.newBuilder()
                .setId(dataset.id())
                .setName(dataset.name())
                .setIdColumns(dataset.idColumns())
                .setTextColumns(dataset.textColumns())
                .setMetadataColumns(dataset.metadataColumns())
                .setRefreshPolicy(dataset.refreshPolicy().text())
                .setSchedule(scheduleEntry(dataset.schedule()))
                .setServed(dataset.served())
                .setDirect(dataset.direct())
                .setCreated(dataset.created())
                .setRevision(dataset.revision())
                .setOrigin(OriginEntries.entry(dataset.origin()))
                .setColumnPolicies(PrivacyEntries.names(dataset.privacy().policies()))
                .setFlags(PrivacyEntries.flags(dataset.privacy().flags()))
                .build();
    }

    static IndexDefinition index(IndexEntry entry) {
        return new IndexDefinition(
                entry.getId(),
                entry.getName(),
                entry.getDatasetId(),
                model(entry.getModel()),
                entry.getDimensions(),
                entry.getDistance(),
                entry.getEngine(),
                entry.getQuantization(),
                entry.getVectorsOnDisk(),
                entry.getM(),
                entry.getEfConstruction(),
                entry.getEfSearch(),
                entry.getChunkSize(),
                entry.getOverlap(),
                entry.getCreated(),
                build(entry.getBuilt()));
    }

    static IndexEntry entry(IndexDefinition index) {
        return IndexEntry.newBuilder()
                .setId(index.id())
                .setName(index.name())
                .setDatasetId(index.datasetId())
                .setDirect(index.direct())
                .setModel(modelEntry(index.model()))
                .setDimensions(index.dimensions())
                .setDistance(index.distance())
                .setEngine(index.engine())
                .setQuantization(index.quantization())
                .setVectorsOnDisk(index.vectorsOnDisk())
                .setM(index.m())
                .setEfConstruction(index.efConstruction())
                .setEfSearch(index.efSearch())
                .setChunkSize(index.chunkSize())
                .setOverlap(index.overlap())
                .setCreated(index.created())
                .setBuilt(buildEntry(index.built()))
                .build();
    }

    static String key(AliasEntry entry) {
        return aliasKey(entry.getName());
    }

    static String aliasKey(String name) {
        return "alias/" + name;
    }

    static Alias alias(AliasEntry entry) {
        return new Alias(
                entry.getName(), entry.getIndexId(), entry.getPreviousId(), entry.getCreated(), entry.getUpdated());
    }

    static KnownTopic topic(TopicEntry entry) {
        return new KnownTopic(entry.getName(), entry.getTopicId(), entry.getEpoch(), entry.getPartitions());
    }

    static @Nullable ModelEntry modelEntry(@Nullable ModelReference model) {
        return model == null
                ? null
                : new ModelEntry(
                        model.name(), model.version(), model.dimensions(), model.maxTokens(), model.fingerprint());
    }

    /** The policy of this name, or {@code BAD_REQUEST} with the names there are. */
    static RefreshPolicy policy(String text) {
        for (RefreshPolicy policy : RefreshPolicy.values()) {
            if (policy.text().equals(text.toLowerCase(Locale.ROOT))) {
                return policy;
            }
        }
        throw new FreshetException(
                ErrorCode.BAD_REQUEST,
                "refresh_policy is '" + text + "', must be one of "
                        + Arrays.stream(RefreshPolicy.values())
                                .map(RefreshPolicy::text)
                                .collect(Collectors.joining(", ")));
    }

    static @Nullable ScheduleEntry scheduleEntry(@Nullable RefreshSchedule schedule) {
        return schedule == null ? null : new ScheduleEntry(schedule.cron(), schedule.zone());
    }

    static @Nullable RefreshSchedule schedule(@Nullable ScheduleEntry entry) {
        return entry == null ? null : new RefreshSchedule(entry.getCron(), entry.getTimeZone());
    }

    private static @Nullable BuildEntry buildEntry(@Nullable IndexBuild build) {
        return build == null
                ? null
                : new BuildEntry(
                        build.job(), build.started(), build.finished(), build.rows(), build.skipped(), build.failed());
    }

    private static @Nullable IndexBuild build(@Nullable BuildEntry entry) {
        return entry == null
                ? null
                : new IndexBuild(
                        entry.getJob(),
                        entry.getStarted(),
                        entry.getFinished(),
                        entry.getRows(),
                        entry.getSkipped(),
                        entry.getFailed());
    }

    private static @Nullable ModelReference model(@Nullable ModelEntry entry) {
        return entry == null
                ? null
                : new ModelReference(
                        entry.getName(),
                        entry.getVersion(),
                        entry.getDimensions(),
                        entry.getMaxTokens(),
                        entry.getFingerprint());
    }
}
