package dev.freshet.http;

import static dev.freshet.http.openapi.JsonSchemas.array;
import static dev.freshet.http.openapi.JsonSchemas.flag;
import static dev.freshet.http.openapi.JsonSchemas.integer;
import static dev.freshet.http.openapi.JsonSchemas.object;
import static dev.freshet.http.openapi.JsonSchemas.oneOf;
import static dev.freshet.http.openapi.JsonSchemas.optional;
import static dev.freshet.http.openapi.JsonSchemas.required;
import static dev.freshet.http.openapi.JsonSchemas.string;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.http.openapi.JsonSchemas;
import dev.freshet.http.openapi.Operation;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.privacy.ColumnPolicy;
import java.util.Arrays;
import java.util.List;

/** Describes {@link DatasetRoutes}, {@link LineageRoutes} and {@link IngestRoutes}. */
final class DatasetOperations {
    private static final String TAG = "Datasets and rows";
    private static final String DATASETS = "/v1/catalog/datasets";
    private static final String DATASET = "/v1/catalog/datasets/{name}";

    private DatasetOperations() {}

    static List<Operation> all() {
        return List.of(
                Operation.of("GET", DATASETS, "listDatasets", TAG, "Lists the datasets.")
                        .query("all", flag("Those that belong to indexes with own vectors too.", false))
                        .answers(200, "The datasets.", DatasetInfo.Listing.class),
                Operation.of("PUT", DATASET, "putDataset", TAG, "Creates a dataset, or changes it.")
                        .body(definition(), "{\"id_columns\": [\"id\"], \"text_columns\": [\"title\", \"body\"]}")
                        .answers(200, "It is changed.", DatasetInfo.class)
                        .answers(201, "It is created.", DatasetInfo.class)
                        .fails(
                                ErrorCode.INVALID_NAME,
                                ErrorCode.INVALID_SCHEDULE,
                                ErrorCode.ID_COLUMNS_CHANGED,
                                ErrorCode.DATASET_IS_DIRECT,
                                ErrorCode.INDEX_EXISTS,
                                ErrorCode.ALIAS_EXISTS,
                                ErrorCode.UNKNOWN_MODEL,
                                ErrorCode.CATALOG_UNAVAILABLE,
                                ErrorCode.HASH_KEY_MISSING,
                                ErrorCode.EMBEDDER_UNAVAILABLE),
                Operation.of("GET", DATASET, "getDataset", TAG, "Shows a dataset.")
                        .answers(200, "The dataset.", DatasetInfo.class)
                        .fails(ErrorCode.DATASET_NOT_FOUND),
                Operation.of(
                                "GET",
                                DATASET + "/lineage",
                                "getLineage",
                                TAG,
                                "Shows where a dataset's rows come from, and what is made of them.")
                        .answers(200, "The lineage.", LineageAnswer.class)
                        .fails(ErrorCode.DATASET_NOT_FOUND, ErrorCode.TOO_MANY_REQUESTS),
                Operation.of("DELETE", DATASET, "dropDataset", TAG, "Drops a dataset and its indexes.")
                        .answers(202, "The job that clears its rows and vectors away.", JobInfo.class)
                        .fails(
                                ErrorCode.DATASET_NOT_FOUND,
                                ErrorCode.DATASET_IN_USE,
                                ErrorCode.DATASET_IS_DIRECT,
                                ErrorCode.CATALOG_UNAVAILABLE),
                ingest(),
                waiting(Operation.of("DELETE", "/v1/ingest/{dataset}/<key>", "deleteRow", TAG, "Deletes a row."), false)
                        .answers(200, "It is deleted, or never was there.", WriteAnswer.class)
                        .fails(
                                ErrorCode.DATASET_NOT_FOUND,
                                ErrorCode.DATASET_IS_DIRECT,
                                ErrorCode.POLICY_NOT_ON_APPEND,
                                ErrorCode.KAFKA_UNAVAILABLE,
                                ErrorCode.REGISTRY_UNAVAILABLE,
                                ErrorCode.NOT_READY,
                                ErrorCode.DEADLINE_EXCEEDED));
    }

    /** With the query parameters of writers that may wait. */
    static Operation waiting(Operation operation, boolean absent) {
        return operation
                .query("wait", flag("Answer when the change is searchable.", absent))
                .query("timeout_ms", integer("How long to wait at most.", 1, Waiting.MAX_TIMEOUT_MS));
    }

    private static Operation ingest() {
        ObjectNode row = JsonSchemas.anyObject("A row: columns by name.");
        ObjectNode rows = array("Rows.", row);
        ObjectNode either = object();
        either.removeAll();
        either.put("description", "Rows, or one row.")
                .putArray("anyOf")
                .add(rows)
                .add(row);
        return waiting(Operation.of("POST", "/v1/ingest/{dataset}", "ingest", TAG, "Writes rows of a dataset."), false)
                .body(
                        "application/json",
                        either,
                        "[{\"id\": 1, \"title\": \"Cold aisle\", \"body\": \"It is too warm.\"}]")
                .body(
                        "application/x-ndjson",
                        string("One row per line."),
                        "{\"id\": 1, \"body\": \"It is too warm.\"}\n")
                .body("text/csv", string("A header line, then records."), "id,body\n1,It is too warm.\n")
                .answers(200, "At least one row was accepted, or none was sent.", WriteAnswer.class)
                .fails(
                        ErrorCode.DATASET_NOT_FOUND,
                        ErrorCode.DATASET_IS_DIRECT,
                        ErrorCode.POLICY_NOT_ON_APPEND,
                        ErrorCode.INVALID_ROW,
                        ErrorCode.MISSING_KEY,
                        ErrorCode.MISSING_TEXT,
                        ErrorCode.ROW_TOO_LARGE,
                        ErrorCode.KAFKA_UNAVAILABLE,
                        ErrorCode.HASH_KEY_MISSING,
                        ErrorCode.REGISTRY_UNAVAILABLE,
                        ErrorCode.NOT_READY,
                        ErrorCode.DEADLINE_EXCEEDED);
    }

    private static ObjectNode definition() {
        ObjectNode body = object();
        required(body, "id_columns", array("Columns that make the row key.", string("A column.")));
        required(body, "text_columns", array("Columns to embed, in this order.", string("A column.")));
        optional(
                body,
                "metadata_columns",
                array("Columns that results carry; left out: all that are not embedded.", string("A column.")));
        optional(
                body,
                "refresh_policy",
                oneOf("When changed rows are embedded.", List.of("on_append", "manual", "scheduled")));
        optional(body, "schedule", string("With 'scheduled': the five fields of a crontab."));
        optional(body, "time_zone", string("In which the schedule is read; UTC if it is left out."));
        optional(
                body,
                "column_policies",
                JsonSchemas.map(
                        "What is done to columns before anything is kept of them, by column; left out: those there are stay.",
                        oneOf(
                                "What is done to its values.",
                                Arrays.stream(ColumnPolicy.values())
                                        .map(ColumnPolicy::text)
                                        .toList())));
        return optional(body, "create_index", flag("Create the index NAME_v1 in the same step.", true));
    }
}
