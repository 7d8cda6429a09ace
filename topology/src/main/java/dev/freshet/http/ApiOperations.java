package dev.freshet.http;

import dev.freshet.http.openapi.Operation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is said of each route in the API's description. A new route needs an {@link Operation} in one of the lists named here. */
final class ApiOperations {
    static final String DESCRIPTION = """
            Vector search that is never stale. Unknown fields and unknown query parameters are refused, never ignored. Errors are problems (RFC 9457) \
            with a stable `code`. Bodies may be sent with `Content-Encoding: gzip`; answers are packed for those who accept it. `x-access` names the role that a key \
            needs, where keys are asked for.""";

    /** What the parameters in paths are. */
    static final Map<String, String> PATH_PARAMETERS = Map.of(
            "name", "An index or, where it is only read, an alias; under /v1/catalog/datasets, a dataset.",
            "dataset", "A dataset.",
            "alias", "An alias.",
            "id",
                    "The id of a job, an item, a dead letter or a reader profile (where one is used, 'active' is the active one).",
            "key", "A row key: the values of the id columns, joined with ':'.");

    private ApiOperations() {}

    static List<Operation> all() {
        return Stream.of(
                        DatasetOperations.all(),
                        IndexOperations.all(),
                        SearchOperations.all(),
                        ProfileOperations.all(),
                        JobOperations.all(),
                        StateOperations.all())
                .flatMap(List::stream)
                .toList();
    }
}
