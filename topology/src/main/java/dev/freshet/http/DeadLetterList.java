package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.refresh.DeadLetterService.Count;
import dev.freshet.refresh.DeadLetterService.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of dead letters.
 *
 * @param counts of all letters, whatever the page shows
 * @param unlisted how many of them are too old to be listed
 */
record DeadLetterList(
        List<DeadLetterInfo> deadLetters, @Nullable String nextCursor, List<CountLine> counts, long unlisted) {
    /** Letters of one dataset, null for those that name none, and one code. */
    record CountLine(
            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String dataset,

            String code,
            long open,
            long replayed,
            long superseded) {
        static CountLine of(Count count) {
            return new CountLine(count.dataset(), count.code(), count.open(), count.replayed(), count.superseded());
        }
    }

    static DeadLetterList of(Page page) {
        return new DeadLetterList(
                page.letters().stream().map(DeadLetterInfo::of).toList(),
                page.next(),
                page.counts().stream().map(CountLine::of).toList(),
                page.unlisted());
    }
}
