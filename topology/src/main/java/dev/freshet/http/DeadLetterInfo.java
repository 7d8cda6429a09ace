package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.refresh.DeadLetter;
import dev.freshet.refresh.DeadLetterService.Content;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter.
 *
 * @param record what it was in the rows topic; null in lists
 */
record DeadLetterInfo(
        String id,
        String state,
        String code,
        String message,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String dataset,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String key,
        @Nullable String index,
        String origin,
        String time,
        String written,
        int attempts,
        long bytes,
        boolean complete,
        @Nullable OriginalRecord record) {
    /** The record's key, value and headers, each as what it can be shown as. */
    record OriginalRecord(ShownBytes key, ShownBytes value, List<Header> headers) {}

    /** One of the record's own headers. */
    record Header(String name, ShownBytes value) {}

    static DeadLetterInfo of(DeadLetter letter) {
        return of(letter, null);
    }

    static DeadLetterInfo of(Content content) {
        OriginalRecord record = new OriginalRecord(
                ShownBytes.text(content.key()),
                ShownBytes.of(content.value()),
                content.headers().stream()
                        .map(header -> new Header(header.key(), ShownBytes.text(header.value())))
                        .toList());
        return of(content.letter(), record);
    }

    private static DeadLetterInfo of(DeadLetter letter, @Nullable OriginalRecord record) {
        return new DeadLetterInfo(
                letter.id().toString(),
                letter.state().text(),
                letter.code(),
                letter.message(),
                letter.dataset(),
                letter.key(),
                letter.index(),
                letter.origin(),
                letter.time().toString(),
                letter.written().toString(),
                letter.attempts(),
                letter.bytes(),
                letter.complete(),
                record);
    }
}
