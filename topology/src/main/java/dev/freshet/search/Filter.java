package dev.freshet.search;

import static java.util.Objects.requireNonNull;

/**
 * A condition on the metadata of rows, in the JSON form that requests and calls between processes carry.
 *
 * @param json one JSON object, valid
 */
public record Filter(String json) {
    public Filter {
        requireNonNull(json, "json is null");
    }

    /** Reads a filter. */
    public static Filter parse(String json) {
        return new Filter(json);
    }

    /** A filter that holds where both do. */
    public Filter and(Filter other) {
        return parse("{\"and\":[" + json + "," + other.json + "]}");
    }
}
