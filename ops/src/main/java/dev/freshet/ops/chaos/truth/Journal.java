package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The writes that were acknowledged, and whether the rows topic has them: nothing that was acknowledged may be lost. Thread-safe. */
final class Journal {
    private static final int DETAILS_MAX = 8;

    private final List<Acknowledged> acknowledged = new ArrayList<>();

    /**
     * What was written of a row.
     *
     * @param columns empty for a delete
     * @param vector the row's own; null if it brings none
     */
    record Content(
            String dataset,
            String key,
            boolean delete,
            Map<String, @Nullable Object> columns,
            float @Nullable [] vector,
            boolean keepColumns) {
        Content(
                String dataset,
                String key,
                boolean delete,
                Map<String, @Nullable Object> columns,
                float @Nullable [] vector,
                boolean keepColumns) {
            this.dataset = requireNonNull(dataset, "dataset is null");
            this.key = requireNonNull(key, "key is null");
            this.delete = delete;
            this.columns = Collections.unmodifiableMap(new HashMap<>(columns));
            this.vector = vector;
            this.keepColumns = keepColumns;
        }

        static Content delete(String dataset, String key) {
            return new Content(dataset, key, true, Map.of(), null, false);
        }

        static Content row(String dataset, String key, Map<String, @Nullable Object> columns) {
            return new Content(dataset, key, false, columns, null, false);
        }

        /** Whether a change says this. */
        boolean is(RowChange change) {
            return change.getDataset().equals(dataset)
                    && change.getKey().equals(key)
                    && (change.getOp() == Op.DELETE) == delete
                    && change.getKeepColumns() == keepColumns
                    && columns.equals(change.getColumns())
                    && sameVector(change.getVector());
        }

        private boolean sameVector(@Nullable List<Float> other) {
            if (vector == null || other == null) {
                return vector == null && other == null;
            }
            float[] components = new float[other.size()];
            for (int i = 0; i < components.length; i++) {
                components[i] = other.get(i);
            }
            return Arrays.equals(vector, components);
        }
    }

    /**
     * A write that was acknowledged.
     *
     * @param place where its change stands, or, if it is not {@code exact}, the place of a later one of its batch in the same partition
     */
    record Acknowledged(Content content, Place place, boolean exact) {
        Acknowledged {
            requireNonNull(content, "content is null");
            requireNonNull(place, "place is null");
        }
    }

    synchronized void add(Acknowledged write) {
        acknowledged.add(write);
    }

    synchronized int size() {
        return acknowledged.size();
    }

    /** What the topic does not have. */
    synchronized List<Finding> missing(RowsFold fold) {
        Map<String, List<Map.Entry<Place, RowChange>>> byKey = new HashMap<>();
        fold.changes()
                .entrySet()
                .forEach(change -> byKey.computeIfAbsent(
                                change.getValue().getDataset() + ":"
                                        + change.getValue().getKey(),
                                key -> new ArrayList<>())
                        .add(change));
        List<String> lost = new ArrayList<>();
        for (Acknowledged write : acknowledged) {
            if (write.exact() ? !isAt(fold, write) : !isBefore(byKey, write)) {
                lost.add(write.content().dataset() + ":" + write.content().key() + " at "
                        + (write.exact() ? "" : "or before ") + write.place() + ", there is "
                        + (fold.at(write.place()) == null ? "nothing" : "something else"));
            }
        }
        return lost.isEmpty()
                ? List.of()
                : List.of(new Finding(
                        Invariant.ACKNOWLEDGED_SEARCHABLE,
                        lost.size() + " × an acknowledged write is not in the rows topic",
                        lost.stream().limit(DETAILS_MAX).toList()));
    }

    private static boolean isAt(RowsFold fold, Acknowledged write) {
        RowChange change = fold.at(write.place());
        return change != null && write.content().is(change);
    }

    private static boolean isBefore(Map<String, List<Map.Entry<Place, RowChange>>> byKey, Acknowledged write) {
        String key = write.content().dataset() + ":" + write.content().key();
        return byKey.getOrDefault(key, List.of()).stream()
                .anyMatch(change -> change.getKey().partition() == write.place().partition()
                        && change.getKey().offset() <= write.place().offset()
                        && write.content().is(change.getValue()));
    }
}
