package dev.freshet.ops.cli;

import dev.freshet.ops.client.DeadLetterPage;
import dev.freshet.ops.client.DeadLetterPage.CountLine;
import dev.freshet.ops.client.DeadLetterPage.DeadLetterLine;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet dead-letters}: what could not be taken, and how much of it there is. */
@Command(
        name = "dead-letters",
        description =
                "Lists what could not be taken from the rows topic, the newest first, and counts it by dataset and code.",
        subcommands = {DeadLettersShowCommand.class, DeadLettersReplayCommand.class})
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DeadLettersCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--dataset", paramLabel = "D", description = "Only those of this dataset.")
    private @Nullable String dataset;

    @Option(names = "--code", paramLabel = "CODE", description = "Only those with this error code.")
    private @Nullable String code;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "open",
            description = "open (default), replayed, superseded or all.")
    private String state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many to list, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Go on where the last list ended.")
    private @Nullable String cursor;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, String> filter = new LinkedHashMap<>();
        put(filter, "dataset", dataset);
        put(filter, "code", code);
        put(filter, "state", state.equals("all") ? null : state);
        put(filter, "cursor", cursor);
        put(filter, "limit", String.valueOf(limit));
        DeadLetterPage page = server.client().deadLetters(filter);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(page));
        } else {
            print(page, out);
        }
        return 0;
    }

    private static void put(Map<String, String> filter, String name, @Nullable String value) {
        if (value != null) {
            filter.put(name, value);
        }
    }

    private static void print(DeadLetterPage page, PrintWriter out) {
        if (page.counts().isEmpty()) {
            out.println("there are no dead letters");
            return;
        }
        TextTable counts = new TextTable("dataset", "code", "open", "replayed", "superseded");
        for (CountLine count : page.counts()) {
            String name = count.dataset();
            counts.add(name == null ? "-" : name, count.code(), count.open(), count.replayed(), count.superseded());
        }
        counts.print(out, Terminal.columns());
        if (page.unlisted() > 0) {
            out.println(page.unlisted() + " of them are too old to be listed");
        }
        out.println();
        if (page.deadLetters().isEmpty()) {
            out.println("none of them is asked for");
            return;
        }
        TextTable table = new TextTable("id", "state", "dataset", "key", "code", "tries", "time", "message");
        for (DeadLetterLine letter : page.deadLetters()) {
            String name = letter.dataset();
            String key = letter.key();
            table.add(
                    letter.id(),
                    letter.state(),
                    name == null ? "-" : name,
                    key == null ? "-" : ErrorLine.oneLine(key),
                    letter.code(),
                    letter.attempts(),
                    letter.time(),
                    ErrorLine.oneLine(letter.message()));
        }
        table.print(out, Terminal.columns());
        String next = page.nextCursor();
        if (next != null) {
            out.println("there are more: --cursor " + next);
        }
    }
}
