package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers, all in UTF-8, that dead letters have beside the original ones, and that a change has which is replayed. */
final class LetterHeaders {
    static final String ID = "freshet-dead-letter-id";
    static final String CODE = "freshet-error-code";
    static final String MESSAGE = "freshet-error-message";
    static final String ORIGIN = "freshet-origin";
    /** The name of the index that could not take the change. */
    static final String INDEX = "freshet-index";
    /** The id that the dataset of the record's key had, if there was one. */
    static final String DATASET_ID = "freshet-dataset-id";
    /** When the change was written to the rows topic, in ms since 1970. */
    static final String WRITTEN = "freshet-written";
    /** Says why something was left out of a letter. */
    static final String DROPPED = "freshet-dropped";
    /** On a record without a value: what became of the letter, {@code replayed} or {@code superseded}. */
    static final String STATE = "freshet-dead-letter-state";

    /** On a change in the rows topic: the id of the letter that it was. */
    static final String REPLAY = "freshet-replay";
    /** On such a change: what {@link #DATASET_ID} was. */
    static final String REPLAY_DATASET_ID = "freshet-replay-dataset-id";

    private static final Set<String> ADDED =
            Set.of(ID, CODE, MESSAGE, ORIGIN, INDEX, DATASET_ID, WRITTEN, DROPPED, STATE, REPLAY, REPLAY_DATASET_ID);

    private LetterHeaders() {}

    static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }

    /** The last value of a header. */
    static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    /** As {@link #text}, a number; empty if it is none. */
    static Optional<Long> number(Headers headers, String name) {
        return text(headers, name).filter(text -> text.matches("[0-9]{1,18}")).map(Long::parseLong);
    }

    /** Takes away what is said here, so that the headers are the original ones. */
    static void removeAdded(Headers headers) {
        ADDED.forEach(headers::remove);
    }

    /** The headers of a change that is replayed, made from those of its letter: the original ones, and which letter it is. */
    static Headers replay(LetterId id, Headers letter) {
        Headers headers = new RecordHeaders(letter);
        Optional<Long> datasetId = number(headers, DATASET_ID);
        removeAdded(headers);
        add(headers, REPLAY, id.toString());
        datasetId.ifPresent(number -> add(headers, REPLAY_DATASET_ID, String.valueOf(number)));
        return headers;
    }

    static boolean isAdded(String name) {
        return ADDED.contains(name);
    }
}
