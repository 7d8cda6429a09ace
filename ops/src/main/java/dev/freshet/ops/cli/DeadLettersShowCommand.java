package dev.freshet.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet dead-letters show}: one letter, with the record that it was. */
@Command(name = "show", description = "Shows one dead letter with the record that it was.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DeadLettersShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "ID", description = "As ./freshet dead-letters lists it.")
    private String id;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        JsonNode letter = server.client().deadLetter(id);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(letter));
            return 0;
        }
        letter.properties().forEach(field -> {
            if (!field.getKey().equals("record")) {
                out.printf(
                        "%-9s  %s%n",
                        field.getKey(), ErrorLine.oneLine(field.getValue().asText("-")));
            }
        });
        JsonNode record = letter.path("record");
        out.println();
        print(out, "key", record.path("key"));
        for (JsonNode header : record.path("headers")) {
            print(out, "header " + header.path("name").asText(), header.path("value"));
        }
        print(out, "value", record.path("value"));
        return 0;
    }

    private static void print(PrintWriter out, String name, JsonNode shown) {
        if (shown.has("json")) {
            out.println(name + ":\n" + CommandJson.write(shown.path("json")));
        } else if (shown.has("text")) {
            out.println(name + ": " + shown.path("text").asText());
        } else if (shown.has("base64")) {
            out.println(name + ", in base64: " + shown.path("base64").asText());
        } else {
            out.println(name + ": none");
        }
    }
}
