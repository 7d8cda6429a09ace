package dev.freshet.ops.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet up}: everything embedded, for one machine. */
@Command(
        name = "up",
        description = "Run everything here: broker, schema registry, pipeline and HTTP. State survives restarts.")
final class UpCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", description = "Directory of data and log (default: ~/.freshet).")
    private @Nullable Path directory;

    @Mixin
    private final EmbeddedOptions options = new EmbeddedOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path home = EmbeddedOptions.prepare(directory, ".freshet");
        try (EmbeddedServer server =
                EmbeddedServer.start(options.settings(home), spec.commandLine().getErr())) {
            server.describe(out);
            out.println("Stop it with Ctrl-C.");
            out.flush();
            server.serve();
        }
        return 0;
    }
}
