package dev.freshet.ops.cli;

import dev.freshet.ops.client.JobDescription;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Jobs as a table for people, and below it why some failed, in full. */
final class JobTable {
    private static final String NONE = "-";

    private JobTable() {}

    static void print(List<JobDescription> jobs, PrintWriter out) {
        TextTable table = new TextTable(
                "job", "kind", "state", "of", "total", "done", "skipped", "failed", "rows/s", "time left", "started");
        for (JobDescription job : jobs) {
            Long total = job.total();
            table.add(
                    job.id(),
                    job.kind(),
                    job.state(),
                    job.subject(),
                    total == null ? "?" : total.toString(),
                    job.done(),
                    job.skipped(),
                    job.failed(),
                    rate(job.rate()),
                    time(job.etaSeconds()),
                    job.started());
        }
        table.print(out, Terminal.columns());
        for (JobDescription job : jobs) {
            String error = job.error();
            if (error != null) {
                out.println("job " + job.id() + " " + job.state() + ": " + error);
            }
        }
    }

    private static String rate(@Nullable Double rate) {
        return rate == null ? NONE : String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%.0f", rate);
    }

    private static String time(@Nullable Long seconds) {
        if (seconds == null) {
            return NONE;
        }
        Duration left = Duration.ofSeconds(seconds);
        return left.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", left.toMinutes(), left.toSecondsPart());
    }
}
