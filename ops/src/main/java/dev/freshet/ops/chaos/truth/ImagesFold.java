package dev.freshet.ops.chaos.truth;

import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the committed records of the vectors topic say: the newest image of each row in each index. And whether each version of a row was written once, and never one older
 * than what had been written before. For one thread while it is made, unchanged afterwards.
 */
final class ImagesFold {
    private final Map<Long, Map<String, FoundRow>> rows = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Set<Integer>> places = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private ImagesFold() {}

    /**
     * Folds a topic.
     *
     * @param codec the image of a record; null where the record deletes
     */
    static ImagesFold of(List<TopicRecord> records, Function<TopicRecord, @Nullable RowImage> codec) {
        ImagesFold fold = new ImagesFold();
        for (TopicRecord record : records) {
            fold.add(record, codec);
        }
        fold.places.forEach((key, partitions) -> {
            if (partitions.size() > 1) {
                fold.findings.add(Finding.of(
                        Invariant.EXACT_IDS, "a row has images in several partitions", key + ": " + partitions));
            }
        });
        return fold;
    }

    private void add(TopicRecord record, Function<TopicRecord, @Nullable RowImage> codec) {
        String key = record.keyText();
        if (VectorKeys.isWatermark(key)) {
            return;
        }
        RowImage image;
        try {
            image = codec.apply(record);
        } catch (IllegalArgumentException | UndecodableRecordException e) {
            findings.add(Finding.of(
                    Invariant.EXACT_IDS, "an image cannot be read", record.place() + " of key " + key + ": " + e));
            return;
        }
        Map<String, FoundRow> index = rows.computeIfAbsent(VectorKeys.indexId(key), id -> new HashMap<>());
        if (image == null) {
            index.remove(VectorKeys.rowKey(key));
            places.remove(key);
            return;
        }
        if (image.getKind() != ImageKind.ROW) {
            findings.add(Finding.of(Invariant.EXACT_IDS, "a row's key holds a " + image.getKind(), key));
            return;
        }
        Long before = newest.put(key, image.getVersion());
        if (before != null && before >= image.getVersion()) {
            findings.add(outdated(key, record, image, before));
        }
        places.computeIfAbsent(key, row -> new TreeSet<>()).add(record.place().partition());
        index.put(VectorKeys.rowKey(key), FoundRow.of(record.place().partition(), image));
    }

    private static Finding outdated(String key, TopicRecord record, RowImage image, long before) {
        String detail = key + " at " + record.place() + ": version " + image.getVersion() + " after version " + before;
        return before == image.getVersion()
                ? Finding.of(Invariant.ACKNOWLEDGED_SEARCHABLE, "a version of a row was written twice", detail)
                : Finding.of(
                        Invariant.NEWEST_VERSION, "an older version of a row was written after a newer one", detail);
    }

    /** The rows of an index that have an image, by their keys. */
    Map<String, FoundRow> rows(long indexId) {
        return rows.getOrDefault(indexId, Map.of());
    }

    /** The indexes that rows have images in. */
    Set<Long> indexes() {
        Set<Long> indexes = new HashSet<>();
        rows.forEach((id, images) -> {
            if (!images.isEmpty()) {
                indexes.add(id);
            }
        });
        return indexes;
    }

    /** What is wrong with the topic itself. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
