package dev.freshet.http;

import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.Names;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.refresh.RowWriter;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code /v1/ingest}: rows of datasets in, and out. */
final class IngestRoutes {
    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final RowWriter writer;
    private final RowWaiter waiter;
    private final HttpSettings settings;

    IngestRoutes(CatalogService catalog, RowWriter writer, RowWaiter waiter, HttpSettings settings) {
        this.catalog = catalog;
        this.lookup = new CatalogLookup(catalog);
        this.writer = writer;
        this.waiter = waiter;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/ingest/{dataset}", this::ingest, Access.WRITE);
        routes.delete("/v1/ingest/{dataset}/<key>", this::delete, Access.WRITE);
    }

    private void ingest(Context context) throws IOException {
        Waiting waiting = Waiting.of(context, settings, false);
        Dataset dataset = dataset(context);
        RowFormat format = RowFormat.of(RequestBody.mediaType(context));
        checkCanWait(dataset, waiting);
        waiting.run(waiter, () -> ingest(context, dataset, format, waiting));
    }

    private void ingest(Context context, Dataset dataset, RowFormat format, Waiting waiting) throws IOException {
        WriteReport report = new WriteReport(waiting.wanted());
        try (InputStream body = RequestBody.open(context, settings.maxBodyBytes())) {
            RowCheck check = new RowCheck(dataset, settings.maxRowBytes(), settings.hashKey());
            new RowIngestion(writer, check).run(format.reader(body, dataset), report);
        }
        if (report.acceptedRows() == 0 && report.rejectedRows() > 0) {
            throw allRejected(report);
        }
        answer(context, dataset, report, waiting);
    }

    private void delete(Context context) throws IOException {
        Waiting waiting = Waiting.of(context, settings, false);
        Dataset dataset = dataset(context);
        String key = context.pathParam("key");
        if (key.length() > RowKeys.MAX_LENGTH || !Utf8.isWellFormed(key)) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "the row key is too long or no valid text");
        }
        checkCanWait(dataset, waiting);
        WriteReport report = new WriteReport(waiting.wanted());
        waiting.run(waiter, () -> {
            RowIngestion.writeAll(writer, List.of(RowCheck.change(dataset, key, Op.DELETE, Map.of())), report);
            answer(context, dataset, report, waiting);
        });
    }

    private void answer(Context context, Dataset dataset, WriteReport report, Waiting waiting) {
        WriteAnswer answer = report.answer();
        if (waiting.wanted()) {
            // The indexes of now: one created while the rows were written is waited for as well.
            answer = waiter.await(
                    catalog.current().indexesOf(dataset.id()), report.newestPositions(), waiting.timeout(), answer);
        }
        Answers.json(context, 200, answer);
    }

    private void checkCanWait(Dataset dataset, Waiting waiting) {
        if (waiting.wanted() && dataset.refreshPolicy() != RefreshPolicy.ON_APPEND) {
            throw new FreshetException(
                    ErrorCode.POLICY_NOT_ON_APPEND,
                    "the rows of '" + dataset.name() + "' are embedded when they are refreshed (refresh_policy '"
                            + dataset.refreshPolicy().text()
                            + "'), so there is nothing to wait for: write without 'wait', then POST /v1/vectors/refresh/"
                            + dataset.name());
        }
        if (waiting.wanted() && catalog.current().indexesOf(dataset.id()).isEmpty()) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "the dataset '" + dataset.name()
                            + "' has no index to wait for; create one with POST /v1/vectors/index, or do not wait");
        }
    }

    private Dataset dataset(Context context) {
        String name = context.pathParam("dataset");
        Dataset dataset = lookup.findDataset(name).orElseThrow(() -> unknown(name, context));
        if (dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + name + "' is an index whose vectors callers bring; POST /v1/vectors/index/" + name
                            + "/add takes them, /delete removes them");
        }
        return dataset;
    }

    private static FreshetException unknown(String name, Context context) {
        String shown = Names.isValid(name) ? name : "NAME";
        return new FreshetException(
                ErrorCode.DATASET_NOT_FOUND,
                "there is no dataset '" + name + "'. Create it with: curl -X PUT http://" + context.host()
                        + "/v1/catalog/datasets/" + shown
                        + " -H 'Content-Type: application/json' -d '{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}'"
                        + " -- or create and fill it with: ./freshet ingest FILE --dataset " + shown
                        + " --id-columns id --text-columns text");
    }

    /** What was wrong with all of them if it was the same, so that a lone row that is too large is a 413. */
    private static ErrorCode common(WriteReport report) {
        String first = report.errors().get(0).code();
        boolean same = report.errors().size() == report.rejectedRows()
                && report.errors().stream().allMatch(error -> error.code().equals(first));
        return same ? ErrorCode.valueOf(first.toUpperCase(Locale.ROOT)) : ErrorCode.INVALID_ROW;
    }

    private static ProblemException allRejected(WriteReport report) {
        WriteAnswer.RowError first = report.errors().get(0);
        return new ProblemException(
                common(report),
                "every row was rejected (" + report.rejectedRows() + "); the first, line " + first.line() + ": "
                        + first.code() + ": " + first.message(),
                HttpJson.fields(report.answer()));
    }
}
