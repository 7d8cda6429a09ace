package dev.freshet.http;

import static dev.freshet.http.openapi.JsonSchemas.anyObject;
import static dev.freshet.http.openapi.JsonSchemas.array;
import static dev.freshet.http.openapi.JsonSchemas.exactlyOneOf;
import static dev.freshet.http.openapi.JsonSchemas.flag;
import static dev.freshet.http.openapi.JsonSchemas.integer;
import static dev.freshet.http.openapi.JsonSchemas.number;
import static dev.freshet.http.openapi.JsonSchemas.object;
import static dev.freshet.http.openapi.JsonSchemas.optional;
import static dev.freshet.http.openapi.JsonSchemas.required;
import static dev.freshet.http.openapi.JsonSchemas.string;
import static dev.freshet.http.openapi.JsonSchemas.vectorOrBase64;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.http.openapi.Operation;
import dev.freshet.http.openapi.Operation.EitherJson;
import dev.freshet.http.openapi.Operation.Reply;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;

/** Describes {@link SearchRoutes}, {@link ItemRoutes} and {@link ItemListRoutes}. */
final class SearchOperations {
    private static final String SEARCH_TAG = "Search";
    private static final String ITEMS_TAG = "Own vectors and items";
    private static final String INDEX = "/v1/vectors/index/{name}";

    private SearchOperations() {}

    static List<Operation> all() {
        return List.of(search(), compare(), add(), delete(), items(), item());
    }

    private static Operation search() {
        return searched(
                Operation.of("POST", INDEX + "/search", "search", SEARCH_TAG, "Finds the nearest chunks, or rows.")
                        .body(searchBody(), "{\"text\": \"servers overheating\", \"k\": 5}"));
    }

    /** With what a search answers. */
    static Operation searched(Operation operation) {
        return operation
                .answers(new Reply(
                        200,
                        "What was found, by ascending distance; of several queries, in their order.",
                        new EitherJson(List.of(SearchAnswer.class, BatchAnswer.class))))
                .fails(
                        ErrorCode.INDEX_NOT_FOUND,
                        ErrorCode.INVALID_FILTER,
                        ErrorCode.DIMENSION_MISMATCH,
                        ErrorCode.INVALID_VECTOR,
                        ErrorCode.MODEL_CHANGED,
                        ErrorCode.EMBEDDING_REFUSED,
                        ErrorCode.EMBEDDER_UNAVAILABLE,
                        ErrorCode.TOO_MANY_REQUESTS,
                        ErrorCode.NOT_READY,
                        ErrorCode.INCOMPLETE,
                        ErrorCode.DEADLINE_EXCEEDED);
    }

    /** The body of a search. */
    static ObjectNode searchBody() {
        ObjectNode body = query();
        ObjectNode query = exactlyOneOf(query(), "text", "vector");
        optional(
                body,
                "queries",
                array(
                        "Searches to make together, 1 to " + SearchBody.QUERIES_MAX
                                + "; the sum of their 'k' is at most " + SearchBody.BATCH_RESULTS_MAX + ".",
                        query));
        ObjectNode positions = anyObject("Offsets by partition, as writes answer them: what has to be reflected.");
        positions.set("additionalProperties", integer("An offset.", 0, Long.MAX_VALUE));
        optional(body, "min_positions", positions);
        optional(body, "require_complete", flag("An answer that misses partitions is an error.", false));
        optional(body, "timeout_ms", integer("How long it may take, all queries together.", 1, Waiting.MAX_TIMEOUT_MS));
        return exactlyOneOf(body, "text", "vector", "queries");
    }

    private static ObjectNode query() {
        ObjectNode body = object();
        optional(body, "text", string("Embedded by the index's own model."));
        optional(body, "vector", vectorOrBase64("As many components as the index has dimensions."));
        optional(body, "k", integer("Results.", 1, SearchBody.MAX_K).put("default", 10));
        optional(
                body,
                "ef",
                integer("Candidates to look at in the graph, at least k; not with 'exact'.", 1, SearchBody.MAX_EF));
        optional(body, "exact", flag("Compare with every vector instead of walking the graph.", false));
        optional(body, "filter", anyObject("A condition on the metadata of rows."));
        optional(body, "score_threshold", number("Leave out results with a lower score."));
        optional(body, "group_by_row", flag("At most one result per row, its best chunk.", false));
        return optional(body, "include_vector", flag("Results carry their vector.", false));
    }

    private static Operation compare() {
        ObjectNode body = object();
        required(body, "with", string("The other index, or an alias."));
        optional(body, "queries", array("Texts to search for, 1 to 1000.", string("A text.")));
        optional(body, "sample", integer("How many queries to draw from the rows instead.", 1, 1_000));
        optional(body, "k", integer("Rows per query.", 1, SearchBody.MAX_K).put("default", 10));
        optional(body, "ef", integer("Candidates to look at in each graph.", 1, SearchBody.MAX_EF));
        optional(body, "seed", integer("Of the drawing.", 0, Integer.MAX_VALUE));
        optional(body, "timeout_ms", integer("How long it may take.", 1, Waiting.MAX_TIMEOUT_MS));
        return Operation.of("POST", INDEX + "/compare", "compare", SEARCH_TAG, "Asks two indexes the same queries.")
                .body(body, "{\"with\": \"docs_v2\", \"queries\": [\"servers overheating\"], \"k\": 2}")
                .answers(200, "How the two agree.", CompareAnswer.class)
                .fails(
                        ErrorCode.INDEX_NOT_FOUND,
                        ErrorCode.MODEL_CHANGED,
                        ErrorCode.EMBEDDING_REFUSED,
                        ErrorCode.EMBEDDER_UNAVAILABLE,
                        ErrorCode.NOT_READY,
                        ErrorCode.DEADLINE_EXCEEDED);
    }

    private static Operation add() {
        ObjectNode item = object();
        required(item, "id", id("A string or an integer."));
        required(item, "vector", vectorOrBase64("As many components as the index has dimensions."));
        optional(item, "metadata", anyObject("Left out: what is stored stays; {} clears it."));
        return written(
                        Operation.of("POST", INDEX + "/add", "addItems", ITEMS_TAG, "Writes own vectors.")
                                .body(
                                        required(
                                                object(),
                                                "items",
                                                array("Of an id that comes twice, the last wins.", item)),
                                        "{\"items\": [{\"id\": \"red\", \"vector\": [1, 0, 0], \"metadata\": {\"warm\": true}}]}"))
                .fails(ErrorCode.DIMENSION_MISMATCH, ErrorCode.INVALID_VECTOR, ErrorCode.ROW_TOO_LARGE);
    }

    private static Operation delete() {
        ObjectNode ids = required(object(), "ids", array("The items to delete.", id("An item's id.")));
        return written(Operation.of("POST", INDEX + "/delete", "deleteItems", ITEMS_TAG, "Deletes own vectors.")
                .body(ids, "{\"ids\": [\"red\"]}"));
    }

    private static Operation written(Operation operation) {
        return DatasetOperations.waiting(operation, true)
                .answers(200, "What was written.", WriteAnswer.class)
                .fails(
                        ErrorCode.INDEX_NOT_FOUND,
                        ErrorCode.INDEX_NOT_DIRECT,
                        ErrorCode.KAFKA_UNAVAILABLE,
                        ErrorCode.REGISTRY_UNAVAILABLE,
                        ErrorCode.NOT_READY,
                        ErrorCode.DEADLINE_EXCEEDED);
    }

    private static Operation items() {
        return Operation.of(
                        "GET", INDEX + "/items", "listItems", ITEMS_TAG, "Lists the rows of an index, page by page.")
                .query("cursor", string("'next_cursor' of the page before."))
                .query("limit", integer("How many.", 1, 1_000).put("default", 100))
                .query("include_vector", flag("Chunks carry their vector.", false))
                .query("filter", string("A condition on the metadata of rows, as JSON."))
                .answers(200, "A page of rows.", ItemList.class)
                .fails(ErrorCode.INDEX_NOT_FOUND, ErrorCode.INVALID_FILTER, ErrorCode.NOT_READY);
    }

    private static Operation item() {
        return Operation.of("GET", INDEX + "/items/<id>", "getItem", ITEMS_TAG, "Shows a row as an index holds it.")
                .query("include_vector", flag("Chunks carry their vector.", false))
                .answers(200, "The row.", ItemInfo.class)
                .fails(ErrorCode.INDEX_NOT_FOUND, ErrorCode.ITEM_NOT_FOUND, ErrorCode.NOT_READY);
    }

    private static ObjectNode id(String description) {
        ObjectNode id = string(description);
        id.putArray("type").add("string").add("integer");
        return id;
    }
}
