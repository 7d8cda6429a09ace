package dev.freshet.index;

/**
 * Chooses whom to link to, so that the links lead in different directions: a candidate is taken only if it is nearer to the base than to every one taken before (algorithm 4 of Malkov and
 * Yashunin, arXiv:1603.09320, without extending the candidates). One that equals a taken one is left out too, else many equal vectors would link to each other alone.
 * For one thread.
 */
final class NeighborSelector {
    private final CompactGraph graph;

    NeighborSelector(CompactGraph graph) {
        this.graph = graph;
    }

    /**
     * Chooses among candidates.
     *
     * @param candidates keys of {@link NodeHeap} by distance to the base, nearest first; afterwards the chosen stand first, in order, and the others behind them, in order
     * @param count candidates there are
     * @param max candidates to choose at most
     * @return how many were chosen
     */
    int select(long[] candidates, int count, int max) {
        int chosen = 0;
        int left = 0;
        long[] others = new long[count];
        for (int i = 0; i < count; i++) {
            long candidate = candidates[i];
            if (chosen < max && isDiverse(candidate, candidates, chosen)) {
                candidates[chosen++] = candidate;
            } else {
                others[left++] = candidate;
            }
        }
        System.arraycopy(others, 0, candidates, chosen, left);
        return chosen;
    }

    /**
     * Adds to what is chosen already: candidates that lead elsewhere first, then the nearest of the others, until there are {@code max}.
     *
     * @param chosen keys of nodes, whatever their distances, with room for {@code max}
     * @param candidates keys by distance to the base, nearest first
     * @return how many are chosen now
     */
    int extend(long[] chosen, int chosenCount, long[] candidates, int count, int max) {
        int size = chosenCount;
        int left = 0;
        for (int i = 0; i < count && size < max; i++) {
            if (isDiverse(candidates[i], chosen, size)) {
                chosen[size++] = candidates[i];
            } else {
                candidates[left++] = candidates[i];
            }
        }
        for (int i = 0; i < left && size < max; i++) {
            chosen[size++] = candidates[i];
        }
        return size;
    }

    private boolean isDiverse(long candidate, long[] chosen, int count) {
        int node = NodeHeap.node(candidate);
        float toBase = NodeHeap.distance(candidate);
        for (int i = 0; i < count; i++) {
            int other = NodeHeap.node(chosen[i]);
            float apart = graph.distance(node, other);
            if (apart < toBase || (apart == toBase && graph.sameVector(node, other))) {
                return false;
            }
        }
        return true;
    }
}
