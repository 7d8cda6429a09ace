package dev.freshet.http;

import static dev.freshet.http.openapi.JsonSchemas.exactlyOneOf;
import static dev.freshet.http.openapi.JsonSchemas.flag;
import static dev.freshet.http.openapi.JsonSchemas.integer;
import static dev.freshet.http.openapi.JsonSchemas.object;
import static dev.freshet.http.openapi.JsonSchemas.oneOf;
import static dev.freshet.http.openapi.JsonSchemas.optional;
import static dev.freshet.http.openapi.JsonSchemas.required;
import static dev.freshet.http.openapi.JsonSchemas.string;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.catalog.IndexRange;
import dev.freshet.http.openapi.Operation;
import dev.freshet.http.openapi.Operation.Reply;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;

/** Describes {@link IndexRoutes} and {@link AliasRoutes}. */
final class IndexOperations {
    private static final String INDEXES_TAG = "Indexes";
    private static final String ALIASES_TAG = "Aliases";
    private static final String INDEX = "/v1/vectors/index/{name}";
    private static final String ALIAS = "/v1/vectors/aliases/{alias}";

    private IndexOperations() {}

    static List<Operation> all() {
        return List.of(
                Operation.of("POST", "/v1/vectors/index", "createIndex", INDEXES_TAG, "Creates an index.")
                        .body(definition(), "{\"name\": \"colours\", \"dimension\": 3}")
                        .answers(201, "The index.", IndexInfo.class)
                        .fails(
                                ErrorCode.INVALID_NAME,
                                ErrorCode.DATASET_NOT_FOUND,
                                ErrorCode.DATASET_EXISTS,
                                ErrorCode.INDEX_EXISTS,
                                ErrorCode.ALIAS_EXISTS,
                                ErrorCode.DATASET_IS_DIRECT,
                                ErrorCode.UNKNOWN_MODEL,
                                ErrorCode.UNKNOWN_ENGINE,
                                ErrorCode.MODEL_CHANGED,
                                ErrorCode.CATALOG_UNAVAILABLE,
                                ErrorCode.EMBEDDER_UNAVAILABLE),
                Operation.of("GET", "/v1/vectors/index", "listIndexes", INDEXES_TAG, "Lists the indexes in short.")
                        .answers(200, "The indexes.", IndexSummary.Listing.class),
                Operation.of("GET", "/v1/vectors/indexes", "describeIndexes", INDEXES_TAG, "Lists the indexes in full.")
                        .query("source", string("Those of this dataset, or 'direct' ones."))
                        .query("model", string("Those of this model."))
                        .answers(200, "The indexes.", IndexInfo.Listing.class),
                Operation.of("GET", INDEX, "getIndex", INDEXES_TAG, "Shows an index.")
                        .answers(200, "The index.", IndexInfo.class)
                        .fails(ErrorCode.INDEX_NOT_FOUND),
                Operation.of("DELETE", INDEX, "dropIndex", INDEXES_TAG, "Deletes an index.")
                        .answers(202, "The job that clears away what is stored of it.", JobInfo.class)
                        .fails(ErrorCode.INDEX_NOT_FOUND, ErrorCode.INDEX_IN_USE, ErrorCode.CATALOG_UNAVAILABLE),
                Operation.of("GET", "/v1/vectors/aliases", "listAliases", ALIASES_TAG, "Lists the aliases.")
                        .answers(200, "The aliases.", AliasInfo.Listing.class),
                Operation.of("PUT", ALIAS, "putAlias", ALIASES_TAG, "Points an alias at an index, at once.")
                        .body(required(object(), "index", string("The index to point at.")), "{\"index\": \"docs_v1\"}")
                        .answers(200, "It is moved.", AliasInfo.class)
                        .answers(201, "It is created.", AliasInfo.class)
                        .fails(
                                ErrorCode.INVALID_NAME,
                                ErrorCode.INDEX_NOT_FOUND,
                                ErrorCode.INDEX_EXISTS,
                                ErrorCode.CATALOG_UNAVAILABLE),
                Operation.of("GET", ALIAS, "getAlias", ALIASES_TAG, "Shows an alias.")
                        .answers(200, "The alias.", AliasInfo.class)
                        .fails(ErrorCode.ALIAS_NOT_FOUND),
                Operation.of("DELETE", ALIAS, "dropAlias", ALIASES_TAG, "Deletes an alias; the index stays.")
                        .answers(new Reply(204, "It is deleted.", null))
                        .fails(ErrorCode.ALIAS_NOT_FOUND, ErrorCode.CATALOG_UNAVAILABLE));
    }

    private static ObjectNode definition() {
        ObjectNode body = object();
        required(body, "name", string("1 to 64 characters of a-z, 0-9, '_' and '-'."));
        optional(body, "dataset", string("The dataset whose rows are embedded."));
        number(body, IndexRange.DIMENSION, "Components of the vectors that callers bring.");
        optional(body, "model", string("Only with 'dataset'."));
        optional(body, "distance", oneOf("How far vectors are apart.", List.of("cosine", "dot", "euclidean")));
        optional(body, "engine", string("'compact' or 'hnswlib'."));
        optional(
                body,
                "quantization",
                oneOf("In what form vectors are compared; 'int8' only with 'compact'.", List.of("none", "int8")));
        optional(
                body,
                "vectors_on_disk",
                flag("Keep the vectors as they came in files rather than in memory; only with a quantization.", false));
        number(body, IndexRange.M, "Neighbours of a node in the graph.");
        number(body, IndexRange.EF_CONSTRUCTION, "Candidates looked at while building.");
        number(body, IndexRange.EF_SEARCH, "Candidates looked at while searching.");
        number(body, IndexRange.CHUNK_SIZE, "Characters; only with 'dataset'.");
        number(body, IndexRange.OVERLAP, "Characters, at most half of 'chunk_size'; only with 'dataset'.");
        return exactlyOneOf(body, "dataset", "dimension");
    }

    private static void number(ObjectNode body, IndexRange range, String description) {
        optional(body, range.field(), integer(description, range.min(), range.max()));
    }
}
