package dev.freshet.ops.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters as the server lists them.
 *
 * @param nextCursor null: this is the last page
 * @param counts of all letters, whatever the page shows
 * @param unlisted how many of them are too old to be listed
 */
public record DeadLetterPage(
        List<DeadLetterLine> deadLetters, @Nullable String nextCursor, List<CountLine> counts, long unlisted) {
    /** One letter. {@code dataset} and {@code key} are null if its record's key names none. */
    public record DeadLetterLine(
            String id,
            String state,
            String code,
            String message,
            @Nullable String dataset,
            @Nullable String key,
            @Nullable String index,
            String origin,
            String time,
            String written,
            int attempts,
            long bytes,
            boolean complete) {}

    /** Letters of one dataset, null for those that name none, and one code. */
    public record CountLine(
            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String dataset,

            String code,
            long open,
            long replayed,
            long superseded) {}
}
