package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.refresh.RowWriter;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.row.RowLimits;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** {@code /v1/vectors/index/{name}/add}, {@code delete} and {@code items}: vectors that callers bring, and looking rows up. */
final class ItemRoutes {
    private final CatalogLookup lookup;
    private final SearchService search;
    private final RowWriter writer;
    private final RowWaiter waiter;
    private final IntSupplier partitions;
    private final HttpSettings settings;

    ItemRoutes(HttpServices services, RowWaiter waiter, HttpSettings settings) {
        this.lookup = new CatalogLookup(services.catalog());
        this.search = services.search();
        this.writer = services.rows();
        this.partitions = services.rowPartitions();
        this.waiter = waiter;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/vectors/index/{name}/add", this::add, Access.WRITE);
        routes.post("/v1/vectors/index/{name}/delete", this::delete, Access.WRITE);
        routes.get("/v1/vectors/index/{name}/items/<id>", this::get, Access.READ);
    }

    private void add(Context context) throws IOException {
        Waiting waiting = Waiting.of(context, settings, true);
        IndexDefinition index = directIndex(context);
        byte[] body = RequestBody.json(context, settings.maxBodyBytes());
        Collection<VectorItem> items = lastOfEachId(VectorItemReader.read(body, index.dimensions(), index.distance()));
        Dataset dataset = lookup.datasetOf(index);
        write(context, index, items.stream().map(item -> change(dataset, item)).toList(), waiting);
    }

    private void delete(Context context) throws IOException {
        Waiting waiting = Waiting.of(context, settings, true);
        IndexDefinition index = directIndex(context);
        Set<String> ids = ids(RequestBody.json(context, settings.maxBodyBytes()));
        Dataset dataset = lookup.datasetOf(index);
        write(
                context,
                index,
                ids.stream()
                        .map(id -> RowCheck.change(dataset, ItemIds.rowKey(id), Op.DELETE, Map.of()))
                        .toList(),
                waiting);
    }

    private void get(Context context) {
        boolean includeVector = QueryParameters.of(context, "include_vector").flag("include_vector", false);
        IndexDefinition index = lookup.indexOrAlias(context.pathParam("name"));
        String id = context.pathParam("id");
        Dataset dataset = lookup.datasetOf(index);
        Optional<RowView> found = row(index, dataset, index.direct() ? ItemIds.rowKey(id) : id, includeVector);
        if (found.isEmpty() && index.direct() && id.contains("%")) {
            // Search results name the row by its key, in which an id's special characters are encoded.
            found = row(index, dataset, id, includeVector);
        }
        RowView view = found.orElseThrow(() -> new FreshetException(
                ErrorCode.ITEM_NOT_FOUND, "the index '" + index.name() + "' has no item '" + id + "'"));
        Answers.json(context, 200, ItemInfo.of(index, view));
    }

    private Optional<RowView> row(IndexDefinition index, Dataset dataset, String key, boolean includeVector) {
        if (key.length() > RowKeys.MAX_LENGTH) {
            return Optional.empty();
        }
        int partition = RowKeys.partition(dataset.name(), key, partitions.getAsInt());
        return search.row(index.id(), key, partition, includeVector);
    }

    private void write(Context context, IndexDefinition index, List<RowChange> changes, Waiting waiting)
            throws IOException {
        WriteReport report = new WriteReport(waiting.wanted());
        waiting.run(waiter, () -> {
            if (!changes.isEmpty()) {
                RowIngestion.writeAll(writer, changes, report);
            }
            WriteAnswer answer = report.answer();
            if (waiting.wanted()) {
                answer = waiter.await(List.of(index), report.newestPositions(), waiting.timeout(), answer);
            }
            Answers.json(context, 200, answer);
        });
    }

    private IndexDefinition directIndex(Context context) {
        IndexDefinition index = lookup.index(context.pathParam("name"));
        if (!index.direct()) {
            String dataset = lookup.datasetOf(index).name();
            throw new FreshetException(
                    ErrorCode.INDEX_NOT_DIRECT,
                    "the index '" + index.name() + "' embeds the rows of the dataset '" + dataset
                            + "'; write rows with POST /v1/ingest/" + dataset);
        }
        return index;
    }

    /** As if they came one after the other: the last of an id wins, with the metadata that it brings or that one before it brought. */
    private static Collection<VectorItem> lastOfEachId(List<VectorItem> items) {
        Map<String, VectorItem> last = new LinkedHashMap<>();
        for (VectorItem item : items) {
            last.merge(
                    item.id(),
                    item,
                    (before, after) -> after.metadata() != null
                            ? after
                            : new VectorItem(after.id(), after.vector(), before.metadata()));
        }
        return last.values();
    }

    private static RowChange change(Dataset dataset, VectorItem item) {
        Map<String, @Nullable Object> metadata = item.metadata();
        if (metadata != null) {
            int bytes = RowLimits.metadataBytes(metadata);
            if (bytes > RowLimits.METADATA_BYTES_MAX) {
                throw new FreshetException(
                        ErrorCode.ROW_TOO_LARGE, "item '" + item.id() + "': " + RowLimits.tooLarge(bytes));
            }
        }
        RowChange change =
                RowCheck.change(dataset, ItemIds.rowKey(item.id()), Op.UPSERT, metadata == null ? Map.of() : metadata);
        List<Float> vector = new ArrayList<>(item.vector().length);
        for (float component : item.vector()) {
            vector.add(component);
        }
        change.setVector(vector);
        change.setKeepColumns(metadata == null);
        return change;
    }

    private static Set<String> ids(byte[] body) {
        Set<String> ids = new LinkedHashSet<>();
        int position = 0;
        for (JsonNode id : JsonFields.of(HttpJson.read(body), List.of("ids")).requiredArray("ids")) {
            if (!id.isTextual() && !id.isIntegralNumber()) {
                throw new FreshetException(
                        ErrorCode.BAD_REQUEST,
                        "'ids[" + position + "]' is " + HttpJson.typeName(id) + ", must be a string or an integer");
            }
            ids.add(ItemIds.check("'ids[" + position + "]'", id.asText()));
            position++;
        }
        return ids;
    }
}
