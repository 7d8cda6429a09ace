package dev.freshet.schemas.row;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits that hold wherever a row comes from. */
public final class RowLimits {
    /** Most bytes of a row's metadata as a JSON object in UTF-8: they stand in every image of the row. */
    public static final int METADATA_BYTES_MAX = 4 * 1024 * 1024;

    /** Most bytes of a change's record value in the rows topic, before it is packed. Below the largest record that the topic takes, by what parking adds to it. */
    public static final int RECORD_BYTES_MAX = 12 * 1024 * 1024;

    private RowLimits() {}

    /** The size of columns as a JSON object, in bytes of UTF-8. Escaping can make it six times that of the columns. */
    public static int metadataBytes(Map<String, ? extends @Nullable Object> columns) {
        return ColumnValues.toJsonObject(columns).getBytes(UTF_8).length;
    }

    /** Why metadata of this size are refused. */
    public static String tooLarge(int bytes) {
        return "the metadata have " + bytes + " bytes as JSON, at most " + METADATA_BYTES_MAX + " are allowed";
    }
}
