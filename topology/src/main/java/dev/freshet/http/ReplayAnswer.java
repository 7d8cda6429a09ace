package dev.freshet.http;

import dev.freshet.refresh.DeadLetterService.NotSent;
import dev.freshet.refresh.DeadLetterService.Outcome;
import java.util.List;

/**
 * What became of a request to replay dead letters.
 *
 * @param notSent how many were not sent back
 * @param refused the first of those, and why
 */
record ReplayAnswer(long sent, long notSent, List<Refusal> refused) {
    private static final int SHOWN_MAX = 100;

    /** A letter that was not sent back. */
    record Refusal(String id, String code, String message) {
        static Refusal of(NotSent letter) {
            return new Refusal(letter.id(), letter.code().code(), letter.message());
        }
    }

    static ReplayAnswer of(Outcome outcome) {
        return new ReplayAnswer(
                outcome.sent(),
                outcome.notSent().size(),
                outcome.notSent().stream().limit(SHOWN_MAX).map(Refusal::of).toList());
    }
}
