package dev.freshet.ops.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader profile as the server shows it.
 *
 * @param search what its searches take where they are silent: a JSON object
 * @param active whether it is the active profile
 */
public record ProfileDescription(
        String id,
        @Nullable String description,
        List<Binding> bindings,
        JsonNode search,
        boolean active,
        String createdBy,
        String created,
        String updated) {
    public ProfileDescription {
        bindings = List.copyOf(bindings);
    }

    /** A bound dataset, and the index or alias that is searched of it unless a search says otherwise. */
    public record Binding(String dataset, String index) {}
}
