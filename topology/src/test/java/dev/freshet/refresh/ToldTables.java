package dev.freshet.refresh;

import dev.freshet.catalog.CatalogService.TableSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers the tables that it was told of, and refuses what a test says. For one thread. */
final class ToldTables implements TableRegistrar {
    /** In the order in which they were told. */
    final List<TableSpec> told = new ArrayList<>();

    /** By dataset. */
    final Map<String, String> refusals = new HashMap<>();

    /** By dataset: why it is not created whoever waits. */
    final Map<String, String> finalRefusals = new HashMap<>();

    @Override
    public void register(TableSpec table) {
        told.add(table);
    }

    @Override
    public Optional<String> refusal(String dataset) {
        return Optional.ofNullable(refusals.get(dataset));
    }

    @Override
    public Optional<String> finalRefusal(TableSpec table) {
        return Optional.ofNullable(finalRefusals.get(table.dataset()));
    }
}
