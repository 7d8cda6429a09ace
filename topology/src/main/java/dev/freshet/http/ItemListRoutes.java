package dev.freshet.http;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.search.Filter;
import dev.freshet.search.PageQuery;
import dev.freshet.search.RowPage;
import dev.freshet.search.SearchService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/vectors/index/{name-or-alias}/items}: the items of an index, some at a time, in an order that does not change. */
final class ItemListRoutes {
    private static final int LIMIT_MAX = 1_000;
    private static final int LIMIT_DEFAULT = 100;
    private static final long BYTES_MAX = 16L << 20;
    /** A listing that has to look at many items for few goes on in the next request after this. */
    private static final Duration LONG = Duration.ofSeconds(1);

    private final CatalogLookup lookup;
    private final SearchService search;
    private final IntSupplier partitions;

    ItemListRoutes(HttpServices services) {
        this.lookup = new CatalogLookup(services.catalog());
        this.search = services.search();
        this.partitions = services.rowPartitions();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/vectors/index/{name}/items", this::list, Access.READ);
    }

    private void list(Context context) {
        QueryParameters parameters = QueryParameters.of(context, "cursor", "limit", "include_vector", "filter");
        int limit = parameters.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        boolean includeVectors = parameters.flag("include_vector", false);
        String filter = parameters.text("filter");
        IndexDefinition index = lookup.indexOrAlias(context.pathParam("name"));
        String text = parameters.text("cursor");
        ItemCursor cursor =
                text == null ? ItemCursor.first(index) : ItemCursor.parse(text, index, partitions.getAsInt());
        Answers.json(
                context, 200, list(index, cursor, limit, includeVectors, filter == null ? null : Filter.parse(filter)));
    }

    private ItemList list(
            IndexDefinition index, ItemCursor from, int limit, boolean includeVectors, @Nullable Filter filter) {
        long start = System.nanoTime();
        List<ItemInfo> items = new ArrayList<>();
        long bytes = BYTES_MAX;
        ItemCursor at = from;
        while (true) {
            RowPage page = search.page(new PageQuery(
                    index.id(), at.partition(), at.after(), limit - items.size(), bytes, includeVectors, filter));
            page.rows().forEach(row -> items.add(ItemInfo.of(index, row)));
            bytes -= page.bytes();
            String last = page.last();
            if (last != null) {
                return new ItemList(items, new ItemCursor(index.id(), at.partition(), last).text());
            }
            if (at.partition() + 1 >= partitions.getAsInt()) {
                return new ItemList(items, null);
            }
            at = new ItemCursor(index.id(), at.partition() + 1, null);
            if (items.size() >= limit || bytes <= 0 || System.nanoTime() - start > LONG.toNanos()) {
                return new ItemList(items, at.text());
            }
        }
    }
}
