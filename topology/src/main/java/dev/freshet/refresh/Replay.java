package dev.freshet.refresh;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a change say that was a dead letter: it is taken as the change that it was, and gives way to everything that came after that.
 *
 * @param letter which letter it was
 * @param version what it is taken as. A change that came to another partition than its row's has no place among that row's versions: it is older than all
 * @param foreign whether it came to another partition than its row's
 * @param datasetId the dataset that its name stood for when it became a letter, if there was one
 */
record Replay(
        LetterId letter,
        long version,
        boolean foreign,
        @Nullable Long datasetId) {
    private static final long OLDEST = RowVersion.of(0, 0);

    /**
     * Reads the headers of a record. Whoever may write to the rows topic can write these headers; so they are believed only as far as they do no harm: they can
     * make a change older than it is, and never newer.
     *
     * @param partition that the record stands in
     * @param version that the record would have as a change of its own
     * @return empty for a record that is not replayed
     * @throws FreshetException {@code INVALID_ROW} if the headers cannot be true
     */
    static Optional<Replay> of(Headers headers, RefreshSettings settings, int partition, long version) {
        if (headers.lastHeader(LetterHeaders.REPLAY) == null) {
            return Optional.empty();
        }
        String text = LetterHeaders.text(headers, LetterHeaders.REPLAY).orElse("");
        LetterId letter = LetterId.parse(text)
                .orElseThrow(() -> refused("is '" + DeadLetters.shorten(text) + "', which is no id of a dead letter"));
        if (letter.epoch() > settings.epoch() || letter.partition() >= settings.partitions()) {
            throw refused("names letter " + letter + ", which cannot be: the rows topic has epoch " + settings.epoch()
                    + " and " + settings.partitions() + " partitions");
        }
        if (tooOld(letter, settings.epoch())) {
            throw refused("names letter " + letter + ", but the rows topic was created anew more than once since");
        }
        boolean foreign = letter.partition() != partition;
        if (!foreign && letter.version() >= version) {
            throw refused("names letter " + letter + ", which is not older than this record");
        }
        return Optional.of(new Replay(
                letter,
                foreign ? OLDEST : letter.version(),
                foreign,
                LetterHeaders.number(headers, LetterHeaders.REPLAY_DATASET_ID).orElse(null)));
    }

    /** Whether a letter is of an epoch before the last one. */
    static boolean tooOld(LetterId letter, int epoch) {
        return letter.epoch() < epoch - 1;
    }

    private static FreshetException refused(String why) {
        return new FreshetException(
                ErrorCode.INVALID_ROW,
                "the header " + LetterHeaders.REPLAY + " " + why
                        + "; it is for Freshet alone: POST /v1/dead-letters/replay");
    }
}
