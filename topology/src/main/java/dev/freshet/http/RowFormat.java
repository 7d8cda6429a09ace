package dev.freshet.http;

import dev.freshet.catalog.Dataset;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The formats in which rows are taken, by media type. */
enum RowFormat {
    JSON,
    NDJSON,
    CSV;

    /** Longest line of NDJSON, and longest record of CSV: no row may be longer, whatever its columns. */
    static final int MAX_LINE_BYTES = 8 << 20;

    static RowFormat of(@Nullable String mediaType) {
        for (RowFormat format : values()) {
            if (mediaType != null && format.mediaTypes().contains(mediaType)) {
                return format;
            }
        }
        throw new FreshetException(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                (mediaType == null ? "Content-Type is missing" : "Content-Type is " + mediaType)
                        + ", rows are taken as "
                        + Arrays.stream(values())
                                .flatMap(format -> format.mediaTypes().stream())
                                .collect(Collectors.joining(", ")));
    }

    RowReader reader(InputStream body, Dataset dataset) throws IOException {
        return switch (this) {
            case JSON -> new JsonArrayRows(body.readAllBytes());
            case NDJSON -> new NdjsonRows(body);
            case CSV -> new CsvRows(body, dataset);
        };
    }

    private List<String> mediaTypes() {
        return switch (this) {
            case JSON -> List.of("application/json");
            case NDJSON -> List.of("application/x-ndjson", "application/ndjson", "application/jsonl");
            case CSV -> List.of("text/csv");
        };
    }
}
