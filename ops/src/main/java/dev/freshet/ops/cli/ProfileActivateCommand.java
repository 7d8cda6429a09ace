package dev.freshet.ops.cli;

import dev.freshet.ops.client.ActiveProfileDescription;
import dev.freshet.ops.client.ActiveProfileDescription.Binding;
import dev.freshet.ops.client.SearchResult.CoverageLine;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet profiles activate}: makes a profile the active one, and tells what of it is ready. */
@Command(
        name = "activate",
        description =
                "Makes a profile the active one, whose scope ./freshet search has without --index and --profile, and tells what of it is ready.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class ProfileActivateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "PROFILE", description = "The profile.")
    private String profile;

    @Option(names = "--json", description = "Print what is ready as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        ActiveProfileDescription active = server.client().activateProfile(profile);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(active));
        } else {
            print(active, out);
        }
        return 0;
    }

    private static void print(ActiveProfileDescription active, PrintWriter out) {
        TextTable table = new TextTable("dataset", "index", "ready", "status", "rows", "partitions", "pending");
        for (Binding binding : active.bindings()) {
            String index = binding.index() == null ? "-" : binding.index();
            String alias = binding.alias();
            CoverageLine coverage = binding.coverage();
            Long job = binding.job();
            Long pending = binding.pendingRows();
            table.add(
                    binding.dataset(),
                    alias == null ? index : alias + " → " + index,
                    binding.ready() ? "yes" : "no",
                    job == null ? binding.status() : binding.status() + " (job " + job + ")",
                    binding.rows(),
                    coverage == null ? "-" : coverage.answered() + " of " + coverage.partitions(),
                    pending == null ? "?" : pending);
        }
        table.print(out, Terminal.columns());
        out.println("the profile '" + active.profile() + "' is active"
                + (active.ready() ? "" : "; not everything is ready yet"));
    }
}
