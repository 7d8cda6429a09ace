package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.JobDescription;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of commands that start a job, and how they show it. */
final class JobOptions {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--follow", description = "Wait until the job has ended, with a progress bar.")
    private boolean follow;

    @Option(names = "--json", description = "Print the job as JSON.")
    private boolean json;

    boolean json() {
        return json;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Shows a job, at its end if it is to be followed. Returns the exit code: 1 if it failed, or was cancelled while it was followed. */
    int show(FreshetClient client, JobDescription started) throws InterruptedException {
        JobDescription job = follow ? new JobFollower(client, !json).follow(started) : started;
        if (json) {
            out().println(CommandJson.write(job));
        } else {
            JobTable.print(List.of(job), out());
            if (job.running()) {
                out().println("see how it goes with ./freshet jobs " + job.id() + " --follow");
            }
        }
        return job.running() || job.succeeded() ? 0 : 1;
    }
}
