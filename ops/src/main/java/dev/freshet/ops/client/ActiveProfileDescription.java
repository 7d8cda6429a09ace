package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The active profile, and what of it is ready, as the server shows it. */
public record ActiveProfileDescription(
        String profile, boolean active, String activated, String activatedBy, boolean ready, List<Binding> bindings) {
    public ActiveProfileDescription {
        bindings = List.copyOf(bindings);
    }

    /**
     * Whether a bound dataset can be searched.
     *
     * @param index null if it is being deleted, and so is the coverage
     * @param alias the alias that leads to the index; null if there is none
     * @param pendingRows null if it cannot be told
     * @param staleSince since when rows wait to be embedded; null if none do
     * @param job the job that fills the index; null if none does
     */
    public record Binding(
            String dataset,
            @Nullable String index,
            @Nullable String alias,
            boolean ready,
            String status,
            long rows,
            SearchResult.@Nullable CoverageLine coverage,
            @Nullable Long pendingRows,
            @Nullable String staleSince,
            @Nullable Long job) {}
}
