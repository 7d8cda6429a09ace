package dev.freshet.ops.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader profile to be created, or to replace the one of its id.
 *
 * @param search what its searches take where they are silent: a JSON object; null for nothing
 */
public record ProfileDefinition(
        @Nullable String description,
        List<Binding> bindings,
        @Nullable JsonNode search) {
    public ProfileDefinition {
        bindings = List.copyOf(bindings);
    }

    /** A dataset to be bound; a null index stands for its only one. */
    public record Binding(String dataset, @Nullable String index) {}
}
