package dev.freshet.ops.chaos.truth;

import static dev.freshet.ops.chaos.truth.Made.image;
import static dev.freshet.ops.chaos.truth.Made.imageRecord;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImagesFoldTest {
    private final List<TopicRecord> records = new ArrayList<>();
    private final Map<Place, @Nullable RowImage> images = new HashMap<>();

    private ImagesFoldTest with(long indexId, String key, int partition, @Nullable RowImage image) {
        TopicRecord record = imageRecord(indexId, key, partition, records.size());
        records.add(record);
        images.put(record.place(), image);
        return this;
    }

    private ImagesFold fold() {
        return ImagesFold.of(records, record -> images.get(record.place()));
    }

    private List<Invariant> breaches() {
        return fold().findings().stream().map(Finding::invariant).toList();
    }

    @Test
    void shouldKeepTheNewestImageOfEachRow() {
        with(7, "a", 1, image(7, "a", 3, null, "one"));
        with(8, "a", 1, image(8, "a", 3, null, "one"));
        with(7, "a", 1, image(7, "a", 4, null, "two"));
        with(7, "b", 2, image(7, "b", 1, null, "x"));
        with(7, "b", 2, null);
        records.add(new TopicRecord(new Place(0, 99), VectorKeys.watermark(7, 0).getBytes(UTF_8), null, Map.of()));

        assertThat(fold().rows(7)).containsOnlyKeys("a");
        FoundRow row = requireNonNull(fold().rows(7).get("a"));
        assertThat(row.texts()).containsExactly("two");
        assertThat(row.version()).isEqualTo(4);
        assertThat(fold().indexes()).containsExactlyInAnyOrder(7L, 8L);
        assertThat(fold().findings()).isEmpty();
    }

    @Test
    void shouldFindVersionsThatAreWrittenTwice() {
        with(7, "a", 1, image(7, "a", 3, null, "one")).with(7, "a", 1, image(7, "a", 3, null, "one"));

        assertThat(breaches()).containsExactly(Invariant.ACKNOWLEDGED_SEARCHABLE);
    }

    @Test
    void shouldFindVersionsThatGoBackEvenOverADeletion() {
        with(7, "a", 1, image(7, "a", 3, null, "one"))
                .with(7, "a", 1, null)
                .with(7, "a", 1, image(7, "a", 2, null, "one"));

        assertThat(breaches()).containsExactly(Invariant.NEWEST_VERSION);
    }

    @Test
    void shouldFindRowsInSeveralPartitions() {
        with(7, "a", 1, image(7, "a", 3, null, "one")).with(7, "a", 2, image(7, "a", 4, null, "one"));

        assertThat(breaches()).containsExactly(Invariant.EXACT_IDS);
    }

    @Test
    void shouldFindImagesThatCannotBeRead() {
        records.add(imageRecord(7, "a", 1, 0));
        ImagesFold fold = ImagesFold.of(records, record -> {
            throw new UndecodableRecordException("damaged");
        });

        assertThat(fold.findings()).extracting(Finding::invariant).containsExactly(Invariant.EXACT_IDS);
    }
}
