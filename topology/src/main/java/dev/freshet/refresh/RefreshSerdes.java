package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * What the refresh application reads and writes.
 *
 * @param changes of the rows topic, read
 * @param messages of the rows topic, written: what merge jobs send from partition to partition
 * @param images of the vectors topic
 * @param progress of the job-progress topic
 */
public record RefreshSerdes(
        Deserializer<RowChange> changes,
        Serializer<RowChange> messages,
        Serializer<RowImage> images,
        Serializer<ProgressEntry> progress) {
    public RefreshSerdes {
        requireNonNull(changes, "changes is null");
        requireNonNull(messages, "messages is null");
        requireNonNull(images, "images is null");
        requireNonNull(progress, "progress is null");
    }
}
