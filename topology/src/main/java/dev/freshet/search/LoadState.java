package dev.freshet.search;

import java.util.List;

/**
 * How far the partitions held here are from answering.
 *
 * @param restoring partitions that do not answer; those that stand by for another process are among them
 * @param loadingGraphs graphs of the partitions that answer which are not loaded yet
 */
public record LoadState(List<Integer> restoring, int loadingGraphs) {
    public LoadState {
        restoring = List.copyOf(restoring);
    }
}
