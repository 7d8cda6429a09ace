package dev.freshet.refresh;

import dev.freshet.schemas.error.ErrorCode;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what can never succeed to the dead letters: the original key, value and headers, with headers that say why, where it stood and which letter it is
 * ({@link LetterHeaders}). And settles letters: a record without a value, with the id and the state that the letter has from then on. All records of a
 * letter lie in one partition, that of its change in the rows topic, so that they are read in the order in which they were written. Used by the task's stream
 * thread only.
 */
final class DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    /** What is larger is left out, and the header {@code freshet-dropped} says so: together they stay below the largest record. */
    private static final int VALUE_BYTES_MAX = 13 * 1024 * 1024;

    private static final int HEADER_BYTES_MAX = 1024 * 1024;
    private static final int MESSAGE_MAX = 2_048;

    private final ProcessorContext<byte[], Routed> context;
    private final String sink;
    private final String rowsTopic;
    private final RefreshMetrics metrics;

    DeadLetters(ProcessorContext<byte[], Routed> context, String sink, String rowsTopic, RefreshMetrics metrics) {
        this.context = context;
        this.sink = sink;
        this.rowsTopic = rowsTopic;
        this.metrics = metrics;
    }

    /**
     * What could not be taken.
     *
     * @param headers the original ones
     * @param written when it was written to the rows topic, in ms since 1970
     * @param datasetId of the dataset that it is of, if that is known
     * @param index the name of the index that could not take it; null: it could not be taken at all
     * @param leftOut why its value is not given; null: it is
     */
    record Refused(
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            long written,
            @Nullable Long datasetId,
            @Nullable String index,
            @Nullable String leftOut) {}

    /** Writes a letter, or a letter anew that failed again. */
    void send(LetterId id, Refused refused, ErrorCode code, String message) {
        boolean large = RowSize.of(null, null, refused.headers()) > HEADER_BYTES_MAX;
        Headers headers = large ? new RecordHeaders() : new RecordHeaders(refused.headers());
        LetterHeaders.removeAdded(headers);
        byte[] key = refused.key();
        byte[] value = refused.value();
        byte[] keptKey = key != null && key.length > HEADER_BYTES_MAX ? null : key;
        byte[] keptValue = value != null && value.length > VALUE_BYTES_MAX ? null : value;
        // What is left out still stands at its origin, for as long as that topic keeps it.
        if (refused.leftOut() != null) {
            LetterHeaders.add(headers, LetterHeaders.DROPPED, refused.leftOut());
        } else if (large || keptKey != key || keptValue != value) {
            LetterHeaders.add(headers, LetterHeaders.DROPPED, "too large for a dead letter");
        }
        String shortMessage = shorten(message);
        LetterHeaders.add(headers, LetterHeaders.ID, id.toString());
        LetterHeaders.add(headers, LetterHeaders.CODE, code.code());
        LetterHeaders.add(headers, LetterHeaders.MESSAGE, shortMessage);
        LetterHeaders.add(headers, LetterHeaders.ORIGIN, id.origin(rowsTopic));
        LetterHeaders.add(headers, LetterHeaders.WRITTEN, String.valueOf(Math.max(0, refused.written())));
        if (refused.datasetId() != null) {
            LetterHeaders.add(headers, LetterHeaders.DATASET_ID, String.valueOf(refused.datasetId()));
        }
        if (refused.index() != null) {
            LetterHeaders.add(headers, LetterHeaders.INDEX, refused.index());
        }
        log.warn("Dead letter {}: {}: {}", id, code.code(), shortMessage);
        metrics.deadLetter(code);
        forward(id, keptKey, keptValue, headers);
    }

    /** Writes that a letter needs nothing more. */
    void settle(LetterId id, LetterState state) {
        settle(id, null, state);
    }

    /**
     * As above, for a letter that is known from a header only.
     *
     * @param key of the change that named the letter: the letter of another key is not meant
     */
    void settle(LetterId id, byte @Nullable [] key, LetterState state) {
        if (state == LetterState.OPEN) {
            throw new IllegalArgumentException("a letter is opened by sending it");
        }
        Headers headers = new RecordHeaders();
        LetterHeaders.add(headers, LetterHeaders.ID, id.toString());
        LetterHeaders.add(headers, LetterHeaders.STATE, state.text());
        forward(id, key, null, headers);
    }

    /** Written with the present time, because the topic's retention goes by it, and the change may be old. */
    private void forward(LetterId id, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        context.forward(
                new Record<>(key, new Routed(id.partition(), value), context.currentSystemTimeMs(), headers), sink);
    }

    /** A message that is short enough to stand beside what it is about: it may quote it. */
    static String shorten(String message) {
        return message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) + "…" : message;
    }
}
