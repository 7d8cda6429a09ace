package dev.freshet.search;

import java.util.List;
import java.util.Map;

/**
 * The outcome of waiting.
 *
 * @param failed rows whose version can never be embedded, by row key
 * @param missing row keys that were not yet reflected when the time was over
 */
public record AwaitResult(Map<String, RowFailure> failed, List<String> missing) {
    public AwaitResult {
        failed = Map.copyOf(failed);
        missing = List.copyOf(missing);
    }
}
