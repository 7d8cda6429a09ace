package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.key.TopicNames;
import java.time.Duration;

/**
 * What the refresh application needs to know.
 *
 * @param partitions of the rows and the vectors topic
 * @param epoch of the rows topic, see {@link dev.freshet.schemas.key.RowVersion}
 * @param maxRowBytes longest text of a row, in bytes of UTF-8
 * @param unknownDatasetPatience how long a change waits for its dataset to be created
 * @param commitEveryMs how often a task asks for its transaction to be committed, see {@link CommitPace}; at least 1
 * @param privacy how personal data is treated
 */
public record RefreshSettings(
        TopicNames topics,
        int partitions,
        int epoch,
        int maxRowBytes,
        Duration unknownDatasetPatience,
        int commitEveryMs,
        PrivacySettings privacy) {
    /** How long a change waits for its dataset unless told otherwise. */
    public static final Duration UNKNOWN_DATASET_PATIENCE = Duration.ofMinutes(10);

    private static final int COMMIT_EVERY_MS = 30;

    public RefreshSettings {
        requireNonNull(topics, "topics is null");
        requireNonNull(unknownDatasetPatience, "unknownDatasetPatience is null");
        requireNonNull(privacy, "privacy is null");
    }

    public RefreshSettings(
            TopicNames topics,
            int partitions,
            int epoch,
            int maxRowBytes,
            Duration unknownDatasetPatience,
            int commitEveryMs) {
        this(topics, partitions, epoch, maxRowBytes, unknownDatasetPatience, commitEveryMs, PrivacySettings.NONE);
    }

    public RefreshSettings(TopicNames topics, int partitions, int epoch, int maxRowBytes) {
        this(topics, partitions, epoch, maxRowBytes, UNKNOWN_DATASET_PATIENCE, COMMIT_EVERY_MS);
    }
}
