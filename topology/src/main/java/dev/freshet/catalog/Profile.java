package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reader profile: a name under which searches see some datasets and nothing else.
 *
 * @param id a slug; never {@value #ACTIVE}, which stands for the active profile wherever a profile is named
 * @param bindings at least one, each of another dataset, in the order in which they were given
 * @param createdBy the name of who created it
 * @param updated when its definition last changed
 */
public record Profile(
        String id,
        @Nullable String description,
        List<ProfileBinding> bindings,
        SearchDefaults search,
        String createdBy,
        Instant created,
        Instant updated) {
    /** Stands for the active profile where a profile is named. */
    public static final String ACTIVE = "active";

    public Profile {
        requireNonNull(id, "id is null");
        bindings = List.copyOf(bindings);
        requireNonNull(search, "search is null");
        requireNonNull(createdBy, "createdBy is null");
        requireNonNull(created, "created is null");
        requireNonNull(updated, "updated is null");
        if (bindings.isEmpty()) {
            throw new IllegalArgumentException("profile " + id + " is bound to nothing");
        }
    }

    /** What it may do with a dataset; empty if that is out of its scope. */
    public Optional<ProfileBinding> binding(long datasetId) {
        return bindings.stream()
                .filter(binding -> binding.datasetId() == datasetId)
                .findFirst();
    }
}
