package dev.freshet.ops.chaos.truth;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of the workload. Its texts and its metadata say which row it is of, and which version.
 *
 * @param id value of the id column
 * @param token names the row in its texts: letters and digits
 * @param textVersion grows with each edit of the texts
 * @param edit grows with each edit of the metadata
 */
record Note(String id, String token, long textVersion, long edit, String title, String text, String label) {
    Map<String, @Nullable Object> columns() {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("id", id);
        columns.put("title", title);
        columns.put("text", text);
        columns.put(Notes.LABEL, label);
        columns.put(Notes.TOKEN, token);
        columns.put(Notes.TEXT_VERSION, textVersion);
        columns.put("edit", edit);
        return columns;
    }
}
