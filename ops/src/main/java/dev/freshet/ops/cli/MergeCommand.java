package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.JobDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet merge}: copies an index with own vectors into another. */
@Command(
        name = "merge",
        description =
                "Starts a job that copies the rows of one index with own vectors into another. What the destination changes from then on wins.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class MergeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The index to copy from.")
    private String source;

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "The index to copy into.")
    private String destination;

    @Option(names = "--clear-source", description = "Then delete from the source what was copied.")
    private boolean clearSource;

    @Option(names = "--follow", description = "Wait until the job has ended, with a progress bar.")
    private boolean follow;

    @Option(names = "--json", description = "Print the job as JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        FreshetClient client = server.client();
        JobDescription job = client.merge(source, destination, clearSource);
        if (follow) {
            job = new JobFollower(client, !json).follow(job);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(job));
        } else {
            JobTable.print(List.of(job), out);
        }
        if (!json && job.running()) {
            out.println("see how it goes with ./freshet jobs " + job.id() + " --follow");
        }
        return job.state().equals("failed") ? 1 : 0;
    }
}
