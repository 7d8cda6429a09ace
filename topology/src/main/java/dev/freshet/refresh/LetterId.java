package dev.freshet.refresh;

import dev.freshet.schemas.key.RowVersion;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a dead letter: the place of the change in the rows topic and, if one index alone could not take it, that index. So it is the same however often
 * the letter is written. As text {@code <epoch>-<partition>-<offset>} or {@code <epoch>-<partition>-<offset>-<index id>}, which needs no encoding in a URL.
 *
 * @param epoch of the rows topic, see {@link RowVersion}
 * @param indexId 0: the change as a whole could not be taken
 */
public record LetterId(int epoch, int partition, long offset, long indexId) {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,5})-([0-9]{1,9})-([0-9]{1,15})(?:-([1-9][0-9]{0,17}))?");

    public LetterId {
        if (partition < 0 || indexId < 0) {
            throw new IllegalArgumentException(
                    "partition is " + partition + " and index id " + indexId + ", neither may be negative");
        }
        RowVersion.of(epoch, offset); // Checks both.
    }

    static LetterId of(long version, int partition, long indexId) {
        return new LetterId(RowVersion.epoch(version), partition, RowVersion.offset(version), indexId);
    }

    /** Reads an id as {@link #toString} writes it; empty if it is none. */
    public static Optional<LetterId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String index = matcher.group(4);
        try {
            return Optional.of(new LetterId(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    index == null ? 0 : Long.parseLong(index)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Beyond what an epoch or an offset can be.
        }
    }

    /** The version of the change. */
    public long version() {
        return RowVersion.of(epoch, offset);
    }

    /** Where the change stands in the rows topic: {@code <topic>-<partition>@<offset>}. */
    public String origin(String topic) {
        return topic + "-" + partition + "@" + offset;
    }

    @Override
    public String toString() {
        String place = epoch + "-" + partition + "-" + offset;
        return indexId == 0 ? place : place + "-" + indexId;
    }
}
