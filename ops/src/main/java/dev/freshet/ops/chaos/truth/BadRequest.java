package dev.freshet.ops.chaos.truth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A request that must be refused and must change nothing.
 *
 * @param name for the findings
 * @param code of the problem
 */
record BadRequest(String name, String method, String path, String contentType, String body, String code) {
    private static final String NOTES_SEARCH = Searches.path(Datasets.NOTES_INDEXES.get(0));
    private static final String OWN_ADD = "/v1/vectors/index/" + Datasets.OWN + "/add";
    /** Of five bytes each: together more than a row may have, at default settings. */
    private static final int LONG_WORDS = 220_000;

    private static final String INGEST = "/v1/ingest/" + Datasets.NOTES;

    /** All of them. */
    static List<BadRequest> all() {
        List<BadRequest> all = new ArrayList<>();
        all.add(search("a query of another dimension", "{\"vector\": [1, 2, 3]}", "dimension_mismatch"));
        all.add(new BadRequest(
                "a query without a direction",
                "POST",
                Searches.path(Datasets.OWN),
                Caller.JSON,
                "{\"vector\": " + vector("0") + "}",
                "invalid_vector"));
        all.add(search("an unknown field", "{\"text\": \"a\", \"top\": 3}", "unknown_field"));
        all.add(search("text and vector", "{\"text\": \"a\", \"vector\": [1]}", "bad_request"));
        all.add(search("no result at all", "{\"text\": \"a\", \"k\": 0}", "bad_request"));
        all.add(search("no filter", "{\"text\": \"a\", \"filter\": {\"is\": {\"label\": 1}}}", "invalid_filter"));
        all.add(search("half a body", "{\"text\": \"a", "malformed_json"));
        all.add(add("a vector of another dimension behind a good one", "[1, 2]", "dimension_mismatch"));
        all.add(add("a vector with NaN behind a good one", vector("NaN"), "invalid_vector"));
        all.add(add("a vector with infinity behind a good one", vector("1e99"), "invalid_vector"));
        all.add(add("a vector without a direction behind a good one", vector("0"), "invalid_vector"));
        all.add(ingest("a row without a key", "{\"text\": \"a\"}", "missing_key"));
        all.add(ingest("a row without a text", "{\"id\": \"bad\", \"label\": \"a\"}", "missing_text"));
        all.add(ingest("half a row", "{\"id\": \"bad\", \"text\": ", "malformed_json"));
        all.add(ingest(
                "a row that is too long",
                "{\"id\": \"bad\", \"text\": \"" + "long ".repeat(LONG_WORDS) + "\"}",
                "row_too_large"));
        all.add(new BadRequest(
                "rows of nothing",
                "POST",
                "/v1/ingest/chaos-nothing",
                Caller.JSON,
                "{\"id\": \"bad\", \"text\": \"a\"}",
                "dataset_not_found"));
        all.add(new BadRequest(
                "another key for a dataset",
                "PUT",
                "/v1/catalog/datasets/" + Datasets.NOTES,
                Caller.JSON,
                "{\"id_columns\": [\"label\"], \"text_columns\": [\"text\"]}",
                "id_columns_changed"));
        all.add(new BadRequest(
                "an index that there is",
                "POST",
                "/v1/vectors/index",
                Caller.JSON,
                "{\"name\": \"" + Datasets.OWN + "\", \"dimension\": 3}",
                "index_exists"));
        all.add(new BadRequest(
                "an alias of nothing",
                "PUT",
                "/v1/vectors/aliases/" + Datasets.ALIAS,
                Caller.JSON,
                "{\"index\": \"chaos-nothing\"}",
                "index_not_found"));
        return List.copyOf(all);
    }

    private static BadRequest search(String name, String body, String code) {
        return new BadRequest(name, "POST", NOTES_SEARCH, Caller.JSON, body, code);
    }

    /** Behind an item that is good, which must not be written either. */
    private static BadRequest add(String name, String vector, String code) {
        String good = "{\"id\": \"bad\", \"vector\": " + vector("1") + "}";
        String bad = "{\"id\": \"bad too\", \"vector\": " + vector + "}";
        return new BadRequest(
                name, "POST", OWN_ADD + "?wait=false", Caller.JSON, "{\"items\": [" + good + ", " + bad + "]}", code);
    }

    private static BadRequest ingest(String name, String row, String code) {
        return new BadRequest(name, "POST", INGEST, Caller.LINES, row, code);
    }

    private static String vector(String component) {
        return Collections.nCopies(Datasets.OWN_DIMENSIONS, component).toString();
    }

    /** What is wrong with how it was answered. */
    Optional<Finding> judge(Reply reply) {
        boolean refused = reply.status() / 100 == 4 && reply.code().equals(code);
        return refused
                ? Optional.empty()
                : Optional.of(Finding.of(Invariant.REFUSALS, name + " was not refused with " + code, reply.toString()));
    }
}
