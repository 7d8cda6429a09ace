package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A committed record of a topic. The arrays are not to be changed.
 *
 * @param headers the last of each name, as text
 */
record TopicRecord(Place place, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
    /** Where a record stands. */
    record Place(int partition, long offset) {
        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    TopicRecord(Place place, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
        this.place = requireNonNull(place, "place is null");
        this.key = key;
        this.value = value;
        this.headers = Map.copyOf(headers);
    }

    /** The key as text; empty if there is none. */
    String keyText() {
        return key == null ? "" : new String(key, UTF_8);
    }

    int valueHash() {
        return Arrays.hashCode(value);
    }
}
