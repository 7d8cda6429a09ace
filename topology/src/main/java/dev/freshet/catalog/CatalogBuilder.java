package dev.freshet.catalog;

import dev.freshet.schemas.avro.ActiveProfileEntry;
import dev.freshet.schemas.avro.AliasEntry;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.DroppedEntry;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.JobEntry;
import dev.freshet.schemas.avro.ProfileEntry;
import dev.freshet.schemas.avro.TopicEntry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Folds the records of the catalog topic into a {@link Catalog}. Not thread-safe. */
final class CatalogBuilder {
    private final Map<String, Dataset> datasets = new HashMap<>();
    private final Map<String, IndexDefinition> indexes = new HashMap<>();
    private final Map<String, KnownTopic> topics = new HashMap<>();
    private final Map<String, Job> jobs = new HashMap<>();
    private final Map<String, Alias> aliases = new HashMap<>();
    private final Map<String, Profile> profiles = new HashMap<>();
    private final Map<String, DroppedDataset> dropped = new HashMap<>();
    private @Nullable ActiveProfile active;
    private long version;
    private long lastId;

    /** Takes one record; a null value removes what stood under the key. Returns whether a change is now complete. */
    boolean apply(String key, @Nullable CatalogRecord value) {
        if (key.equals(CatalogEntries.VERSION_KEY)) {
            if (value != null) {
                version = value.getVersion();
                lastId = value.getLastId();
            }
            return true;
        }
        datasets.remove(key);
        indexes.remove(key);
        topics.remove(key);
        jobs.remove(key);
        aliases.remove(key);
        profiles.remove(key);
        dropped.remove(key);
        if (key.equals(ProfileEntries.ACTIVE_KEY)) {
            active = null;
        }
        Object entry = value == null ? null : value.getEntry();
        if (entry instanceof DatasetEntry dataset) {
            datasets.put(key, CatalogEntries.dataset(dataset));
        } else if (entry instanceof IndexEntry index) {
            indexes.put(key, CatalogEntries.index(index));
        } else if (entry instanceof TopicEntry topic) {
            topics.put(key, CatalogEntries.topic(topic));
        } else if (entry instanceof JobEntry job) {
            jobs.put(key, JobEntries.job(job));
        } else if (entry instanceof AliasEntry alias) {
            aliases.put(key, CatalogEntries.alias(alias));
        } else if (entry instanceof ProfileEntry profile) {
            profiles.put(key, ProfileEntries.profile(profile));
        } else if (entry instanceof ActiveProfileEntry profile) {
            active = ProfileEntries.active(profile);
        } else if (entry instanceof DroppedEntry dataset) {
            dropped.put(key, OriginEntries.dropped(dataset));
        }
        return false;
    }

    Catalog build() {
        return new Catalog(
                version,
                lastId,
                datasets.values(),
                indexes.values(),
                topics.values(),
                jobs.values(),
                aliases.values(),
                new Profiles(profiles.values(), active),
                dropped.values());
    }
}
