package dev.freshet.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench}: the benchmarks. */
@Command(
        name = "bench",
        description = "Runs a benchmark.",
        subcommands = {
            RetrievalCommand.class,
            BenchIndexCommand.class,
            BenchRestartCommand.class,
            BenchEmbedCommand.class,
            BenchHttpCommand.class,
            BenchFreshnessCommand.class,
            BenchFilterCommand.class,
            BenchIngestWhileSearchCommand.class,
            BenchAllCommand.class
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which benchmark? There are: "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
