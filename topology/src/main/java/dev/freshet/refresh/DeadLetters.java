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

    /** A larger value would not fit beside its headers; the header {@code freshet-value-dropped} then holds its size. */
    private static final int VALUE_BYTES_MAX = 15 * 1024 * 1024;

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
        Headers headers = original == null ? new RecordHeaders() : new RecordHeaders(original);
        headers.add("freshet-error-code", code.code().getBytes(UTF_8));
        headers.add("freshet-error-message", message.getBytes(UTF_8));
        headers.add("freshet-origin", origin.getBytes(UTF_8));
        String id = detail.isEmpty() ? origin : origin + "/" + detail;
        headers.add("freshet-dead-letter-id", id.getBytes(UTF_8));
        log.warn("Dead letter {}: {}: {}", id, code.code(), message);
        metrics.deadLetter(code);
        byte[] kept = value;
        if (value != null && value.length > VALUE_BYTES_MAX) {
            headers.add("freshet-value-dropped", String.valueOf(value.length).getBytes(UTF_8));
            kept = null; // It still stands at its origin, for as long as that topic keeps it.
        }
        context.forward(new Record<>(key, new Routed(-1, kept), timestamp, headers), sink);
    }
}
