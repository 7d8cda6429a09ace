package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

/**
 * A topic as the catalog first saw it. A topic that was deleted and created again has another id, and its offsets start again: only a new
 * epoch keeps row versions growing then.
 *
 * @param epoch 0 for the first topic of this name
 */
public record KnownTopic(String name, String topicId, int epoch, int partitions) {
    public KnownTopic {
        requireNonNull(name, "name is null");
        requireNonNull(topicId, "topicId is null");
    }
}
