package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.dataset;
import static dev.freshet.refresh.RefreshHarness.directIndex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.VectorBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MergeTopologyTest {
    private static final long FROM = 1;
    private static final long FROM_INDEX = 2;
    private static final long TO = 3;
    private static final long TO_INDEX = 4;
    private static final long JOB = 5;
    private static final List<Dataset> DATASETS = List.of(dataset(FROM, "from", 0), dataset(TO, "to", 0));
    private static final List<IndexDefinition> INDEXES =
            List.of(directIndex(FROM_INDEX, "from", FROM, 2), directIndex(TO_INDEX, "to", TO, 2));

    private final RefreshHarness harness = new RefreshHarness();

    MergeTopologyTest() {
        harness.catalog(4, DATASETS, INDEXES);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldCopyVectorsAndMetadataOfAllRows() {
        for (int i = 0; i < 450; i++) {
            put("from", "r" + i, i, "label " + i);
        }
        put("to", "own", 1, "stays");
        start(JOB, false);
        harness.run();

        Map<String, String> expected = rows(FROM_INDEX);
        assertThat(expected).hasSize(450);
        expected.put("own", "1.0 stays");
        assertThat(rows(TO_INDEX)).isEqualTo(expected);
        ProgressEntry report = report(JOB);
        assertThat(report.getTotal()).isEqualTo(450);
        assertThat(report.getDone()).isEqualTo(450);
        assertThat(report.getSkipped()).isZero();
        assertThat(report.getFinishedSteps()).isEqualTo(1);
        assertThat(rows(FROM_INDEX)).hasSize(450);
        assertThat(harness.copiedRows()).isZero();
        assertThat(harness.embedder.asked()).isEmpty();
    }

    @Test
    void shouldGiveWayToChangesAndDeletesAfterTheStart() {
        for (String key : List.of("changed", "deleted", "older")) {
            put("from", key, 1, "source");
            put("to", key, 2, "before");
        }
        put("from", "unseen", 1, "source");
        harness.run();
        long start = harness.nextVersion();
        put("to", "changed", 3, "after");
        delete("to", "deleted");
        delete("to", "unseen");
        start(JOB, false, start);
        harness.run();

        assertThat(rows(TO_INDEX)).isEqualTo(Map.of("changed", "3.0 after", "older", "1.0 source"));
        assertThat(report(JOB).getDone()).isEqualTo(1);
        assertThat(report(JOB).getSkipped()).isEqualTo(3);
    }

    @Test
    void shouldGiveWayToATruncateAfterTheStart() {
        put("from", "a", 1, "source");
        put("to", "b", 1, "own");
        harness.run();
        long start = harness.nextVersion();
        harness.write(change("to", "", Op.TRUNCATE, Map.of()));
        start(JOB, false, start);
        harness.run();

        assertThat(rows(TO_INDEX)).isEmpty();
        assertThat(report(JOB).getSkipped()).isEqualTo(1);
    }

    @Test
    void shouldChangeNothingWhenACopyComesAgain() {
        put("from", "a", 1, "source");
        start(JOB, false);
        harness.run();
        RowChange copy = harness.messages().stream()
                .filter(change -> change.getMerge().getKind() == MergeKind.COPY)
                .findFirst()
                .orElseThrow();
        put("to", "a", 2, "newer");
        int images = harness.history.size();
        harness.write(copy);
        harness.run();

        assertThat(harness.history).hasSize(images);
        assertThat(rows(TO_INDEX)).isEqualTo(Map.of("a", "2.0 newer"));
    }

    @Test
    void shouldWriteNothingWhenTheSameRowsAreMergedAgain() {
        put("from", "a", 1, "source");
        put("from", "b", 2, "source");
        start(JOB, false);
        harness.run();
        int images = harness.history.size();
        end(JOB, JobState.DONE, DATASETS, INDEXES);
        start(JOB + 1, false);
        harness.run();

        assertThat(report(JOB + 1).getDone()).isEqualTo(2);
        assertThat(harness.history).hasSize(images);
        assertThat(harness.count("freshet.rows.unchanged")).isEqualTo(2);
    }

    @Test
    void shouldClearOnlyWhatWasCopiedAndOnlyInThatState() {
        for (String key : List.of("moved", "edited", "removed", "kept")) {
            put("from", key, 1, "source");
        }
        harness.run();
        long start = harness.nextVersion();
        put("to", "kept", 9, "after the start");
        start(JOB, true, start);
        harness.run();
        assertThat(rows(FROM_INDEX))
                .as("nothing is cleared before all is copied")
                .hasSize(4);
        assertThat(harness.copiedRows()).isEqualTo(3);
        put("from", "edited", 5, "edited");
        delete("from", "removed");
        clear(JOB, start);
        harness.run();

        assertThat(rows(FROM_INDEX)).isEqualTo(Map.of("edited", "5.0 edited", "kept", "1.0 source"));
        assertThat(rows(TO_INDEX))
                .isEqualTo(Map.of(
                        "moved", "1.0 source",
                        "edited", "1.0 source",
                        "removed", "1.0 source",
                        "kept", "9.0 after the start"));
        assertThat(report(JOB).getCleared()).isEqualTo(1);
        assertThat(report(JOB).getFinishedSteps()).isEqualTo(2);
        assertThat(harness.copiedRows()).isZero();
    }

    @Test
    void shouldKeepTheSourceWhenTheDestinationIsDropped() {
        for (int i = 0; i < 300; i++) {
            put("from", "r" + i, i, "source");
        }
        start(JOB, true);
        harness.run();
        assertThat(harness.copiedRows()).isEqualTo(300);
        harness.reports.clear();
        end(JOB, JobState.FAILED, List.of(dataset(FROM, "from", 0)), List.of(directIndex(FROM_INDEX, "from", FROM, 2)));
        harness.run();

        assertThat(rows(FROM_INDEX)).hasSize(300);
        assertThat(rows(TO_INDEX)).isEmpty();
        assertThat(harness.copiedRows()).isZero();
        assertThat(harness.reports).as("an ended job reports no more").isEmpty();
    }

    @Test
    void shouldTakeNothingOfAJobThatHasEnded() {
        put("from", "a", 1, "source");
        start(JOB, true);
        harness.run();
        List<RowChange> messages = new ArrayList<>(harness.messages());
        end(JOB, JobState.FAILED, DATASETS, INDEXES);
        delete("to", "a");
        int images = harness.history.size();
        messages.forEach(harness::write);
        harness.run();

        assertThat(harness.history).hasSize(images);
        assertThat(rows(FROM_INDEX)).isEqualTo(Map.of("a", "1.0 source"));
        assertThat(harness.count("freshet.rows.outdated")).isEqualTo(messages.size());
    }

    @Test
    void shouldNotPassChangesThatWaitForTheCatalog() {
        try (RefreshHarness late = new RefreshHarness()) {
            late.catalog(2, DATASETS.subList(0, 1), INDEXES.subList(0, 1));
            late.write(item("to", "a", 2, "after the start"));
            late.write(copy("a", 0));
            late.write(item("to", "b", 2, "after the start"));
            late.run();
            assertThat(late.count("freshet.rows.parked")).isEqualTo(3);
            late.catalog(JOB, DATASETS, INDEXES, List.of(job(JOB, JobState.RUNNING, 0, false, 0)));
            late.write(copy("b", 0));
            late.run();

            assertThat(rows(late, TO_INDEX)).isEqualTo(Map.of("a", "2.0 after the start", "b", "2.0 after the start"));
            assertThat(late.reports.get(JOB))
                    .extracting(ProgressEntry::getSkipped)
                    .isEqualTo(2L);
            assertThat(late.deadLetters).isEmpty();
        }
    }

    @Test
    void shouldCountACopyThatCannotBeTaken() {
        start(JOB, true);
        harness.run();
        RowChange copy = copy("a", Long.MAX_VALUE);
        copy.setVector(List.of(1f, 2f, 3f));
        harness.write(copy);
        harness.run();

        assertThat(report(JOB).getFailed()).isEqualTo(1);
        assertThat(report(JOB).getDone()).isZero();
        assertThat(harness.deadLetters).hasSize(1);
        assertThat(harness.copiedRows()).as("what was not taken is not cleared").isZero();
    }

    @Test
    void shouldCopyThatARowHasNoVector() {
        harness.write(change("from", "bare", Op.UPSERT, Map.of("label", "source")));
        put("to", "bare", 1, "own");
        start(JOB, false);
        harness.run();

        assertThat(harness.image(TO_INDEX, "bare").getChunks()).isEmpty();
        assertThat(harness.image(TO_INDEX, "bare").getMetadata()).contains("source");
    }

    @Test
    void shouldEndWithWhatTheRowsImplyHoweverOftenTheTaskIsRevived() {
        RandomGenerator random = TestRandom.create(MergeTopologyTest.class);
        boolean clearing = random.nextBoolean();
        Map<String, String> from = new TreeMap<>();
        Map<String, String> to = new TreeMap<>();
        changeSome(random, "from", from, 900);
        changeSome(random, "to", to, 300);
        harness.run();
        long start = harness.nextVersion();
        Map<String, String> copied = new TreeMap<>(from);
        Map<String, String> newer = changeSome(random, "to", to, 100);
        copied.keySet().removeAll(newer.keySet());
        harness.reviveOften(random, 40);
        start(JOB, clearing, start);
        harness.run();
        to.putAll(copied);

        assertThat(rows(TO_INDEX)).isEqualTo(to);
        assertThat(rows(FROM_INDEX)).isEqualTo(from);
        ProgressEntry report = report(JOB);
        assertThat(report.getTotal()).isEqualTo(from.size());
        assertThat(report.getDone()).isEqualTo(copied.size());
        assertThat(report.getSkipped()).isEqualTo(from.size() - copied.size());
        assertThat(report.getFinishedSteps()).isEqualTo(1);
        if (clearing) {
            Map<String, String> edited = changeSome(random, "from", from, 50);
            clear(JOB, start);
            harness.run();
            from.keySet().removeIf(key -> copied.containsKey(key) && !edited.containsKey(key));
            assertThat(rows(FROM_INDEX)).isEqualTo(from);
            assertThat(rows(TO_INDEX)).isEqualTo(to);
            assertThat(report(JOB).getFinishedSteps()).isEqualTo(2);
        }
    }

    /** Writes and deletes rows, keeps the account, and returns what was touched. */
    private Map<String, String> changeSome(
            RandomGenerator random, String dataset, Map<String, String> account, int count) {
        Map<String, String> touched = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String key = "r" + random.nextInt(500);
            if (random.nextInt(4) == 0) {
                delete(dataset, key);
                account.remove(key);
                touched.put(key, "");
            } else {
                int value = 1 + random.nextInt(1_000_000);
                put(dataset, key, value, dataset);
                account.put(key, (float) value + " " + dataset);
                touched.put(key, dataset);
            }
        }
        return touched;
    }

    private void put(String dataset, String key, int value, String label) {
        harness.write(item(dataset, key, value, label));
    }

    private static RowChange item(String dataset, String key, int value, String label) {
        RowChange change = change(dataset, key, Op.UPSERT, Map.of("label", label));
        change.setVector(List.of((float) value, 1f));
        return change;
    }

    private static RowChange copy(String key, long below) {
        RowChange copy = item("to", key, 1, "source");
        copy.setMerge(new MergeStep(JOB, MergeKind.COPY, 0, 0L, below));
        return copy;
    }

    private void delete(String dataset, String key) {
        harness.write(change(dataset, key, Op.DELETE, Map.of()));
    }

    private void start(long id, boolean clearSource) {
        harness.run();
        start(id, clearSource, harness.nextVersion());
    }

    private void start(long id, boolean clearSource, long start) {
        harness.catalog(id, DATASETS, INDEXES, List.of(job(id, JobState.RUNNING, 0, clearSource, start)));
    }

    private void clear(long id, long start) {
        harness.catalog(id, DATASETS, INDEXES, List.of(job(id, JobState.RUNNING, Merge.CLEARING, true, start)));
    }

    private void end(long id, JobState state, List<Dataset> datasets, List<IndexDefinition> indexes) {
        harness.catalog(id, datasets, indexes, List.of(job(id, state, 0, true, 0)));
    }

    private static Job job(long id, JobState state, int step, boolean clearSource, long start) {
        Merge merge = new Merge(FROM, "from", TO, "to", clearSource, List.of(start));
        boolean running = state == JobState.RUNNING;
        return new Job(id, state, step, 1, merge, Instant.EPOCH, running ? null : Instant.EPOCH, null, List.of());
    }

    private ProgressEntry report(long id) {
        ProgressEntry report = harness.reports.get(id);
        if (report == null) {
            throw new AssertionError("no report of job " + id);
        }
        return report;
    }

    private Map<String, String> rows(long indexId) {
        return rows(harness, indexId);
    }

    /** The rows of an index: the first component of their vector, and their label. */
    private static Map<String, String> rows(RefreshHarness harness, long indexId) {
        Map<String, String> rows = new TreeMap<>();
        harness.images.forEach((key, image) -> {
            if (VectorKeys.indexId(key) == indexId) {
                rows.put(image.getRowKey(), shown(image));
            }
        });
        return rows;
    }

    private static String shown(RowImage image) {
        Chunk chunk = image.getChunks().get(0);
        float[] vector = VectorBytes.decode(chunk.getVector());
        assertThat(image.getMetadata()).startsWith("{\"label\":\"").endsWith("\"}");
        return vector[0] + " "
                + image.getMetadata()
                        .substring("{\"label\":\"".length(), image.getMetadata().length() - 2);
    }
}
