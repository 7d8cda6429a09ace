package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code freshet refresh}: embeds the rows of a dataset that wait. */
@Command(
        name = "refresh",
        description =
                "Starts a job that embeds the rows of a dataset that wait, whatever its refresh policy, or finds one running.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class RefreshCommand implements Callable<Integer> {
    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "DATASET", description = "The dataset.")
    private String dataset;

    @Mixin
    private JobOptions options;

    @Override
    public Integer call() throws InterruptedException {
        FreshetClient client = server.client();
        return options.show(client, client.refresh(dataset));
    }
}
