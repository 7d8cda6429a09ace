package dev.freshet.cluster;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What one process may ask another. Each is a {@code POST /internal/v1/<path>} that changes nothing, so that it may be sent twice. */
enum Operation {
    SEARCH,
    ROW,
    PAGE,
    STATISTICS,
    AWAIT,
    STALE,
    LINEAGE;

    /** The version of what calls and answers mean. A field may be added without a new one, if those who do not know it can do without. */
    static final String VERSION = "v1";

    String path() {
        return "/internal/" + VERSION + "/" + lowerCase();
    }

    /** Throws {@code ROUTE_NOT_FOUND} for what this process does not know: a caller of another release. */
    static Operation of(String version, String operation) {
        if (!version.equals(VERSION)) {
            throw new FreshetException(
                    ErrorCode.ROUTE_NOT_FOUND,
                    "calls between processes have the version " + VERSION + " here, not " + version
                            + ": run releases that differ by one step at most");
        }
        return Arrays.stream(values())
                .filter(known -> known.lowerCase().equals(operation))
                .findFirst()
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.ROUTE_NOT_FOUND,
                        "there is no call '" + operation + "' between processes; there are "
                                + Arrays.stream(values())
                                        .map(Operation::lowerCase)
                                        .collect(Collectors.joining(", "))));
    }

    private String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }
}
