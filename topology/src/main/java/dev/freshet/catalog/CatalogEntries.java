package dev.freshet.catalog;

import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.ModelEntry;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Catalog values to and from their records. */
final class CatalogEntries {
    /** Ends each change of the catalog topic. */
    static final String VERSION_KEY = "catalog/version";

    private CatalogEntries() {}

    static String key(DatasetEntry entry) {
        return "dataset/" + entry.getId();
    }

    static String key(IndexEntry entry) {
        return "index/" + entry.getId();
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
                entry.getDirect(),
                entry.getCreated(),
                entry.getRevision());
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
                entry.getM(),
                entry.getEfConstruction(),
                entry.getEfSearch(),
                entry.getChunkSize(),
                entry.getOverlap(),
                entry.getCreated());
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
        throw new FreshetException(ErrorCode.BAD_REQUEST, "refresh_policy is '" + text + "'; supported: on_append");
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
