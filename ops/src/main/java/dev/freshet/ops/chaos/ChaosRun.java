package dev.freshet.ops.chaos;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.fault.Fault;
import dev.freshet.ops.chaos.fault.Injected;
import dev.freshet.ops.chaos.fault.Outcome;
import dev.freshet.ops.chaos.fault.Site;
import dev.freshet.ops.chaos.fault.SnapshotArchive;
import dev.freshet.ops.chaos.truth.Counts;
import dev.freshet.ops.chaos.truth.Finding;
import dev.freshet.ops.chaos.truth.Target;
import dev.freshet.ops.chaos.truth.Truth;
import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.LogCheck;
import dev.freshet.ops.chaos.world.NodeProcess;
import dev.freshet.ops.chaos.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One seed: a world of its own, in which a workload runs through the rounds of a {@link ChaosPlan}. After each round everything is healed, and then must go on within a bound and be true.
 * It ends with the first round that found something, so that the logs show what led to it.
 *
 * <p>{@link #run} is for one thread, once; {@link #close}, from any thread, ends all processes.
 */
public final class ChaosRun implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChaosRun.class);
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);
    private static final long POLL_MS = 200;

    private final ChaosSettings settings;
    private final Path directory;
    private final ChaosProgress progress;
    private final ChaosPlan plan;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> notRun = new TreeSet<>();
    private final List<Injected> injected = new ArrayList<>();
    private FaultCounts faults = FaultCounts.none();
    private Counts checked = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0);
    private int ended;
    private int rounds;
    private @Nullable World world;
    private boolean closed;

    /**
     * Nothing starts yet.
     *
     * @param directory for everything that the run writes; there, and empty
     */
    public ChaosRun(ChaosSettings settings, Path directory, ChaosProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.directory = requireNonNull(directory, "directory is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.plan = new ChaosPlan(settings.seed(), settings.faults());
    }

    /** Runs it. What goes wrong is in the result, also when the run itself could not go on. */
    public ChaosResult run() throws IOException {
        long began = System.nanoTime();
        try (RunLog journal = new RunLog(directory)) {
            try {
                run(journal);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                problem("the run was interrupted", List.of());
            } catch (IOException | RuntimeException e) {
                log.error("seed {} could not go on", settings.seed(), e);
                problem("the run could not go on: " + e, List.of());
            } finally {
                close();
            }
            problems.forEach(problem -> journal.say("FINDING " + problem));
        }
        return new ChaosResult(
                settings.seed(),
                rounds,
                faults,
                List.copyOf(notRun),
                ended,
                checked,
                problems,
                Duration.ofNanos(System.nanoTime() - began));
    }

    private void run(RunLog journal) throws IOException, InterruptedException {
        World opened = open(journal);
        Site site = new Site(
                opened,
                Files.createDirectories(directory.resolve("scratch")),
                new SnapshotArchive(directory.resolve("scratch").resolve("archive")));
        try (Truth truth = Truth.open(target(opened), settings.seed())) {
            try {
                rounds(opened, site, truth, journal);
            } finally {
                checked = truth.counts();
            }
        }
    }

    private void rounds(World opened, Site site, Truth truth, RunLog journal) throws IOException, InterruptedException {
        Set<Circumstance> circumstances = EnumSet.of(Circumstance.BAD_ROWS);
        long began = System.nanoTime();
        while (problems.isEmpty() && (rounds == 0 || since(began).compareTo(settings.lasting()) < 0)) {
            Round round = plan.next();
            rounds = round.number();
            truth.resume();
            tell(began, journal, "round " + rounds + ", calm");
            Thread.sleep(round.calm().toMillis());
            for (Wave wave : round.waves()) {
                run(wave, site, truth, circumstances, began, journal);
            }
            tell(began, journal, "round " + rounds + ", healed, checking");
            check(opened, truth, journal);
            checkLogs(opened, circumstances);
            for (NodeProcess node : opened.nodes()) {
                site.snapshots().keep(node);
            }
        }
    }

    /** Starts the world, which is closed when this run is. */
    private World open(RunLog journal) throws IOException {
        journal.say("seed " + settings.seed() + ", " + settings.lasting().toSeconds() + " s, " + settings.faults());
        progress.at(0, "starting");
        World.Settings usual = World.Settings.of(directory.resolve("world"));
        World opened = World.open(new World.Settings(
                usual.directory(),
                usual.prefix(),
                usual.dimensions(),
                usual.nodeSettings(),
                settings.nodeOptions(),
                usual.readyWithin()));
        synchronized (this) {
            if (closed) {
                opened.close();
                throw new IOException("closed while it started");
            }
            world = opened;
        }
        return opened;
    }

    private static Target target(World world) {
        return new Target(
                world.nodes().stream().map(NodeProcess::uri).toList(),
                world.broker().bootstrap(),
                world.prefix(),
                world.model()::vector);
    }

    private void run(Wave wave, Site site, Truth truth, Set<Circumstance> circumstances, long began, RunLog journal)
            throws IOException, InterruptedException {
        if (wave.quiet()) {
            truth.pause();
        }
        List<Running> running = new ArrayList<>();
        for (Fault fault : wave.faults()) {
            tell(began, journal, "round " + rounds + ", " + fault);
            circumstances.addAll(fault.circumstances());
            Injected injection = fault.inject(site);
            injected(injection);
            running.add(new Running(
                    fault, injection, System.nanoTime() + fault.lasting().toNanos()));
        }
        running.sort(Comparator.comparingLong(Running::until));
        for (Running each : running) {
            sleepUntil(each.until(), began, each.fault().toString());
            Outcome outcome = each.injection().heal();
            healed(each.injection());
            journal.say("healed, " + outcome.result() + (outcome.detail().isEmpty() ? "" : ", " + outcome.detail())
                    + ": " + each.fault());
            count(each.fault(), outcome);
        }
        if (wave.quiet()) {
            truth.resume();
        }
    }

    /** A fault that takes place until a time of {@link System#nanoTime}. */
    private record Running(Fault fault, Injected injection, long until) {}

    private void count(Fault fault, Outcome outcome) {
        faults = faults.and(fault.kind(), outcome.result());
        switch (outcome.result()) {
            case HAPPENED, MISSED -> {}
            case NOT_RUN -> notRun.add(fault.kind() + ": " + outcome.detail());
            case NOT_RECOVERED -> problem(fault + ": " + outcome.detail(), List.of());
        }
    }

    private void check(World opened, Truth truth, RunLog journal) throws IOException, InterruptedException {
        long began = System.nanoTime();
        if (!restore(opened, journal)) {
            problem(
                    "progress: the nodes are not ready within " + READY_WITHIN.toSeconds()
                            + " s after everything was healed",
                    List.of());
            return;
        }
        journal.say(
                String.format(Locale.ROOT, "ready after %.1f s", since(began).toMillis() / 1e3));
        for (Finding finding : truth.settled(SETTLED_WITHIN)) {
            List<String> details = new ArrayList<>(finding.details());
            details.add(0, finding.invariant().sentence());
            problem(head(finding), details);
        }
        journal.say(String.format(
                Locale.ROOT, "checked after %.1f s: %s", since(began).toMillis() / 1e3, truth.counts()));
    }

    private void checkLogs(World opened, Set<Circumstance> circumstances) throws IOException {
        for (LogCheck.Unexpected unexpected : LogCheck.usual().check(opened.logs(), circumstances)) {
            problem(
                    "unexpected in a log: " + unexpected.file() + ", line " + unexpected.line() + ", "
                            + unexpected.times() + " times",
                    unexpected.text().lines().toList());
        }
    }

    private static String head(Finding finding) {
        int number = finding.invariant().number();
        return (number == 0 ? "" : "invariant " + number + ", ") + finding.invariant() + ": " + finding.what();
    }

    /** Has everything whole and running again. A node that ended by itself, as one does that starts while the broker is away, is started as its supervisor would. */
    private boolean restore(World opened, RunLog journal) throws IOException, InterruptedException {
        opened.heal();
        opened.broker().start();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!ready(opened, journal)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }

    private boolean ready(World opened, RunLog journal) throws IOException {
        boolean ready = true;
        for (NodeProcess node : opened.nodes()) {
            if (!node.alive()) {
                node.endedByItself().ifPresent(status -> {
                    ended++;
                    journal.say(node.name() + " had ended by itself, status " + status);
                });
                node.start();
            }
            ready &= node.isReady();
        }
        return ready;
    }

    private void sleepUntil(long until, long began, String doing) throws InterruptedException {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            progress.at(since(began).toSeconds(), doing);
            Thread.sleep(Math.min(POLL_MS, left / 1_000_000 + 1));
        }
    }

    private void tell(long began, RunLog journal, String doing) {
        journal.say(doing);
        progress.at(since(began).toSeconds(), doing);
    }

    private void problem(String what, List<String> details) {
        problems.add(new Problem(rounds, what, details));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private synchronized void injected(Injected injection) {
        injected.add(injection);
    }

    private synchronized void healed(Injected injection) {
        injected.remove(injection);
    }

    /** Ends all processes, and gives back what faults hold of the system. A second call does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        World opened = world;
        if (opened != null) {
            world = null;
            opened.close();
        }
        for (Injected injection : injected) {
            try {
                injection.abandon();
            } catch (IOException e) {
                log.error("a fault left something behind that has to be cleared away by hand", e);
            }
        }
        injected.clear();
    }
}
