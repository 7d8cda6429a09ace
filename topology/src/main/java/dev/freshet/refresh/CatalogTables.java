package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.RegisterResult;
import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the catalog of tables, on a thread of its own: the stream threads that meet their rows must not wait for it. What is refused, or not answered, is tried again with pauses that grow, for as
 * long as rows ask for it. After a changed table was noted there is a pause too, so that two shapes that come in turns do not write the catalog with each row. A refusal is logged when it is new,
 * with what to do; rows that wait for the dataset become dead letters with the same reason: at once if only somebody's decision can change it. Thread-safe.
 */
public final class CatalogTables implements TableRegistrar {
    private static final Logger log = LoggerFactory.getLogger(CatalogTables.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    /** Refused by the catalog's rules: waiting does not help, a PUT or another configuration does. */
    private static final Set<ErrorCode> FINAL =
            Set.of(ErrorCode.BAD_REQUEST, ErrorCode.DATASET_NOT_FOUND, ErrorCode.INVALID_NAME);
    /** Pauses that a final refusal skips: its first one is 8 s, in which parked rows, which are looked at every 5 s, meet it. */
    private static final int FINAL_SKIPS = 3;
    /** Datasets that are remembered beside those under way. Whatever is forgotten is only tried again sooner. */
    private static final int REMEMBERED_MAX = 1_000;

    private final CatalogService catalog;
    private final Executor executor;
    private final Clock clock;
    /** By dataset, in the order in which they were first asked for. Guarded by this. */
    private final Map<String, Attempts> attempts = new LinkedHashMap<>();

    /** @param executor runs one task per dataset at a time; each may take as long as the catalog's answer */
    public CatalogTables(CatalogService catalog, Executor executor, Clock clock) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.executor = requireNonNull(executor, "executor is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** What was tried for one dataset. */
    private static final class Attempts {
        private boolean underWay;
        private int failed;
        private long nextMs;
        private @Nullable String refusal;
        /** The text columns to which the refusal is final; null: it is not. */
        private @Nullable List<String> finalFor;
    }

    @Override
    public void register(TableSpec table) {
        synchronized (this) {
            Attempts known = attempts.computeIfAbsent(table.dataset(), name -> new Attempts());
            if (known.underWay || clock.millis() < known.nextMs) {
                return;
            }
            if (attempts.size() > REMEMBERED_MAX && !forgetOne(table.dataset())) {
                attempts.remove(
                        table.dataset()); // So many are under way that this one has to wait until it is asked for
                // again.
                return;
            }
            known.underWay = true;
        }
        try {
            executor.execute(() -> attempt(table));
        } catch (RejectedExecutionException e) {
            log.debug("The process is stopping, {} is not registered", table.dataset());
            synchronized (this) {
                attempts.remove(table.dataset());
            }
        }
    }

    @Override
    public synchronized Optional<String> refusal(String dataset) {
        return Optional.ofNullable(attempts.get(dataset)).map(known -> known.refusal);
    }

    @Override
    public synchronized Optional<String> finalRefusal(TableSpec table) {
        return Optional.ofNullable(attempts.get(table.dataset()))
                .filter(known -> !known.underWay
                        && clock.millis() < known.nextMs
                        && table.textColumns().equals(known.finalFor))
                .map(known -> known.refusal);
    }

    private void attempt(TableSpec table) {
        try {
            RegisterResult result = catalog.registerTable(table);
            succeeded(table, result);
        } catch (FreshetException e) {
            failed(table, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            failed(table, "it failed for no known reason (" + e + "); the log of the refresh process has the whole", e);
        }
    }

    private void succeeded(TableSpec table, RegisterResult result) {
        synchronized (this) {
            if (result.changed() && !result.created()) {
                Attempts known = attempts.computeIfAbsent(table.dataset(), name -> new Attempts());
                known.underWay = false;
                known.failed = 0;
                known.refusal = null;
                known.finalFor = null;
                known.nextMs = clock.millis() + LONGEST_PAUSE.toMillis();
            } else {
                attempts.remove(table.dataset());
            }
        }
        if (result.created()) {
            log.info(
                    "Created the dataset '{}' for {}, with the text columns {}{}",
                    table.dataset(),
                    table.origin().name(),
                    table.textColumns(),
                    table.origin().textProposed() ? ", which were proposed by their types" : "");
        } else if (result.changed()) {
            log.info(
                    "{} has the columns {} now; the dataset '{}' keeps its text columns",
                    table.origin().name(),
                    table.origin().columns(),
                    table.dataset());
        }
    }

    private void failed(TableSpec table, String reason, RuntimeException failure) {
        boolean news;
        synchronized (this) {
            Attempts known = attempts.computeIfAbsent(table.dataset(), name -> new Attempts());
            news = !reason.equals(known.refusal);
            known.underWay = false;
            known.refusal = reason;
            boolean decided = failure instanceof FreshetException refused && FINAL.contains(refused.code());
            known.finalFor = decided ? table.textColumns() : null;
            known.nextMs = clock.millis()
                    + pause(known.failed + (decided ? FINAL_SKIPS : 0)).toMillis();
            known.failed++;
        }
        if (!news) {
            return;
        }
        if (failure instanceof FreshetException) {
            log.warn(
                    "The dataset '{}' cannot take rows of {}, trying again while they come: {}",
                    table.dataset(),
                    table.origin().name(),
                    reason);
        } else {
            log.error("The dataset '{}' cannot be registered", table.dataset(), failure);
        }
    }

    private static Duration pause(int failed) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failed, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private boolean forgetOne(String but) {
        Optional<String> oldest = attempts.entrySet().stream()
                .filter(entry -> !entry.getValue().underWay && !entry.getKey().equals(but))
                .map(Map.Entry::getKey)
                .findFirst();
        oldest.ifPresent(attempts::remove);
        return oldest.isPresent();
    }
}
