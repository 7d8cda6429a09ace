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
import dev.freshet.http.openapi.Operation;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;

/** Describes {@link JobRoutes} and {@link DeadLetterRoutes}. */
final class JobOperations {
    private static final String JOBS_TAG = "Jobs and refreshes";
    private static final String LETTERS_TAG = "Dead letters";
    private static final String INDEX = "/v1/vectors/index/{name}";

    private JobOperations() {}

    static List<Operation> all() {
        return List.of(
                Operation.of("GET", "/v1/vectors/jobs", "listJobs", JOBS_TAG, "Lists jobs, the newest first.")
                        .query("dataset", string("Those about this dataset, or index with own vectors."))
                        .query(
                                "state",
                                oneOf("Those in this state.", List.of("running", "done", "failed", "cancelled")))
                        .query(
                                "kind",
                                oneOf(
                                        "Those of this kind.",
                                        List.of("refresh", "backfill", "rebuild", "merge", "deletion")))
                        .answers(200, "The jobs.", JobInfo.Listing.class),
                Operation.of("GET", "/v1/vectors/jobs/{id}", "getJob", JOBS_TAG, "Shows a job.")
                        .answers(200, "The job.", JobInfo.class)
                        .fails(ErrorCode.JOB_NOT_FOUND),
                Operation.of("DELETE", "/v1/vectors/jobs/{id}", "cancelJob", JOBS_TAG, "Cancels a job.")
                        .answers(200, "The job, with the counts that it had.", JobInfo.class)
                        .fails(
                                ErrorCode.JOB_NOT_FOUND,
                                ErrorCode.JOB_NOT_RUNNING,
                                ErrorCode.JOB_NOT_CANCELLABLE,
                                ErrorCode.CATALOG_UNAVAILABLE),
                job(
                                "/v1/vectors/refresh/{dataset}",
                                "refresh",
                                "Embeds the rows that wait in all indexes of a dataset.")
                        .fails(ErrorCode.DATASET_NOT_FOUND, ErrorCode.DATASET_IS_DIRECT),
                job(INDEX + "/rebuild", "rebuildIndex", "Embeds every row of an index again.")
                        .fails(ErrorCode.INDEX_NOT_FOUND, ErrorCode.INDEX_BUSY, ErrorCode.DATASET_IS_DIRECT),
                job(INDEX + "/merge", "mergeIndex", "Copies an index with own vectors into another one.")
                        .body(mergeBody(), "{\"dest\": \"palette\"}")
                        .fails(
                                ErrorCode.INDEX_NOT_FOUND,
                                ErrorCode.INDEX_NOT_DIRECT,
                                ErrorCode.INDEX_BUSY,
                                ErrorCode.DIMENSION_MISMATCH,
                                ErrorCode.DISTANCE_MISMATCH),
                Operation.of(
                                "GET",
                                "/v1/dead-letters",
                                "listDeadLetters",
                                LETTERS_TAG,
                                "Lists what could not be taken.")
                        .query("dataset", string("Those of this dataset."))
                        .query("code", string("Those with this error code."))
                        .query("state", oneOf("Those in this state.", List.of("open", "replayed", "superseded")))
                        .query("cursor", string("'next_cursor' of the page before."))
                        .query("limit", integer("How many.", 1, 1_000).put("default", 100))
                        .answers(200, "A page of dead letters.", DeadLetterList.class)
                        .fails(ErrorCode.NOT_READY),
                Operation.of(
                                "GET",
                                "/v1/dead-letters/{id}",
                                "getDeadLetter",
                                LETTERS_TAG,
                                "Shows a dead letter, whole.")
                        .answers(200, "The letter with its record.", DeadLetterInfo.class)
                        .fails(ErrorCode.DEAD_LETTER_NOT_FOUND, ErrorCode.NOT_READY),
                Operation.of(
                                "POST",
                                "/v1/dead-letters/replay",
                                "replayDeadLetters",
                                LETTERS_TAG,
                                "Has dead letters tried again.")
                        .body(replayBody(), "{\"dataset\": \"docs\"}")
                        .answers(200, "How many were sent, and why others were not.", ReplayAnswer.class)
                        .fails(ErrorCode.KAFKA_UNAVAILABLE, ErrorCode.NOT_READY));
    }

    private static Operation job(String path, String id, String summary) {
        return Operation.of("POST", path, id, JOBS_TAG, summary)
                .answers(200, "The job that does the same already.", JobInfo.class)
                .answers(202, "The job, which has begun.", JobInfo.class)
                .fails(ErrorCode.CATALOG_UNAVAILABLE);
    }

    private static ObjectNode mergeBody() {
        ObjectNode body = required(object(), "dest", string("The index to copy into."));
        return optional(body, "clear_source", flag("Delete from the source what was copied.", false));
    }

    private static ObjectNode replayBody() {
        ObjectNode body = object();
        optional(body, "ids", array("These letters, up to 10000.", string("A letter's id.")));
        optional(body, "dataset", string("Open letters of this dataset."));
        optional(body, "code", string("Open letters with this error code."));
        return optional(body, "all", flag("All open letters.", false));
    }
}
