package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far a listing has come. Shown as Base64 for URLs of {@code "1 " index id " " partition [" " row key]}.
 *
 * @param after the row of the partition that was listed last; null: none yet
 */
record ItemCursor(long indexId, int partition, @Nullable String after) {
    private static final Pattern FORM = Pattern.compile("1 (\\d{1,18}) (\\d{1,9})(?: (.*))?", Pattern.DOTALL);

    static ItemCursor first(IndexDefinition index) {
        return new ItemCursor(index.id(), 0, null);
    }

    String text() {
        String plain = "1 " + indexId + " " + partition + (after == null ? "" : " " + after);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(UTF_8));
    }

    /** Reads a cursor of this index. Throws {@code BAD_REQUEST} if it is none. */
    static ItemCursor parse(String text, IndexDefinition index, int partitions) {
        String plain;
        try {
            plain = new String(Base64.getUrlDecoder().decode(text), UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("is none that a listing gave: leave it out to begin at the first item");
        }
        Matcher parts = FORM.matcher(plain);
        if (!parts.matches()) {
            throw refused("is none that a listing gave: leave it out to begin at the first item");
        }
        ItemCursor cursor =
                new ItemCursor(Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2)), parts.group(3));
        if (cursor.indexId != index.id() || cursor.partition >= partitions) {
            throw refused(
                    "is of another index than '" + index.name() + "' is now: leave it out to begin at the first item");
        }
        return cursor;
    }

    private static FreshetException refused(String what) {
        return new FreshetException(ErrorCode.BAD_REQUEST, "query parameter 'cursor' " + what);
    }
}
