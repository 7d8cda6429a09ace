package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.error.ErrorCode;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what can never succeed to the dead letters: the original key, value and headers, with headers that say why ({@code freshet-error-code},
 * {@code freshet-error-message}), where it stood ({@code freshet-origin}, {@code <topic>-<partition>@<offset>}) and an id that is the same however
 * often it is written ({@code freshet-dead-letter-id}). Used by the task's stream thread only.
 */
final class DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    /** What is larger is left out, and the header {@code freshet-dropped} says so: together they stay below the largest record. */
    private static final int VALUE_BYTES_MAX = 13 * 1024 * 1024;

    private static final int HEADER_BYTES_MAX = 1024 * 1024;
    private static final int MESSAGE_MAX = 2_048;

    private final ProcessorContext<byte[], Routed> context;
    private final String sink;
    private final RefreshMetrics metrics;

    DeadLetters(ProcessorContext<byte[], Routed> context, String sink, RefreshMetrics metrics) {
        this.context = context;
        this.sink = sink;
        this.metrics = metrics;
    }

    /**
     * @param origin where the change stands
     * @param detail tells letters of one change apart, for example the index that could not take it; may be empty
     */
    void send(
            byte @Nullable [] key,
            byte @Nullable [] value,
            @Nullable Headers original,
            String origin,
            String detail,
            long timestamp,
            ErrorCode code,
            String message) {
        boolean large = original != null && RowSize.of(null, null, original) > HEADER_BYTES_MAX;
        Headers headers = original == null || large ? new RecordHeaders() : new RecordHeaders(original);
        byte[] keptKey = key != null && key.length > HEADER_BYTES_MAX ? null : key;
        byte[] keptValue = value != null && value.length > VALUE_BYTES_MAX ? null : value;
        if (large || keptKey != key || keptValue != value) {
            // What does not fit still stands at its origin, for as long as that topic keeps it.
            headers.add("freshet-dropped", "too large for a dead letter".getBytes(UTF_8));
        }
        String shortMessage = shorten(message);
        headers.add("freshet-error-code", code.code().getBytes(UTF_8));
        headers.add("freshet-error-message", shortMessage.getBytes(UTF_8));
        headers.add("freshet-origin", origin.getBytes(UTF_8));
        String id = detail.isEmpty() ? origin : origin + "/" + detail;
        headers.add("freshet-dead-letter-id", id.getBytes(UTF_8));
        log.warn("Dead letter {}: {}: {}", id, code.code(), shortMessage);
        metrics.deadLetter(code);
        context.forward(new Record<>(keptKey, new Routed(-1, keptValue), timestamp, headers), sink);
    }

    /** A message that is short enough to stand beside what it is about: it may quote it. */
    static String shorten(String message) {
        return message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) + "…" : message;
    }
}
