package dev.freshet.ops.cli;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.JobDescription;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet jobs}: the jobs that run, and the last that ended. */
@Command(
        name = "jobs",
        description =
                "Lists jobs, the newest first, or shows one. The exit code is 1 if a job that was named or followed failed.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class JobsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "Only this job.")
    private @Nullable Long id;

    @Option(
            names = "--follow",
            description =
                    "Wait until it has ended, with a progress bar; without an ID, all that run, one after the other.")
    private boolean follow;

    @Option(
            names = "--cancel",
            description = "End the job with this ID before it is done; what it has done stays done.")
    private boolean cancel;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (cancel && (id == null || follow)) {
            throw new ParameterException(
                    spec.commandLine(), "--cancel needs the ID of a job, and does not go with --follow");
        }
        FreshetClient client = server.client();
        if (cancel) {
            return print(List.of(client.cancelJob(requireNonNull(id))));
        }
        List<JobDescription> jobs = new ArrayList<>(id == null ? client.jobs() : List.of(client.job(id)));
        boolean failed = id != null && jobs.get(0).state().equals("failed");
        if (follow) {
            JobFollower follower = new JobFollower(client, !json);
            for (int i = jobs.size() - 1; i >= 0; i--) {
                if (jobs.get(i).running()) {
                    JobDescription ended = follower.follow(jobs.get(i));
                    failed |= !ended.succeeded();
                    jobs.set(i, ended);
                }
            }
        }
        print(jobs);
        return failed ? 1 : 0;
    }

    private int print(List<JobDescription> jobs) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(id == null ? Map.of("jobs", jobs) : jobs.get(0)));
        } else if (jobs.isEmpty()) {
            out.println("there are no jobs; ./freshet refresh DATASET and ./freshet indexes rebuild INDEX start one");
        } else {
            JobTable.print(jobs, out);
        }
        return 0;
    }
}
