package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.key.TopicNames;

/**
 * What the refresh application needs to know.
 *
 * @param partitions of the rows and the vectors topic
 * @param epoch of the rows topic, see {@link dev.freshet.schemas.key.RowVersion}
 * @param maxRowBytes longest text of a row, in bytes of UTF-8
 * @param commitEveryMs how often a task asks for its transaction to be committed, see {@link CommitPace}; at least 1
 */
public record RefreshSettings(TopicNames topics, int partitions, int epoch, int maxRowBytes, int commitEveryMs) {
    public RefreshSettings {
        requireNonNull(topics, "topics is null");
    }
}
