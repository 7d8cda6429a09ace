package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.RefreshSchedule;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.PiiFinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dataset as answers show it.
 *
 * @param metadataColumns null means every column that is not a text column
 * @param schedule five fields of a crontab; null, as the next two, unless it has one, with {@link dev.freshet.catalog.RefreshPolicy#SCHEDULED}
 * @param timeZone in which the schedule is read
 * @param nextRefresh when the schedule refreshes it next
 * @param direct whether it belongs to an index whose vectors callers bring
 * @param job brings changed columns to the stored rows; null unless this request started it
 * @param columnPolicies what is done to columns before anything is kept of them, by column
 * @param flags columns that seem to hold personal data
 * @param withheld text columns that are not embedded, because they are flagged and have no policy
 * @param staleness of its indexes together; null for a direct dataset, which is never stale, and if nobody tells of some partitions, and nothing waits in the others
 * @param origin the table that its rows come from; null if none was seen
 */
record DatasetInfo(
        long id,
        String name,
        List<String> idColumns,
        List<String> textColumns,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable List<String> metadataColumns,
        String refreshPolicy,
        @Nullable String schedule,
        @Nullable String timeZone,
        @Nullable String nextRefresh,
        boolean direct,
        String created,
        long revision,
        Map<String, String> columnPolicies,
        List<Flag> flags,
        List<String> withheld,
        @Nullable Long job,
        @Nullable Staleness staleness,
        List<IndexSummary> indexes,
        @Nullable OriginInfo origin) {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetInfo.class);

    /**
     * All that is known of a dataset.
     *
     * @param job see {@link #job}
     * @param freshness of all indexes
     */
    static DatasetInfo of(Dataset dataset, Catalog catalog, @Nullable Job job, KnownFreshness freshness, Instant now) {
        RefreshSchedule schedule = dataset.schedule();
        return new DatasetInfo(
                dataset.id(),
                dataset.name(),
                dataset.idColumns(),
                dataset.textColumns(),
                dataset.metadataColumns(),
                dataset.refreshPolicy().text(),
                schedule == null ? null : schedule.cron(),
                schedule == null ? null : schedule.zone(),
                nextRefresh(dataset, now),
                dataset.direct(),
                dataset.created().toString(),
                dataset.revision(),
                dataset.privacy().policies().names(),
                dataset.privacy().flags().stream().map(Flag::of).toList(),
                dataset.withheldColumns(),
                job == null ? null : job.id(),
                dataset.direct()
                        ? null
                        : freshness.of(
                                index -> index.datasetId() == dataset.id()
                                        && catalog.index(index.indexId()).isPresent(),
                                now),
                catalog.indexesOf(dataset.id()).stream()
                        .map(index -> IndexSummary.of(index, dataset.name()))
                        .toList(),
                OriginInfo.of(dataset));
    }

    /** When a dataset's schedule refreshes it next; null if it has none, or one with a time zone that is not known here. */
    static @Nullable String nextRefresh(Dataset dataset, Instant now) {
        RefreshSchedule schedule = dataset.schedule();
        if (schedule == null) {
            return null;
        }
        try {
            return schedule.next(now).map(Instant::toString).orElse(null);
        } catch (FreshetException e) {
            LOG.debug("The next refresh of {} is left out: {}", dataset.name(), e.getMessage());
            return null;
        }
    }

    /**
     * A column that seems to hold personal data.
     *
     * @param by what shows it: name or values
     * @param share with values, how many of those that were looked at, from 0 to 1
     */
    record Flag(
            String column, String kind, String by, @Nullable Double share) {
        static Flag of(PiiFinding finding) {
            return new Flag(
                    finding.column(),
                    finding.kind().text(),
                    finding.share() == null ? "name" : "values",
                    finding.share());
        }
    }

    /** All datasets. */
    record Listing(List<DatasetInfo> datasets) {}
}
