package dev.freshet.http;

import static dev.freshet.http.openapi.JsonSchemas.anyObject;
import static dev.freshet.http.openapi.JsonSchemas.array;
import static dev.freshet.http.openapi.JsonSchemas.flag;
import static dev.freshet.http.openapi.JsonSchemas.integer;
import static dev.freshet.http.openapi.JsonSchemas.number;
import static dev.freshet.http.openapi.JsonSchemas.object;
import static dev.freshet.http.openapi.JsonSchemas.optional;
import static dev.freshet.http.openapi.JsonSchemas.required;
import static dev.freshet.http.openapi.JsonSchemas.string;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.http.openapi.Operation;
import dev.freshet.http.openapi.Operation.Reply;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;

/** Describes {@link ProfileRoutes} and {@link ProfileSearchRoutes}. */
final class ProfileOperations {
    private static final String TAG = "Reader profiles";
    private static final String PROFILES = "/v1/catalog/profiles";
    private static final String PROFILE = "/v1/catalog/profiles/{id}";
    private static final String USE = "/v1/vectors/profile/{id}";

    private ProfileOperations() {}

    static List<Operation> all() {
        return List.of(
                Operation.of("GET", PROFILES, "listProfiles", TAG, "Lists the reader profiles.")
                        .answers(200, "The profiles.", ProfileInfo.Listing.class),
                defined(
                                Operation.of("POST", PROFILES, "createProfile", TAG, "Creates a reader profile.")
                                        .body(
                                                definition(required(
                                                        object(), "id", string("Its name, which does not change."))),
                                                "{\"id\": \"support\", \"bindings\": [{\"dataset\": \"docs\", \"index\": \"docs_v1\"}]}"))
                        .answers(201, "It is created.", ProfileInfo.class)
                        .fails(ErrorCode.PROFILE_EXISTS),
                Operation.of("GET", PROFILE, "getProfile", TAG, "Shows a reader profile.")
                        .answers(200, "The profile.", ProfileInfo.class)
                        .fails(ErrorCode.PROFILE_NOT_FOUND),
                defined(
                                Operation.of(
                                                "PUT",
                                                PROFILE,
                                                "putProfile",
                                                TAG,
                                                "Creates a reader profile, or replaces it.")
                                        .body(
                                                definition(object()),
                                                "{\"bindings\": [{\"dataset\": \"docs\", \"index\": \"docs_v1\"}], \"search\": {\"k\": 5}}"))
                        .answers(200, "It is replaced.", ProfileInfo.class)
                        .answers(201, "It is created.", ProfileInfo.class),
                Operation.of("DELETE", PROFILE, "dropProfile", TAG, "Deletes a reader profile.")
                        .answers(new Reply(204, "It is deleted.", null))
                        .fails(ErrorCode.PROFILE_NOT_FOUND, ErrorCode.PROFILE_IN_USE, ErrorCode.CATALOG_UNAVAILABLE),
                Operation.of("GET", "/v1/vectors/profile/active", "getActiveProfile", TAG, "Shows the active profile.")
                        .answers(200, "The active profile, and what of it is ready.", ActiveProfileInfo.class)
                        .fails(ErrorCode.PROFILE_NOT_FOUND),
                Operation.of("POST", USE + "/activate", "activateProfile", TAG, "Makes a profile the active one.")
                        .answers(200, "The active profile, and what of it is ready.", ActiveProfileInfo.class)
                        .fails(ErrorCode.PROFILE_NOT_FOUND, ErrorCode.CATALOG_UNAVAILABLE),
                Operation.of("POST", USE + "/deactivate", "deactivateProfile", TAG, "Makes a profile no longer active.")
                        .answers(200, "It is not active.", ActiveProfileInfo.Inactive.class)
                        .fails(ErrorCode.PROFILE_NOT_FOUND, ErrorCode.CATALOG_UNAVAILABLE),
                search());
    }

    private static Operation search() {
        ObjectNode body = SearchOperations.searchBody();
        optional(body, "dataset", string("The bound dataset to search; may be left out if there is one."));
        optional(body, "index", string("An index, or an alias, of a bound dataset."));
        return SearchOperations.searched(Operation.of(
                                "POST",
                                USE + "/search",
                                "searchProfile",
                                TAG,
                                "Searches what a profile is bound to, and nothing else.")
                        .body(body, "{\"text\": \"servers overheating\", \"k\": 5}"))
                .fails(ErrorCode.PROFILE_NOT_FOUND, ErrorCode.PROFILE_SCOPE);
    }

    private static Operation defined(Operation operation) {
        return operation.fails(
                ErrorCode.INVALID_NAME,
                ErrorCode.INVALID_FILTER,
                ErrorCode.DATASET_NOT_FOUND,
                ErrorCode.INDEX_NOT_FOUND,
                ErrorCode.CATALOG_UNAVAILABLE);
    }

    private static ObjectNode definition(ObjectNode body) {
        ObjectNode binding = required(object(), "dataset", string("A dataset."));
        optional(binding, "index", string("The index or alias that is searched unless a request says otherwise."));
        ObjectNode search = object().put("description", "What searches take where they are silent.");
        optional(search, "k", integer("Results.", 1, SearchBody.MAX_K));
        optional(search, "ef", integer("Candidates to look at in the graph.", 1, SearchBody.MAX_EF));
        optional(search, "score_threshold", number("Leave out results with a lower score."));
        optional(search, "group_by_row", flag("At most one result per row.", false));
        optional(search, "filter", anyObject("Holds for every result, whatever a request asks for."));
        optional(body, "description", string("For people."));
        required(body, "bindings", array("The datasets that can be searched.", binding));
        return optional(body, "search", search);
    }
}
