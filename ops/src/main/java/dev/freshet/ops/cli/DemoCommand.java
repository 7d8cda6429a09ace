package dev.freshet.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IngestResult;
import dev.freshet.ops.client.SearchQuery;
import dev.freshet.ops.client.SearchResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet demo}: the whole product on rows that come with it. */
@Command(
        name = "demo",
        description =
                "Run everything here, load the incident reports of a data-centre operator, search them, change some and search again.")
final class DemoCommand implements Callable<Integer> {
    private static final String DATASET = "runbooks";
    private static final String INDEX = DATASET + "_v1";
    private static final int BATCH = 16;
    private static final Duration WAIT = Duration.ofMinutes(2);
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final String EDITED = "HR-0140";
    private static final String EDITED_QUESTION = "unexploded bomb found next to the data centre, who has to evacuate?";
    private static final String EDITED_BODY =
            "The north gate is closed to everyone. Excavators on the neighbouring plot have uncovered an unexploded aircraft bomb from the war, and the"
                    + " police have drawn a cordon of 300 metres that takes in our yard and the office wing. All visitors and staff must leave by the"
                    + " south stairs now and stay away; only two volunteers remain in the control room. Disposal experts expect to defuse it tonight."
                    + " Lorries are turned back at the roundabout.";
    private static final String DELETED = "HR-0297";
    private static final String DELETED_QUESTION = "what is the code for the keypad at the contractor entrance?";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--dir", paramLabel = "DIR", description = "Directory of data and log (default: ~/.freshet-demo).")
    private @Nullable Path directory;

    @Option(names = "--exit", description = "End after the demonstration instead of serving on.")
    private boolean exit;

    @Mixin
    private final EmbeddedOptions options = new EmbeddedOptions();

    /** A question, and the row that answers it. */
    private record Question(String text, String expect) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path home = EmbeddedOptions.prepare(directory, ".freshet-demo");
        try (EmbeddedServer server =
                EmbeddedServer.start(options.settings(home), spec.commandLine().getErr())) {
            FreshetClient client = new FreshetClient(server.url());
            load(client, out);
            for (Question question : questions()) {
                search(client, out, question.text());
            }
            edit(client, out);
            delete(client, out);
            out.println();
            server.describe(out);
            out.println();
            out.println("Try it from another terminal:");
            out.println("  ./freshet search \"water under the raised floor\" --index " + INDEX + url(server));
            out.println("  ./freshet status" + url(server));
            out.println("  curl -s " + server.url() + "/v1/vectors/index/" + INDEX
                    + "/search -H 'Content-Type: application/json' -d '{\"text\": \"diesel ran out\", \"k\": 3}'");
            if (exit) {
                return 0;
            }
            out.println("Serving on; stop it with Ctrl-C.");
            out.flush();
            server.serve();
        }
        return 0;
    }

    private static String url(EmbeddedServer server) {
        return server.url().equals(FreshetClient.DEFAULT_URL) ? "" : " --url " + server.url();
    }

    private void load(FreshetClient client, PrintWriter out) throws IOException {
        client.putDataset(DATASET, new DatasetDefinition(List.of("id"), List.of("title", "body"), null));
        List<String> rows = rows();
        out.println();
        out.println("Loading " + rows.size()
                + " incident reports and runbooks: each row is chunked, embedded and indexed as it comes.");
        out.flush();
        double seconds;
        try (Progress progress = Progress.start("load", rows.size(), " rows", 1, true)) {
            for (int from = 0; from < rows.size(); from += BATCH) {
                int to = Math.min(from + BATCH, rows.size());
                write(client, String.join("\n", rows.subList(from, to)));
                progress.stepTo(to);
                progress.rows(to);
            }
            seconds = progress.seconds();
        }
        out.printf(Locale.ROOT, "%d rows searchable after %.1f s.%n", rows.size(), seconds);
    }

    private void search(FreshetClient client, PrintWriter out, String question) {
        SearchResult result = client.search(INDEX, new SearchQuery(question, 3, true, false, null));
        out.println();
        out.println("? " + question);
        int rank = 1;
        for (SearchResult.Hit hit : result.results()) {
            String line = String.format(Locale.ROOT, "  %d. %.3f  %s  ", rank++, hit.score(), hit.row());
            String text = hit.text().replaceAll("\\s+", " ");
            out.println(line + TextWidth.fit(text, Terminal.columns() - line.length() - 1));
        }
        out.flush();
    }

    private void edit(FreshetClient client, PrintWriter out) throws IOException {
        out.println();
        out.println("Before the edit of " + EDITED + ":");
        search(client, out, EDITED_QUESTION);
        ObjectNode row = (ObjectNode) MAPPER.readTree(row(EDITED));
        row.put("body", EDITED_BODY);
        long began = System.nanoTime();
        write(client, row.toString());
        out.println();
        out.printf(
                Locale.ROOT,
                "%s edited, and searchable %d ms after the request was sent:%n",
                EDITED,
                milliseconds(began));
        search(client, out, EDITED_QUESTION);
    }

    private void delete(FreshetClient client, PrintWriter out) {
        out.println();
        out.println("Before " + DELETED + ", which tells a door code to everybody, is deleted:");
        search(client, out, DELETED_QUESTION);
        long began = System.nanoTime();
        client.delete(DATASET, DELETED, WAIT);
        out.println();
        out.printf(
                Locale.ROOT, "%s deleted, and gone %d ms after the request was sent:%n", DELETED, milliseconds(began));
        search(client, out, DELETED_QUESTION);
    }

    private static long milliseconds(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private static void write(FreshetClient client, String ndjson) {
        IngestResult result = client.ingest(DATASET, "application/x-ndjson", ndjson.getBytes(UTF_8), WAIT);
        if (result.rejected() > 0 || !result.failedRows().isEmpty() || result.notSearchableYet() > 0) {
            throw new ClientException(
                    500, "demo_failed", "the demo's rows were not all taken: " + CommandJson.write(result), null);
        }
    }

    private static String row(String id) throws IOException {
        for (String row : rows()) {
            JsonNode parsed = MAPPER.readTree(row);
            if (parsed.path("id").asText().equals(id)) {
                return row;
            }
        }
        throw new IllegalStateException("the demo has no row " + id);
    }

    private static List<String> rows() throws IOException {
        return new String(resource("/demo/runbooks.ndjson"), UTF_8).lines().toList();
    }

    private static List<Question> questions() throws IOException {
        return MAPPER.readValue(resource("/demo/searches.json"), new TypeReference<List<Question>>() {});
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DemoCommand.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the build");
            }
            return in.readAllBytes();
        }
    }
}
