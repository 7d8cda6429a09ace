package dev.freshet.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code freshet}: the root of all commands. */
@Command(
        name = "freshet",
        description = "Vector search that is never stale: rows from Kafka, embedded as they change.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            ServeCommand.class,
            ConnectCommand.class,
            IngestCommand.class,
            SearchCommand.class,
            ExportCommand.class,
            StatusCommand.class,
            DatasetsCommand.class,
            IndexesCommand.class,
            AliasesCommand.class,
            ProfilesCommand.class,
            StaleCommand.class,
            RefreshCommand.class,
            JobsCommand.class,
            MergeCommand.class,
            CompareCommand.class,
            DeadLettersCommand.class,
            KeysCommand.class,
            BenchCommand.class,
            ChaosCommand.class
        })
final class FreshetCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-v", "--stacktrace"},
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error.")
    private boolean stacktrace;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? There are: "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    boolean stacktrace() {
        return stacktrace;
    }
}
