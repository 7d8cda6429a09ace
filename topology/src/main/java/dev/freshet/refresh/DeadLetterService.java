package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters: what could not be taken from the rows topic, and trying it again. Thread-safe. All methods throw
 * {@link dev.freshet.schemas.error.FreshetException}: {@code NOT_READY} until the letters have been read once, {@code KAFKA_UNAVAILABLE}.
 */
public interface DeadLetterService {
    /**
     * Letters, the newest first, and counts of all there are.
     *
     * @param cursor {@link Page#next} of the page before this one; null: the first page. {@code BAD_REQUEST} if it is none
     * @param limit at least 1
     */
    Page list(Filter filter, @Nullable String cursor, int limit);

    /** A letter with its record. */
    Optional<Content> find(LetterId id);

    /** Sends these letters' changes back to the rows topic. */
    Outcome replay(List<String> ids);

    /** Sends back the changes of all open letters that the filter lets through, whatever state it names. */
    Outcome replay(Filter filter);

    /** Which letters; null: any. */
    record Filter(
            @Nullable String dataset,
            @Nullable String code,
            @Nullable LetterState state) {
        boolean test(DeadLetter letter) {
            return (dataset == null || dataset.equals(letter.dataset()))
                    && (code == null || code.equals(letter.code()))
                    && (state == null || state == letter.state());
        }
    }

    /**
     * Some letters.
     *
     * @param next for the next page; null: this is the last
     * @param unlisted letters that are counted, and too old to be listed because there are so many
     */
    record Page(List<DeadLetter> letters, @Nullable String next, List<Count> counts, long unlisted) {
        public Page {
            letters = List.copyOf(letters);
            counts = List.copyOf(counts);
        }
    }

    /** How many letters there are of one dataset, null for those that name none, and one code. */
    record Count(@Nullable String dataset, String code, long open, long replayed, long superseded) {}

    /**
     * A letter and the record that it was.
     *
     * @param letter with the whole message and key
     * @param key null: the record has none, or see {@link DeadLetter#complete}
     * @param value as the key
     */
    record Content(DeadLetter letter, byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
        public Content {
            headers = List.copyOf(headers);
        }
    }

    /** One of the record's own headers. */
    record RecordHeader(String key, byte @Nullable [] value) {}

    /**
     * What became of a request to replay letters.
     *
     * @param sent changes that were written to the rows topic again; what becomes of them is seen in their letters
     */
    record Outcome(long sent, List<NotSent> notSent) {
        public Outcome {
            notSent = List.copyOf(notSent);
        }
    }

    /** A letter that was not sent back, and why. */
    record NotSent(String id, ErrorCode code, String message) {
        public NotSent {
            requireNonNull(id, "id is null");
            requireNonNull(code, "code is null");
            requireNonNull(message, "message is null");
        }
    }
}
