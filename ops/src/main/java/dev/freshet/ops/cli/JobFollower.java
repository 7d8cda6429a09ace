package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.JobDescription;
import java.time.Duration;
import java.util.Locale;

/** Follows a job to its end, with a progress bar. */
final class JobFollower {
    private static final Duration EVERY = Duration.ofMillis(300);

    private final FreshetClient client;
    private final boolean visible;

    /**
     * @param visible whether to show a bar, if there is a terminal
     */
    JobFollower(FreshetClient client, boolean visible) {
        this.client = client;
        this.visible = visible;
    }

    /** Returns the job as it ended. */
    JobDescription follow(JobDescription job) throws InterruptedException {
        JobDescription newest = job;
        try (Progress progress = Progress.following(job.kind() + " " + job.id(), visible)) {
            while (true) {
                show(newest, progress);
                if (!newest.running()) {
                    return newest;
                }
                Thread.sleep(EVERY.toMillis());
                newest = client.job(job.id());
            }
        }
    }

    private static void show(JobDescription job, Progress progress) {
        Long total = job.total();
        if (total != null) {
            progress.maximum(total);
        }
        progress.stepTo(job.taken());
        Long eta = job.etaSeconds();
        progress.remaining(eta == null ? null : Duration.ofSeconds(eta));
        Double rate = job.rate();
        Long cleared = job.cleared();
        progress.note((rate == null ? "" : String.format(Locale.ROOT, " %,.0f rows/s", rate))
                + (job.skipped() == 0 ? "" : " " + job.skipped() + " skipped")
                + (job.failed() == 0 ? "" : " " + job.failed() + " failed")
                + (cleared == null || cleared == 0 ? "" : " " + cleared + " cleared"));
    }
}
