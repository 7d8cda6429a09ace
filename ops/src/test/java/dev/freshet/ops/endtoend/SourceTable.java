package dev.freshet.ops.endtoend;

import java.util.List;
import java.util.Map;

/**
 * A table of a test's database, and its dataset.
 *
 * @param name with its schema or database, as in a source file
 * @param keys the columns of the primary key, which hold whole numbers; if there are two, the second holds short texts
 * @param texts the columns that are embedded
 * @param number a column of whole numbers that is not
 * @param required values of other columns that a new row needs
 */
record SourceTable(
        String name,
        String dataset,
        List<String> keys,
        List<String> texts,
        String number,
        Map<String, Object> required) {
    SourceTable {
        keys = List.copyOf(keys);
        texts = List.copyOf(texts);
        required = Map.copyOf(required);
    }

    /** As an operator may do before the first row comes. */
    void createDataset(User user) {
        user.call(
                        "PUT",
                        "/v1/catalog/datasets/" + dataset,
                        "{\"id_columns\": " + json(keys) + ", \"text_columns\": " + json(texts) + "}")
                .expect(201);
    }

    private static String json(List<String> names) {
        return "[\"" + String.join("\", \"", names) + "\"]";
    }

    String index() {
        return dataset + "_v1";
    }
}
