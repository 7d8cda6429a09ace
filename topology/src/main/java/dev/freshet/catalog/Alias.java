package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A name that points at one index, and can be moved to another at once.
 *
 * @param previousId the index that it pointed at before; it may be gone
 * @param updated when it was last moved
 */
public record Alias(String name, long indexId, @Nullable Long previousId, Instant created, Instant updated) {
    public Alias {
        requireNonNull(name, "name is null");
        requireNonNull(created, "created is null");
        requireNonNull(updated, "updated is null");
    }
}
