package dev.freshet.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one partition has reported of one job: the newest report, and those before it for a minute back. Not thread-safe; never empty once it is put to. */
final class JobReportHistory {
    /** How far back reports are kept, counted from the newest. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final ArrayDeque<JobProgress> reports = new ArrayDeque<>();

    /** Takes a report; one that is older than the newest changes nothing. */
    void put(JobProgress report) {
        JobProgress last = reports.peekLast();
        if (last != null && report.sequence() < last.sequence()) {
            return;
        }
        if (last != null && report.sequence() == last.sequence()) {
            reports.removeLast(); // It was read twice.
        }
        reports.addLast(report);
        Instant start = report.reported().minus(WINDOW);
        while (secondIsAtOrBefore(start)) {
            reports.removeFirst();
        }
    }

    JobProgress newest() {
        return reports.getLast();
    }

    /** The first report that is kept. */
    JobProgress oldest() {
        return reports.getFirst();
    }

    /** What was newest at a moment; empty if that was before what is known here. */
    Optional<JobProgress> at(Instant moment) {
        @Nullable JobProgress found = null;
        for (JobProgress report : reports) {
            if (report.reported().isAfter(moment)) {
                break;
            }
            found = report;
        }
        return Optional.ofNullable(found);
    }

    /** The first report is of use only while it is what was newest at the start of the window. */
    private boolean secondIsAtOrBefore(Instant start) {
        return reports.size() > 1
                && !reports.stream()
                        .skip(1)
                        .findFirst()
                        .orElseThrow()
                        .reported()
                        .isAfter(start);
    }
}
