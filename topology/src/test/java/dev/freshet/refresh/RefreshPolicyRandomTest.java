package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.doc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.embed.ModelInfo;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.VectorBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Changes of rows, columns, policies and indexes, jobs and cancellations, restarts of the task and trouble with models, in any order. At the end the images must be
 * those that the rows imply, and every job that was done must have counted each of its rows once.
 */
class RefreshPolicyRandomTest {
    private static final int KEYS = 60;
    private static final int STEPS = 900;

    private final RandomGenerator random = TestRandom.create(RefreshPolicyRandomTest.class);
    private final Map<String, Map<String, Object>> rows = new TreeMap<>();
    private final Map<Long, IndexDefinition> indexes = new TreeMap<>();
    private final Map<Long, Job> jobs = new TreeMap<>();
    private final List<Long> ended = new ArrayList<>();
    private Dataset dataset = RefreshHarness.dataset(1, "docs", 0, "title", "body");
    private long lastId = 1;
    /** The catalog before the newest one. */
    private Catalog before = Catalog.empty();

    @RepeatedTest(3)
    void shouldEndWithWhatTheRowsImply() {
        try (RefreshHarness harness = new RefreshHarness()) {
            createIndex(harness);
            for (int step = 0; step < STEPS; step++) {
                act(harness);
                endWhatIsThrough(harness);
            }
            harness.embedder.release();
            harness.otherEmbedder.release();
            harness.embedder.failNext(0);
            harness.otherEmbedder.failNext(0);
            for (int i = 0; i < 50 && anyRuns(harness); i++) {
                harness.runScheduled();
                endWhatIsThrough(harness);
            }
            assertThat(jobs.values()).noneMatch(Job::running);
            start(harness, new Refresh(dataset.id(), dataset.name(), false));
            harness.runScheduled(); // What failed last and is the work of no job.
            harness.settle();
            harness.runScheduled();
            harness.settle();
            endWhatIsThrough(harness);

            assertThat(jobs.values()).noneMatch(Job::running);
            assertImages(harness);
            assertThat(harness.waiting()).isEmpty();
            assertThat(harness.busy()).isFalse();
            assertThat(harness.deadLetters).isEmpty();
            assertThat(ended).isNotEmpty();
        }
    }

    private void act(RefreshHarness harness) {
        int dice = random.nextInt(100);
        if (dice < 45) {
            upsert(harness);
        } else if (dice < 55) {
            String key = "r" + random.nextInt(KEYS);
            harness.write(change(dataset.name(), key, Op.DELETE, Map.of()));
            rows.remove(key);
        } else if (dice < 58) {
            withPolicy(harness);
        } else if (dice < 62) {
            refresh(harness);
        } else if (dice < 65) {
            cancel(harness);
        } else if (dice < 67) {
            rebuild(harness);
        } else if (dice < 69) {
            changeColumns(harness);
        } else if (dice < 71 && indexes.size() < 3) {
            createIndex(harness);
        } else if (dice < 72 && indexes.size() > 1) {
            dropIndex(harness);
        } else if (dice < 73 && random.nextInt(3) == 0) {
            dropDataset(harness);
        } else if (dice < 76) {
            if (random.nextBoolean()) {
                harness.reviveNow();
            } else {
                passThroughAProcessThatLags(harness);
            }
        } else if (dice < 84) {
            trouble(random.nextBoolean() ? harness.embedder : harness.otherEmbedder);
        } else {
            harness.advance(Duration.ofMillis(random.nextInt(1, 2_000)));
        }
    }

    /** The task goes to a process that has read less of the catalog, which then catches up. */
    private void passThroughAProcessThatLags(RefreshHarness harness) {
        Catalog newest = harness.catalog();
        harness.catalog(before);
        harness.reviveNow();
        upsert(harness);
        harness.advance(Duration.ofMillis(random.nextInt(1, 2_000)));
        harness.catalog(newest);
    }

    private void trouble(ScriptedEmbedder embedder) {
        switch (random.nextInt(3)) {
            case 0 -> embedder.hold();
            case 1 -> embedder.failNext(random.nextInt(4));
            default -> embedder.release();
        }
    }

    private void upsert(RefreshHarness harness) {
        String key = "r" + random.nextInt(KEYS);
        String body = random.nextInt(20) == 0 ? " " : "Body " + random.nextInt(4) + ".";
        Map<String, Object> columns = doc(key, "Title " + random.nextInt(2) + ".", body);
        columns.put("n", (long) random.nextInt(3));
        harness.write(change(dataset.name(), key, Op.UPSERT, columns));
        rows.put(key, columns);
    }

    private void refresh(RefreshHarness harness) {
        boolean runs = jobs.values().stream().anyMatch(job -> job.running() && job.work() instanceof Refresh);
        if (!runs) {
            start(harness, new Refresh(dataset.id(), dataset.name(), false));
        }
    }

    private void rebuild(RefreshHarness harness) {
        IndexDefinition index = anyIndex();
        if (running(index.id()).isEmpty()) {
            start(harness, new Fill(dataset.id(), dataset.name(), List.of(name(index)), true));
        }
    }

    private void changeColumns(RefreshHarness harness) {
        boolean bodyOnly = dataset.textColumns().size() == 2;
        dataset = dataset(
                dataset.id(),
                bodyOnly ? List.of("body") : List.of("title", "body"),
                dataset.refreshPolicy(),
                dataset.revision() + 1);
        for (IndexDefinition index : indexes.values()) {
            running(index.id()).forEach(job -> end(harness, job, JobState.CANCELLED));
        }
        List<IndexName> all =
                indexes.values().stream().map(RefreshPolicyRandomTest::name).toList();
        start(harness, new Fill(dataset.id(), dataset.name(), all, false));
    }

    private void createIndex(RefreshHarness harness) {
        long id = ++lastId;
        IndexDefinition index = random.nextBoolean()
                ? RefreshHarness.index(id, "docs_v" + id, dataset.id())
                : RefreshHarness.otherIndex(id, "docs_v" + id, dataset.id());
        indexes.put(id, index);
        start(harness, new Fill(dataset.id(), dataset.name(), List.of(name(index)), false));
    }

    private void dropIndex(RefreshHarness harness) {
        IndexDefinition index = anyIndex();
        indexes.remove(index.id());
        start(harness, new Drop(dataset.id(), dataset.name(), List.of(name(index)), false));
    }

    private void dropDataset(RefreshHarness harness) {
        // A change that waits for a process to catch up says no id of its dataset: after the drop it would be the next
        // one's,
        // which has the same name.
        harness.advance(Duration.ofMillis(200));
        for (Job job : List.copyOf(jobs.values())) {
            if (job.running() && job.work().touches(dataset.id())) {
                end(harness, job, JobState.FAILED);
            }
        }
        Drop drop = new Drop(
                dataset.id(),
                dataset.name(),
                indexes.values().stream().map(RefreshPolicyRandomTest::name).toList(),
                true);
        indexes.clear();
        rows.clear();
        dataset = dataset(++lastId, List.of("title", "body"), dataset.refreshPolicy(), 0);
        start(harness, drop);
        createIndex(harness);
    }

    private void withPolicy(RefreshHarness harness) {
        RefreshPolicy[] policies = RefreshPolicy.values();
        dataset = dataset(
                dataset.id(), dataset.textColumns(), policies[random.nextInt(policies.length)], dataset.revision());
        show(harness);
    }

    private static Dataset dataset(long id, List<String> textColumns, RefreshPolicy policy, long revision) {
        return new Dataset(
                id, "docs", List.of("id"), textColumns, null, policy, null, null, false, Instant.EPOCH, revision);
    }

    private void cancel(RefreshHarness harness) {
        List<Job> cancellable = jobs.values().stream()
                .filter(job -> job.running() && !(job.work() instanceof Drop))
                .toList();
        if (!cancellable.isEmpty()) {
            end(harness, cancellable.get(random.nextInt(cancellable.size())), JobState.CANCELLED);
        }
    }

    private List<Job> running(long indexId) {
        return jobs.values().stream()
                .filter(job -> job.running() && job.work() instanceof Fill fill && fill.fills(indexId))
                .toList();
    }

    private IndexDefinition anyIndex() {
        return List.copyOf(indexes.values()).get(random.nextInt(indexes.size()));
    }

    private static IndexName name(IndexDefinition index) {
        return new IndexName(index.id(), index.name());
    }

    private boolean anyRuns(RefreshHarness harness) {
        harness.wake();
        return jobs.values().stream().anyMatch(Job::running);
    }

    /** As the catalog's writer does. */
    private void endWhatIsThrough(RefreshHarness harness) {
        for (Job job : List.copyOf(jobs.values())) {
            ProgressEntry report = harness.reports.get(job.id());
            if (job.running() && report != null && report.getFinishedSteps() == 1) {
                assertThat(report.getTotal())
                        .as("total of %s", report)
                        .isEqualTo(report.getDone() + report.getSkipped() + report.getFailed());
                ended.add(job.id());
                end(harness, job, JobState.DONE);
            } else if (report != null && report.getTotal() != null) {
                assertThat(report.getDone() + report.getSkipped() + report.getFailed())
                        .as("rows that %s is through with", report)
                        .isLessThanOrEqualTo(report.getTotal());
            }
        }
    }

    private void start(RefreshHarness harness, JobWork work) {
        long id = ++lastId;
        jobs.put(id, job(id, JobState.RUNNING, work));
        show(harness);
    }

    private void end(RefreshHarness harness, Job job, JobState state) {
        jobs.put(job.id(), job(job.id(), state, job.work()));
        show(harness);
    }

    private static Job job(long id, JobState state, JobWork work) {
        @Nullable Instant finished = state == JobState.RUNNING ? null : Instant.EPOCH;
        return new Job(id, state, 0, 1, work, Instant.EPOCH, finished, null, List.of());
    }

    private void show(RefreshHarness harness) {
        before = harness.catalog();
        harness.catalog(lastId, List.of(dataset), List.copyOf(indexes.values()), List.copyOf(jobs.values()));
    }

    private void assertImages(RefreshHarness harness) {
        Map<String, String> expected = new TreeMap<>();
        for (IndexDefinition index : indexes.values()) {
            rows.forEach((key, columns) ->
                    expected.put(VectorKeys.row(index.id(), key), shown(RowContent.text(dataset, columns), columns)));
        }
        Map<String, String> actual = new TreeMap<>();
        harness.images.forEach((key, image) -> {
            ModelInfo model = model(image.getIndexId());
            StringBuilder text = new StringBuilder();
            for (Chunk chunk : image.getChunks()) {
                text.append(chunk.getText());
                assertThat(chunk.getVector())
                        .isEqualTo(VectorBytes.encode(ScriptedEmbedder.vector(model, chunk.getText())));
            }
            String n = image.getMetadata().replaceAll(".*\"n\":(\\d).*", "$1");
            boolean title = image.getMetadata().contains("\"title\"");
            assertThat(title).isEqualTo(dataset.textColumns().size() == 1);
            actual.put(key, text.toString().strip() + "/" + n);
        });
        assertThat(actual).isEqualTo(expected);
        for (IndexFreshness index : harness.stale.freshness()) {
            assertThat(harness.watermarks.get(index.indexId())).isEqualTo(harness.nextVersion() - 1);
        }
    }

    private ModelInfo model(long indexId) {
        IndexDefinition index = indexes.get(indexId);
        return index != null
                        && index.chunkSize()
                                == RefreshHarness.otherIndex(0, "other", 0).chunkSize()
                ? RefreshHarness.OTHER_MODEL
                : ScriptedEmbedder.MODEL;
    }

    private static String shown(String text, Map<String, Object> columns) {
        return text.strip() + "/" + columns.get("n");
    }
}
