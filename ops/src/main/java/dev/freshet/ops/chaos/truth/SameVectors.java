package dev.freshet.ops.chaos.truth;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers every text with its vector, to the bit: the same text must never get another, in whatever row, batch or process. For one thread. */
final class SameVectors {
    private final Map<String, float[]> known = new HashMap<>();

    /** Looks at the rows of an index whose vectors a model made. */
    List<Finding> look(String index, Collection<FoundRow> rows) {
        List<String> others = new ArrayList<>();
        for (FoundRow row : rows) {
            for (Chunk chunk : row.chunks()) {
                float[] before = known.putIfAbsent(chunk.text(), chunk.vector());
                if (before != null && !Arrays.equals(before, chunk.vector())) {
                    others.add(chunk.id(row.key()) + " '" + chunk.text() + "'");
                }
            }
        }
        return others.isEmpty()
                ? List.of()
                : List.of(new Finding(
                        Invariant.SAME_VECTOR,
                        index + ": " + others.size() + " × a text has another vector than before",
                        others.stream().limit(8).toList()));
    }
}
