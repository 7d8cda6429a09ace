package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.ReplayResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet dead-letters replay}: have letters tried again. */
@Command(
        name = "replay",
        description = {
            "Has dead letters tried again, each as the change that it was: it gives way to what its row saw since.",
            "The exit code is 1 if any of them was not sent back."
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DeadLettersReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "As ./freshet dead-letters lists them.")
    private List<String> ids = List.of();

    @Option(names = "--dataset", paramLabel = "D", description = "All open ones of this dataset.")
    private @Nullable String dataset;

    @Option(names = "--code", paramLabel = "CODE", description = "All open ones with this error code.")
    private @Nullable String code;

    @Option(names = "--all", description = "All open ones.")
    private boolean all;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        boolean filtered = dataset != null || code != null;
        if ((ids.isEmpty() ? 0 : 1) + (filtered ? 1 : 0) + (all ? 1 : 0) != 1) {
            throw new ParameterException(
                    spec.commandLine(), "which ones? Give ids, or --dataset and --code (either or both), or --all");
        }
        FreshetClient client = server.client();
        ReplayResult result = ids.isEmpty() ? client.replay(dataset, code) : client.replay(ids);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(result));
        } else {
            out.println(result.sent() + " sent back; ./freshet dead-letters --state all shows what becomes of them");
            for (ReplayResult.Refusal refusal : result.refused()) {
                spec.commandLine()
                        .getErr()
                        .println(refusal.id() + ": " + refusal.code() + ": " + ErrorLine.oneLine(refusal.message()));
            }
            long untold = result.notSent() - result.refused().size();
            if (untold > 0) {
                spec.commandLine().getErr().println("and " + untold + " more were not sent back");
            }
        }
        return result.notSent() == 0 ? 0 : 1;
    }
}
