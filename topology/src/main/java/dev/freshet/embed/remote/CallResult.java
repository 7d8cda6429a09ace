package dev.freshet.embed.remote;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a request for vectors ended. */
sealed interface CallResult {
    /** The tag {@code outcome} of the metrics. */
    String outcome();

    /**
     * There is a vector of the right dimensions for each text.
     *
     * @param usable those that have finite components, not all of them 0
     * @param tokens what the provider counted, or -1
     */
    record Embedded(List<float[]> vectors, BitSet usable, long tokens) implements CallResult {
        public Embedded {
            vectors = List.copyOf(vectors);
        }

        @Override
        public String outcome() {
            return "ok";
        }
    }

    /** The provider cannot embed one of the texts, or so it says. */
    record Refused(String message) implements CallResult {
        @Override
        public String outcome() {
            return "refused";
        }
    }

    /**
     * There is no answer that could be used, and that is no text's fault.
     *
     * @param retryAfter how long the provider wants to be left alone, if it said so
     * @param serverError whether the status was 5xx
     */
    record Failed(Reason reason, String message, @Nullable Duration retryAfter, boolean serverError)
            implements CallResult {
        Failed(Reason reason, String message, @Nullable Duration retryAfter) {
            this(reason, message, retryAfter, false);
        }

        @Override
        public String outcome() {
            return reason.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why there is no answer. */
    enum Reason {
        /** Status 429. */
        THROTTLED(true),
        /** Another status that may pass (408, 425, 5xx), no connection, or one that broke. */
        UNAVAILABLE(true),
        TIMEOUT(true),
        /** Not JSON, not one vector per text, too long: perhaps a page of something in between. */
        BAD_ANSWER(true),
        /** The model was exchanged while it embedded. */
        EXCHANGED(true),
        /** A key, URL or model's name that is wrong, which no trying again mends. */
        MISCONFIGURED(false),
        /** Vectors of other dimensions than configured: it is another model. */
        WRONG_DIMENSIONS(false);

        private final boolean tryAgain;

        Reason(boolean tryAgain) {
            this.tryAgain = tryAgain;
        }

        boolean tryAgain() {
            return tryAgain;
        }
    }
}
