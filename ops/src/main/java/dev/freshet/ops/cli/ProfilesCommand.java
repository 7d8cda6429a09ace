package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.ProfileDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet profiles}: names under which searches see some datasets and nothing else. */
@Command(
        name = "profiles",
        description = "Lists the reader profiles: names under which searches see some datasets and nothing else.",
        subcommands = {
            ProfileSetCommand.class,
            ProfilesCommand.Delete.class,
            ProfileActivateCommand.class,
            ProfilesCommand.Deactivate.class
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class ProfilesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<ProfileDescription> profiles = server.client().profiles();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(Map.of("profiles", profiles)));
        } else if (profiles.isEmpty()) {
            out.println("there are no profiles; ./freshet profiles set PROFILE --bind DATASET makes one");
        } else {
            print(profiles, out);
        }
        return 0;
    }

    static void print(List<ProfileDescription> profiles, PrintWriter out) {
        TextTable table = new TextTable("profile", "active", "datasets", "search", "by", "description");
        for (ProfileDescription profile : profiles) {
            String description = profile.description();
            table.add(
                    profile.id(),
                    profile.active() ? "yes" : "-",
                    profile.bindings().stream()
                            .map(binding -> binding.dataset() + " → " + binding.index())
                            .collect(Collectors.joining(", ")),
                    profile.search().isEmpty()
                            ? "-"
                            : TextWidth.fit(profile.search().toString(), 40),
                    profile.createdBy(),
                    description == null ? "-" : description);
        }
        table.print(out, Terminal.columns());
    }

    /** {@code freshet profiles delete}. */
    @Command(name = "delete", description = "Deletes a profile. The datasets stay.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Delete implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "PROFILE", description = "The profile.")
        private String profile;

        @Option(names = "--json", description = "Print its id as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            FreshetClient client = server.client();
            client.dropProfile(profile);
            spec.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? CommandJson.write(Map.of("deleted", profile))
                                    : "the profile '" + profile + "' is deleted");
            return 0;
        }
    }

    /** {@code freshet profiles deactivate}. */
    @Command(name = "deactivate", description = "Leaves no profile active, if this one is.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Deactivate implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "PROFILE", description = "The profile.")
        private String profile;

        @Option(names = "--json", description = "Print its id as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            FreshetClient client = server.client();
            client.deactivateProfile(profile);
            spec.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? CommandJson.write(Map.of("profile", profile, "active", false))
                                    : "the profile '" + profile + "' is not active");
            return 0;
        }
    }
}
