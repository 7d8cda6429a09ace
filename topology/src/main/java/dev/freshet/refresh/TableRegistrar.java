package dev.freshet.refresh;

import dev.freshet.catalog.CatalogService.TableSpec;
import java.util.Optional;

/** Tells the catalog of tables whose rows come. Thread-safe; never blocks. */
public interface TableRegistrar {
    /**
     * Has the dataset of a table created, or what is new of the table noted, soon. May be called for every row that asks for it: the catalog is told of one dataset once at a time, and again
     * only after a while if it refused or did not answer.
     */
    void register(TableSpec table);

    /** Why the dataset of this name could not be created when it was last tried; empty if it was not tried, or is being tried for the first time. */
    Optional<String> refusal(String dataset);

    /**
     * Why the dataset of this table is not created whoever waits for it: the catalog has answered so, to the same text columns, and is not to be asked again yet. Empty if it has not answered, if
     * what is in the way may pass by itself, or once it is time to ask again.
     */
    Optional<String> finalRefusal(TableSpec table);
}
