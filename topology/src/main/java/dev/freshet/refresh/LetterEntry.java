package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.Names;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record of the dead-letters topic: a letter, or what became of one. */
sealed interface LetterEntry {
    LetterId id();

    /**
     * A letter.
     *
     * @param letter open, in its first attempt
     * @param partition of the dead-letters topic, and {@code offset} in it
     * @param keyHash of the record's key, to tell the letters of different rows apart
     */
    record Written(DeadLetter letter, int partition, long offset, int keyHash) implements LetterEntry {
        @Override
        public LetterId id() {
            return letter.id();
        }

        Written with(LetterState state, int attempts) {
            return new Written(letter.with(state, attempts), partition, offset, keyHash);
        }
    }

    /**
     * What became of a letter.
     *
     * @param keyHash of the change that settled it; null: the processor knows that it is this letter
     */
    record Settled(LetterId id, LetterState state, @Nullable Integer keyHash) implements LetterEntry {}

    /** Reads a record; empty if it is not from Freshet, or from a version before letters had ids like these. */
    static Optional<LetterEntry> of(ConsumerRecord<byte[], byte[]> record, String rowsTopic) {
        Optional<LetterId> id =
                LetterHeaders.text(record.headers(), LetterHeaders.ID).flatMap(LetterId::parse);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> state = LetterHeaders.text(record.headers(), LetterHeaders.STATE);
        if (state.isPresent()) {
            Integer keyHash = record.key() == null ? null : Integer.valueOf(Arrays.hashCode(record.key()));
            return LetterState.parse(state.get())
                    .filter(settled -> settled != LetterState.OPEN)
                    .map(settled -> new Settled(id.get(), settled, keyHash));
        }
        return LetterHeaders.text(record.headers(), LetterHeaders.CODE)
                .map(code -> new Written(
                        letter(id.get(), code, record, rowsTopic),
                        record.partition(),
                        record.offset(),
                        Arrays.hashCode(record.key())));
    }

    private static DeadLetter letter(
            LetterId id, String code, ConsumerRecord<byte[], byte[]> record, String rowsTopic) {
        Headers headers = record.headers();
        String key = record.key() == null ? "" : new String(record.key(), UTF_8);
        int colon = key.indexOf(':');
        String dataset = colon < 0 ? "" : key.substring(0, colon);
        boolean named = Names.isValid(dataset);
        return new DeadLetter(
                id,
                LetterState.OPEN,
                code,
                LetterHeaders.text(headers, LetterHeaders.MESSAGE).orElse(""),
                named ? dataset : null,
                named ? key.substring(colon + 1) : null,
                LetterHeaders.text(headers, LetterHeaders.INDEX).orElse(null),
                id.origin(rowsTopic),
                Instant.ofEpochMilli(record.timestamp()),
                Instant.ofEpochMilli(
                        LetterHeaders.number(headers, LetterHeaders.WRITTEN).orElse(record.timestamp())),
                1,
                RowSize.of(record.key(), record.value(), headers),
                headers.lastHeader(LetterHeaders.DROPPED) == null);
    }
}
