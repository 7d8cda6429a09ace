package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.Datasets.Shapes;
import dev.freshet.schemas.key.TopicNames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes to a Freshet, searches it while others trouble it, and says what it did wrong. A round is {@link #resume}, trouble, the end of all trouble, {@link #settled}. For one
 * thread; closing it ends its threads.
 */
public final class Truth implements AutoCloseable {
    private static final int WORKERS = 3;
    private static final int SEARCHERS = 2;
    private static final int WRITE_REST_MS = 120;
    private static final int SEARCH_REST_MS = 60;
    /** A step waits for several calls that may all run into their timeouts. */
    private static final Duration PAUSE_WITHIN = Duration.ofSeconds(90);

    private final Findings findings;
    private final Tally tally;
    private final Journal journal;
    private final KnownRows known;
    private final GraphMisses misses;
    private final TopicWriter topic;
    private final Workload workload;
    private final Checks checks;

    private Truth(Target target, Random seeds) throws IOException {
        this.findings = new Findings();
        this.tally = new Tally();
        this.journal = new Journal();
        this.known = new KnownRows();
        this.misses = new GraphMisses();
        Caller caller = new Caller(findings::add);
        Commands commands = new Commands();
        Datasets datasets = new Datasets(caller, target.nodes().get(0));
        datasets.create();
        Shapes shapes = datasets.shapes(target.nodes().get(0));
        this.checks = new Checks(target, caller, journal, commands, tally, new Random(seeds.nextLong()));
        checks.believe();
        this.topic = new TopicWriter(target.bootstrap(), new TopicNames(target.prefix()).rows());
        this.workload = new Workload(findings);
        Map<String, List<IndexShape>> lasting = new HashMap<>();
        for (String dataset : List.of(Datasets.NOTES, Datasets.OWN)) {
            lasting.put(dataset, shapes.of(dataset));
        }
        Writes writes = new Writes(target, caller, journal, known, tally, findings, lasting, shapes.partitions());
        for (int worker = 0; worker < WORKERS; worker++) {
            addWorker(worker, writes, shapes.partitions(), new Random(seeds.nextLong()));
        }
        Random catalogRandom = new Random(seeds.nextLong());
        CatalogWork catalog = new CatalogWork(target, caller, commands, writes, findings, catalogRandom);
        workload.add("chaos-catalog", catalog::step, 3 * WRITE_REST_MS, catalogRandom);
        Map<String, IndexShape> searched = new HashMap<>();
        lasting.values().forEach(indexes -> indexes.forEach(index -> searched.put(index.name(), index)));
        for (int searcher = 0; searcher < SEARCHERS; searcher++) {
            Random random = new Random(seeds.nextLong());
            SearchWatch watch = new SearchWatch(target, caller, known, misses, tally, findings, searched, random);
            workload.add("chaos-search-" + searcher, watch::step, SEARCH_REST_MS, random);
        }
    }

    private void addWorker(int worker, Writes writes, int partitions, Random random) {
        NoteWork notes = new NoteWork(worker, writes, topic, journal, known, partitions, random);
        OwnWork own = new OwnWork(worker, writes, random);
        workload.add(
                "chaos-writer-" + worker,
                () -> {
                    if (random.nextInt(4) == 0) {
                        own.step();
                    } else {
                        notes.step();
                    }
                },
                WRITE_REST_MS,
                random);
    }

    /**
     * Makes the datasets that the workload needs. Nothing may trouble the target yet. The work begins with {@link #resume}.
     *
     * @param seed of everything that is drawn; what comes of it depends on the target's timing too
     */
    public static Truth open(Target target, long seed) throws IOException {
        return new Truth(requireNonNull(target, "target is null"), new Random(seed));
    }

    /** Has the workload go on. */
    public void resume() {
        workload.resume();
    }

    /** Returns when the workload rests. An {@link IOException} if it does not come to rest, which is a fault of the harness. */
    public void pause() throws IOException {
        workload.pause(PAUSE_WITHIN);
    }

    /**
     * Has the workload rest, waits until the target does, and compares all that it says with the truth. Nothing may trouble the target any more.
     *
     * @param within how long the target may take
     * @return what was found now, and since this was last asked; empty if all is well
     */
    public List<Finding> settled(Duration within) throws IOException {
        pause();
        List<Finding> found = new ArrayList<>(checks.settled(within));
        found.addAll(misses.take());
        found.addAll(findings.take());
        if (found.isEmpty()) {
            checks.believe();
            known.settled();
        }
        return List.copyOf(found);
    }

    /** How much was put to the test until now. */
    public Counts counts() {
        return tally.counts(journal.size());
    }

    @Override
    public void close() {
        workload.close();
        topic.close();
    }
}
