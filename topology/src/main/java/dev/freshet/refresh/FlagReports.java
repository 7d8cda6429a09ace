package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.schemas.privacy.PiiFinding;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings to the catalog what the tasks of this process found. A finding waits until the catalog shows it, so one that cannot be told now is told later; what the
 * catalog has already is not told again. However much is found, a dataset is told of once per call of {@link #send}. What a dataset has no room for is logged and
 * counted, since nothing withholds its text. Thread-safe.
 */
public final class FlagReports {
    private static final Logger log = LoggerFactory.getLogger(FlagReports.class);

    /** Findings without room that are remembered of a dataset, so that each is told once. Those beyond are not told: this many are enough to see that its columns have no end. */
    private static final int LEFT_OUT_MAX = 1_000;

    private static final int SHOWN_MAX = 20;
    private static final int SHOWN_LENGTH_MAX = 100;

    private final CatalogView catalog;
    private final Flagging flagging;
    private final Counter leftOutCount;
    private final Map<Long, List<PiiFinding>> waiting = new HashMap<>();
    private final Map<Long, List<PiiFinding>> leftOut = new HashMap<>();

    /** Adds findings to the flags of a dataset, as {@link dev.freshet.catalog.CatalogService#flagColumns}. May take some seconds. */
    @FunctionalInterface
    public interface Flagging {
        void flag(long datasetId, List<PiiFinding> findings);
    }

    /** @param metrics where findings without room are counted */
    public FlagReports(CatalogView catalog, Flagging flagging, MeterRegistry metrics) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.flagging = requireNonNull(flagging, "flagging is null");
        this.leftOutCount = Counter.builder("freshet.flags.left.out")
                .description(
                        "Columns that seem to hold personal data and are not flagged, because their dataset has as many flags as it may")
                .register(metrics);
    }

    /** Takes what a task found; returns at once. */
    synchronized void found(long datasetId, List<PiiFinding> findings) {
        List<PiiFinding> all = waiting.computeIfAbsent(datasetId, id -> new ArrayList<>());
        for (PiiFinding finding : findings) {
            if (all.stream().noneMatch(finding::sameAs)) {
                all.add(finding);
            }
        }
    }

    /** Tells the catalog what it does not know yet. Not for stream threads: it waits for the answer. Throws nothing, since a scheduled task that throws is not run again. */
    public void send() {
        try {
            sendUnknown();
        } catch (RuntimeException e) {
            log.error("The columns that seem to hold personal data could not be flagged, trying again", e);
        }
    }

    private void sendUnknown() {
        for (Map.Entry<Long, List<PiiFinding>> entry : unknown().entrySet()) {
            try {
                flagging.flag(entry.getKey(), entry.getValue());
            } catch (RuntimeException e) {
                // Whatever it was: a finding must not be lost, nor keep the others from being told.
                log.warn(
                        "The columns of dataset {} that seem to hold personal data could not be flagged, trying again: {}",
                        entry.getKey(),
                        e.toString());
            }
        }
    }

    /** Forgets what the catalog shows, or has no room for, and what is of datasets that are gone. */
    private synchronized Map<Long, List<PiiFinding>> unknown() {
        Catalog current = catalog.current();
        leftOut.keySet().removeIf(id -> current.dataset(id).isEmpty());
        Map<Long, List<PiiFinding>> unknown = new HashMap<>();
        for (Map.Entry<Long, List<PiiFinding>> entry : List.copyOf(waiting.entrySet())) {
            long id = entry.getKey();
            Optional<Dataset> dataset = current.dataset(id);
            if (dataset.isEmpty()) {
                if (id <= current.lastId()) {
                    waiting.remove(id);
                }
                continue;
            }
            List<PiiFinding> rest = dataset.get().privacy().unknown(entry.getValue());
            if (!rest.isEmpty() && !dataset.get().privacy().isFull()) {
                unknown.put(id, rest);
                continue;
            }
            waiting.remove(id);
            tellLeftOut(dataset.get(), rest);
        }
        return unknown;
    }

    private void tellLeftOut(Dataset dataset, List<PiiFinding> findings) {
        List<PiiFinding> known = leftOut.computeIfAbsent(dataset.id(), id -> new ArrayList<>());
        List<PiiFinding> news = findings.stream()
                .filter(finding ->
                        dataset.privacy().policies().of(finding.column()).isEmpty())
                .filter(finding -> known.stream().noneMatch(finding::sameAs))
                .limit(LEFT_OUT_MAX - known.size())
                .toList();
        if (news.isEmpty()) {
            return;
        }
        known.addAll(news);
        leftOutCount.increment(news.size());
        log.warn(
                "Dataset '{}' has {} flags and no room for more: {} findings of personal data are not flagged, and columns without any flag are not withheld: {}. Say what is to be done with these columns: ./freshet datasets set {} --column-policy COLUMN=keep|drop|mask|hash",
                dataset.name(),
                dataset.privacy().flags().size(),
                news.size(),
                shown(news),
                dataset.name());
    }

    private static String shown(List<PiiFinding> findings) {
        String first = findings.stream()
                .limit(SHOWN_MAX)
                .map(finding ->
                        shortened(finding.column()) + " (" + finding.kind().text() + ")")
                .collect(Collectors.joining(", "));
        return findings.size() > SHOWN_MAX ? first + ", …" : first;
    }

    /** Whoever writes rows chooses the names of their columns: they begin no line of the log. */
    private static String shortened(String column) {
        String shown = column.length() > SHOWN_LENGTH_MAX ? column.substring(0, SHOWN_LENGTH_MAX) + "…" : column;
        return shown.replaceAll("\\p{Cntrl}", " ");
    }
}
