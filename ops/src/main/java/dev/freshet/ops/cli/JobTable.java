package dev.freshet.ops.cli;

import dev.freshet.ops.client.JobDescription;
import java.io.PrintWriter;
import java.util.List;

/** Jobs as a table for people, and below it why some failed, in full. */
final class JobTable {
    private JobTable() {}

    static void print(List<JobDescription> jobs, PrintWriter out) {
        TextTable table = new TextTable(
                "job", "kind", "state", "from", "to", "total", "done", "skipped", "failed", "cleared", "started");
        for (JobDescription job : jobs) {
            Long total = job.total();
            Long cleared = job.cleared();
            table.add(
                    job.id(),
                    job.kind(),
                    job.state(),
                    job.source(),
                    job.destination(),
                    total == null ? "?" : total.toString(),
                    job.done(),
                    job.skipped(),
                    job.failed(),
                    cleared == null ? "-" : cleared.toString(),
                    job.started());
        }
        table.print(out, Terminal.columns());
        for (JobDescription job : jobs) {
            String error = job.error();
            if (error != null) {
                out.println("job " + job.id() + " failed: " + error);
            }
        }
    }
}
