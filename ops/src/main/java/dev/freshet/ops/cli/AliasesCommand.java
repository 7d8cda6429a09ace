package dev.freshet.ops.cli;

import dev.freshet.ops.client.AliasDescription;
import dev.freshet.ops.client.FreshetClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet aliases}: names that point at an index, and can be moved to another at once. */
@Command(
        name = "aliases",
        description = "Lists the aliases: names that point at an index, and can be moved to another at once.",
        subcommands = {AliasesCommand.Set.class, AliasesCommand.Delete.class})
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class AliasesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<AliasDescription> aliases = server.client().aliases();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(Map.of("aliases", aliases)));
        } else if (aliases.isEmpty()) {
            out.println("there are no aliases; ./freshet aliases set ALIAS INDEX makes one");
        } else {
            print(aliases, out);
        }
        return 0;
    }

    private static void print(List<AliasDescription> aliases, PrintWriter out) {
        TextTable table = new TextTable("alias", "index", "before", "since");
        for (AliasDescription alias : aliases) {
            String previous = alias.previous();
            table.add(alias.alias(), alias.index(), previous == null ? "-" : previous, alias.updated());
        }
        table.print(out, Terminal.columns());
    }

    /** {@code freshet aliases set}. */
    @Command(
            name = "set",
            description = "Points an alias at an index, and creates the alias if there is none of this name.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Set implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "ALIAS", description = "The alias.")
        private String alias;

        @Parameters(index = "1", paramLabel = "INDEX", description = "The index that it is to point at.")
        private String index;

        @Option(names = "--json", description = "Print it as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            AliasDescription set = server.client().putAlias(alias, index);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(CommandJson.write(set));
            } else {
                print(List.of(set), out);
            }
            return 0;
        }
    }

    /** {@code freshet aliases delete}. */
    @Command(name = "delete", description = "Deletes an alias. The index stays.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Delete implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "ALIAS", description = "The alias.")
        private String alias;

        @Option(names = "--json", description = "Print its name as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            FreshetClient client = server.client();
            client.dropAlias(alias);
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? CommandJson.write(Map.of("deleted", alias)) : "the alias '" + alias + "' is deleted");
            return 0;
        }
    }
}
