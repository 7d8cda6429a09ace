package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code freshet merge}: copies an index with own vectors into another. */
@Command(
        name = "merge",
        description =
                "Starts a job that copies the rows of one index with own vectors into another. What the destination changes from then on wins.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class MergeCommand implements Callable<Integer> {
    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The index to copy from.")
    private String source;

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "The index to copy into.")
    private String destination;

    @Option(names = "--clear-source", description = "Then delete from the source what was copied.")
    private boolean clearSource;

    @Mixin
    private JobOptions options;

    @Override
    public Integer call() throws InterruptedException {
        FreshetClient client = server.client();
        return options.show(client, client.merge(source, destination, clearSource));
    }
}
