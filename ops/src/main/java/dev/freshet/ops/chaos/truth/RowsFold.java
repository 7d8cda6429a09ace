package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The truth: what the committed records of the rows topic say, folded in their order. A write that nobody acknowledged counts if, and only if, it is there.
 *
 * <p>Of each row the records of its home partition count. What stands elsewhere must stand once more at home, where the application brought it. A record that carries the
 * header {@value #POISON} was written to be refused, with the code that the header says, and changes nothing; but one with {@code row_too_large} changes its row, and no index
 * can take it. For one thread while it is made, unchanged afterwards.
 */
final class RowsFold {
    /** Header of records that must become dead letters: the code. */
    static final String POISON = "chaos-poison";

    private final int partitions;
    private final Map<String, Long> datasetIds;
    private final Map<Place, RowChange> changes = new HashMap<>();
    private final Map<Long, Map<String, RowTruth>> rows = new HashMap<>();
    private final Map<Long, Set<String>> deleted = new HashMap<>();
    private final Map<Integer, Long> ends = new TreeMap<>();
    private final List<Letter> letters = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Sent, Integer> misplaced = new HashMap<>();
    private final Map<Sent, Integer> atHome = new HashMap<>();

    /**
     * A dead letter that there must be.
     *
     * @param datasetId of a row that no index of its dataset can take; 0: the change as a whole cannot be taken
     * @param rowKey of such a row, else empty
     */
    record Letter(Place place, ErrorCode code, long datasetId, String rowKey) {
        boolean ofRow() {
            return datasetId != 0;
        }
    }

    /** A record by what it says, not by where it stands. */
    private record Sent(String key, int valueHash) {}

    private RowsFold(int partitions, Map<String, Long> datasetIds) {
        this.partitions = partitions;
        this.datasetIds = Map.copyOf(datasetIds);
    }

    /**
     * Folds a topic.
     *
     * @param records of all partitions, each partition's in its order
     * @param partitions how many the topic has
     * @param datasetIds the ids that names have now, for changes that name no id
     * @param codec see {@link RecordCodec#change}
     */
    static RowsFold of(
            List<TopicRecord> records,
            int partitions,
            Map<String, Long> datasetIds,
            Function<TopicRecord, RowChange> codec) {
        RowsFold fold = new RowsFold(partitions, datasetIds);
        for (TopicRecord record : records) {
            fold.ends.merge(record.place().partition(), record.place().offset(), Math::max);
            fold.add(record, codec);
        }
        fold.checkMisplaced();
        return fold;
    }

    private void add(TopicRecord record, Function<TopicRecord, RowChange> codec) {
        String poison = record.headers().get(POISON);
        boolean oversize = ErrorCode.ROW_TOO_LARGE.code().equals(poison);
        if (poison != null && !oversize) {
            letters.add(new Letter(record.place(), code(poison), 0, ""));
            return;
        }
        RowChange change;
        try {
            change = codec.apply(record);
        } catch (IllegalArgumentException | UndecodableRecordException e) {
            findings.add(Finding.of(
                    Invariant.ACKNOWLEDGED_SEARCHABLE,
                    "a record of the rows topic cannot be read, and nobody meant it so",
                    record.place() + " of key " + record.keyText() + ": " + e));
            return;
        }
        Sent sent = new Sent(record.keyText(), record.valueHash());
        if (home(record) != record.place().partition()) {
            misplaced.merge(sent, 1, Integer::sum);
            return;
        }
        atHome.merge(sent, 1, Integer::sum);
        changes.put(record.place(), change);
        Long datasetId = change.getDatasetId() == null ? datasetIds.get(change.getDataset()) : change.getDatasetId();
        if (datasetId != null) {
            apply(datasetId, record.place(), change, oversize);
        }
    }

    private void apply(long datasetId, Place place, RowChange change, boolean oversize) {
        Map<String, RowTruth> live = rows.computeIfAbsent(datasetId, id -> new HashMap<>());
        Set<String> dead = deleted.computeIfAbsent(datasetId, id -> new HashSet<>());
        String key = change.getKey();
        if (change.getOp() == Op.DELETE) {
            live.remove(key);
            dead.add(key);
            return;
        }
        RowTruth before = live.get(key);
        Map<String, @Nullable Object> columns = columns(change, before);
        if (columns == null) {
            letters.add(new Letter(place, ErrorCode.VALUE_UNAVAILABLE, 0, ""));
            return;
        }
        if (oversize) {
            letters.add(new Letter(place, ErrorCode.ROW_TOO_LARGE, datasetId, key));
        }
        float[] vector = change.getVector() == null ? (before == null ? null : before.vector()) : vector(change);
        live.put(
                key,
                before == null
                        ? RowTruth.first(key, place, columns, vector, oversize)
                        : before.then(place, columns, vector, oversize));
        dead.remove(key);
    }

    /** The columns that a change makes; null if it leaves out what is not known. */
    private static @Nullable Map<String, @Nullable Object> columns(RowChange change, @Nullable RowTruth before) {
        if (change.getKeepColumns()) {
            return before == null ? new HashMap<>() : new HashMap<>(before.columns());
        }
        Map<String, @Nullable Object> columns = new HashMap<>(change.getColumns());
        for (Map.Entry<String, @Nullable Object> column : columns.entrySet()) {
            if (column.getValue() instanceof Unavailable) {
                if (before == null || !before.columns().containsKey(column.getKey())) {
                    return null;
                }
                column.setValue(before.columns().get(column.getKey()));
            }
        }
        return columns;
    }

    private static float[] vector(RowChange change) {
        List<Float> given = requireNonNull(change.getVector(), "the change has no vector");
        float[] vector = new float[given.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = given.get(i);
        }
        return vector;
    }

    private int home(TopicRecord record) {
        return RowKeys.partition(record.keyText().getBytes(UTF_8), partitions);
    }

    /** What was written to a wrong partition comes home once, however often it was tried. */
    private void checkMisplaced() {
        misplaced.forEach((sent, times) -> {
            int home = atHome.getOrDefault(sent, 0);
            if (home != times) {
                findings.add(Finding.of(
                        Invariant.ACKNOWLEDGED_SEARCHABLE,
                        "a row in a wrong partition was not brought home exactly once",
                        sent.key() + ": " + times + " in a wrong partition, " + home + " at home"));
            }
        });
    }

    private static ErrorCode code(String text) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.code().equals(text)) {
                return code;
            }
        }
        throw new IllegalArgumentException("the header " + POISON + " is '" + text + "', which is no code");
    }

    /** The rows of a dataset by their keys. */
    Map<String, RowTruth> rows(long datasetId) {
        return rows.getOrDefault(datasetId, Map.of());
    }

    /** The keys of a dataset that had a row, and have none. */
    Set<String> deleted(long datasetId) {
        return deleted.getOrDefault(datasetId, Set.of());
    }

    /** The change that stands at a place; null if there is none, or one that cannot be taken. */
    @Nullable
    RowChange at(Place place) {
        return changes.get(place);
    }

    /** The changes of all rows, wherever they stand. */
    Map<Place, RowChange> changes() {
        return Map.copyOf(changes);
    }

    /** The offset of the last record of each partition that has one. */
    Map<Integer, Long> ends() {
        return Map.copyOf(ends);
    }

    /** The dead letters that there must be. */
    List<Letter> letters() {
        return List.copyOf(letters);
    }

    /** What is wrong with the topic itself. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
