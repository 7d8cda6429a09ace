package dev.freshet.ops.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.catalog.TableOrigin;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.search.Filter;
import dev.freshet.search.RowFailure;
import dev.freshet.search.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static final String[] COLUMNS = {"--id-columns", "id", "--text-columns", "title,text"};

    private Path directory;
    private InMemoryFreshet freshet;

    @BeforeEach
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        freshet = new InMemoryFreshet();
    }

    @AfterEach
    void stop() {
        freshet.close();
    }

    @Test
    void createsTheDatasetAndIngestsInBatches() throws IOException {
        Path file = write("rows.ndjson", ndjson(25));
        CommandLineRun run = run("ingest", file, "--dataset", "docs", "--batch-rows", "10", "--wait", COLUMNS);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("25 rows into 'docs'", "rows/s", "searchable")
                .doesNotContain("rejected");
        assertThat(freshet.batches()).containsExactly(10, 10, 5);

        CommandLineRun again = run("ingest", file, "--dataset", "docs");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(freshet.keys()).hasSize(25);
    }

    @Test
    void tellsRejectedRowsByTheirLineInTheFile() throws IOException {
        String lines = ndjson(12) + "\n{\"id\": \"x\"}\n\nnonsense\n" + ndjson(3);
        CommandLineRun run =
                run("ingest", write("rows.ndjson", lines), "--dataset", "docs", "--batch-rows", "5", COLUMNS);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines().map(line -> line.replaceAll("(_[a-z]+):.*", "$1")))
                .containsExactly("line 14: missing_text", "line 16: malformed_json");
        assertThat(run.out()).contains("15 rows", "; 2 rejected");
    }

    @Test
    void keepsLineNumbersOfCsvWithRecordsOverSeveralLines() throws IOException {
        String csv = "id,title,text\n"
                + IntStream.range(0, 8).mapToObj(i -> i + ",t,\"a\nb\"\n").collect(Collectors.joining())
                + "\n"
                + ",no,key\n"
                + "9,\"broken\" here,x\n"
                + "10,fine,x\n";
        CommandLineRun run = run("ingest", write("rows.csv", csv), "--dataset", "docs", "--batch-rows", "3", COLUMNS);

        assertThat(run.err()).contains("line 19: missing_key", "line 20: invalid_row");
        assertThat(run.out()).contains("9 rows", "2 rejected");
        assertThat(freshet.keys()).contains("0", "7", "10");
    }

    @Test
    void keepsElementNumbersOfJsonArrays() throws IOException {
        String json = "[" + ndjson(7).replace("\n", ",") + "{\"id\": \"x\"}, {\"id\": \"y\", \"text\": \"fine\"}]";
        CommandLineRun run =
                run("ingest", write("rows.json", json), "--dataset", "docs", "--batch-rows", "3", "--json", COLUMNS);

        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertThat(summary.path("accepted").asInt()).isEqualTo(8);
        assertThat(summary.path("rejected").asInt()).isEqualTo(1);
        assertThat(summary.path("errors").path(0).path("line").asInt()).isEqualTo(8);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void sendsABatchAgainWhenTheServerCouldNotWriteIt() throws IOException {
        Path file = write("rows.ndjson", ndjson(5));
        freshet.refuseWrites(1);
        CommandLineRun run = run("ingest", file, "--dataset", "docs", COLUMNS);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(freshet.keys()).hasSize(5);
    }

    @Test
    void tellsRowsThatFailedOrAreNotSearchableYet() throws IOException {
        freshet.awaitOutcome(Map.of("1", new RowFailure("embedding_refused", "no")), List.of("2", "3"));
        CommandLineRun run = run("ingest", write("rows.ndjson", ndjson(5)), "--dataset", "docs", "--wait", COLUMNS);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("row 1 cannot be embedded: embedding_refused: no")
                .contains("2 rows are written but not searchable yet");
    }

    @Test
    void refusesOtherColumnsForADatasetThatExists() throws IOException {
        Path file = write("rows.ndjson", ndjson(1));
        run("ingest", file, "--dataset", "docs", COLUMNS);
        CommandLineRun run = run("ingest", file, "--dataset", "docs", "--id-columns", "text", "--text-columns", "text");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("exists with id columns id and text columns title,text");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void passesTheServersWordsOnInOneLine() throws IOException {
        CommandLineRun run = run("ingest", write("rows.ndjson", ndjson(1)), "--dataset", "nope");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("freshet: there is no dataset 'nope'").contains("./freshet ingest FILE");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void searchesAndShowsATable() throws IOException {
        run("ingest", write("rows.ndjson", ndjson(12)), "--dataset", "docs", COLUMNS);
        CommandLineRun run = run("search", "word7 of", "--index", "docs_v1", "-k", "3", "--group-by-row");

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).startsWith("rank").contains("score", "row", "text");
        assertThat(lines.get(1)).contains("1.0000").contains("word7");
        assertThat(lines.get(4)).contains("1 of 1 partitions", "fresh");

        JsonNode json = new ObjectMapper()
                .readTree(run("search", "word7", "--index", "docs_v1", "--json").out());
        assertThat(json.path("results").path(0).path("row").asText()).isEqualTo("7");
    }

    @Test
    void searchesWithAFilter() throws IOException {
        run("ingest", write("rows.ndjson", ndjson(2)), "--dataset", "docs", COLUMNS);
        String filter = "{\"gt\": {\"n\": 0.10000000000000000001}}";
        CommandLineRun run = run("search", "word1", "--index", "docs_v1", "--filter", filter, "--require-complete");
        assertThat(run.exitCode()).as(run.err()).isZero();
        SearchRequest request = requireNonNull(freshet.lastSearch());
        assertThat(request.filter()).isEqualTo(Filter.parse(filter));
        assertThat(request.requireComplete()).isTrue();

        CommandLineRun unknown = run("search", "word1", "--index", "docs_v1", "--filter", "{\"like\": {\"n\": 1}}");
        assertThat(unknown.exitCode()).isNotZero();
        assertThat(unknown.err()).contains("invalid_filter").contains("'filter' has the unknown operator 'like'");
        assertThat(run("search", "word1", "--index", "docs_v1", "--filter", "{").err())
                .contains("--filter is not valid JSON");
    }

    @Test
    void exportsAllItems() throws IOException {
        run("ingest", write("rows.ndjson", ndjson(1_234)), "--dataset", "docs", COLUMNS);
        CommandLineRun printed = run("export", "--index", "docs_v1");
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out().lines()).hasSize(1_234).doesNotHaveDuplicates();

        Path file = directory.resolve("items.ndjson");
        CommandLineRun written = run("export", "--index", "docs_v1", "--output", file, "--json");
        assertThat(new ObjectMapper().readTree(written.out()).path("items").asInt())
                .isEqualTo(1_234);
        assertThat(Files.readString(file)).isEqualToIgnoringNewLines(printed.out());
        assertThat(new ObjectMapper()
                        .readTree(Files.readAllLines(file).get(7))
                        .path("row")
                        .isTextual())
                .isTrue();

        Path missing = directory.resolve("missing.ndjson");
        assertThat(run("export", "--index", "nope", "--output", missing).err()).contains("index_not_found");
        assertThat(missing).doesNotExist();
        assertThat(directory.resolve("missing.ndjson.part")).doesNotExist();
        assertThat(run("export", "--index", "docs_v1", "--json").exitCode()).isEqualTo(2);
    }

    @Test
    void showsStatusAndDatasets() throws IOException {
        assertThat(run("datasets").out()).contains("no datasets");
        run("ingest", write("rows.ndjson", ndjson(12)), "--dataset", "docs", COLUMNS);

        CommandLineRun status = run("status");
        assertThat(status.exitCode()).isZero();
        assertThat(status.out()).contains("ready, 1 dataset, 1 index", "docs_v1", "12", "nothing is stale");
        assertThat(run("datasets").out()).contains("docs", "title,text", "(all others)", "docs_v1");
        assertThat(new ObjectMapper()
                        .readTree(run("status", "--json").out())
                        .path("ready")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void showsTheTableBehindADatasetAndWhatNobodyHasDecided() throws IOException {
        freshet.catalog.registerTable(new TableSpec(
                "albums",
                List.of("album_id"),
                List.of("title"),
                new TableOrigin(
                        "postgresql",
                        "chinook",
                        "public.album",
                        List.of(new Column("album_id", "int4"), new Column("title", "varchar")),
                        Instant.EPOCH,
                        true,
                        List.of())));

        assertThat(run("datasets").out())
                .contains(
                        "albums",
                        "postgresql chinook public.album",
                        "album_id int4, title varchar (text)",
                        "./freshet datasets set albums --text-columns title confirms them")
                .containsOnlyOnce("are proposed by their types");
        JsonNode origin = new ObjectMapper()
                .readTree(run("datasets", "--json").out())
                .path(0)
                .path("origin");
        assertThat(origin.path("text_columns").asText()).isEqualTo("proposed");
        assertThat(origin.path("columns").path(1).path("text").asBoolean()).isTrue();
    }

    @Test
    void startsAMergeAndFollowsItToItsEnd() throws IOException {
        assertThat(run("jobs").out()).contains("no jobs");
        ingestTwo();
        CommandLineRun started = run("merge", "a_v1", "b_v1", "--clear-source");
        assertThat(started.exitCode()).as(started.err()).isZero();
        assertThat(started.out()).contains("running", "a_v1", "b_v1", "./freshet jobs 5 --follow");

        CommandLineRun followed = run("merge", "a_v1", "b_v1", "--follow", "--json");
        assertThat(followed.exitCode()).as(followed.err()).isZero();
        JsonNode job = new ObjectMapper().readTree(followed.out());
        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isEqualTo(40);
        assertThat(job.path("clear_source").asBoolean()).isFalse();
    }

    @Test
    void comparesTwoIndexes() throws IOException {
        ingestTwo();
        CommandLineRun compared = run("compare", "a_v1", "b_v1", "--sample", "20");
        assertThat(compared.exitCode()).as(compared.err()).isZero();
        assertThat(compared.out())
                .contains(
                        "rows",
                        "recall@10",
                        "a_v1",
                        "1.0000",
                        "b_v1",
                        "0.9500",
                        "20 queries: 75.0 %",
                        "80.0 %",
                        "what is new?")
                .doesNotContain("INCOMPLETE");
        JsonNode json = new ObjectMapper()
                .readTree(
                        run("compare", "a_v1", "b_v1", "--query", "x", "--json").out());
        assertThat(json.path("overlap").asDouble()).isEqualTo(0.75);
        assertThat(json.at("/indexes/1/rows").asInt()).isEqualTo(17);
        assertThat(run("compare", "a_v1", "c_v1").err()).contains("c_v1");
    }

    @Test
    void givesAComparisonAsMuchTimeAsItIsTold() throws IOException {
        ingestTwo();
        run("compare", "a_v1", "b_v1");
        assertThat(freshet.comparisonTimeout()).isEqualTo(Duration.ofSeconds(60));
        run("compare", "a_v1", "b_v1", "--timeout", "150");
        assertThat(freshet.comparisonTimeout()).isEqualTo(Duration.ofSeconds(150));
        assertThat(run("compare", "a_v1", "b_v1", "--timeout", "601").err()).contains("'timeout_ms' is 601000");
    }

    @Test
    void listsAndFollowsJobs() throws IOException {
        ingestTwo();
        run("merge", "a_v1", "b_v1");
        CommandLineRun followed = run("jobs", "--follow");
        assertThat(followed.exitCode()).as(followed.err()).isZero();
        List<String> lines = followed.out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1).strip()).matches("5 +merge +done +a_v1 → b_v1 +40 +40 .*");

        JsonNode list = new ObjectMapper().readTree(run("jobs", "--json").out());
        assertThat(list.path("jobs").path(0).path("id").asInt()).isEqualTo(5);
        JsonNode one = new ObjectMapper().readTree(run("jobs", "5", "--json").out());
        assertThat(one.path("partitions").path(0).path("total").asInt()).isEqualTo(40);
        freshet.catalog.failJob(5, "the index 'b_v1' was deleted while the job ran");
        CommandLineRun failed = run("jobs", "5");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).contains("job 5 failed: the index 'b_v1' was deleted while the job ran");
        assertThat(run("jobs", "8").err()).contains("there is no job '8'");
        assertThat(run("jobs", "x").exitCode()).isEqualTo(2);
    }

    private void ingestTwo() throws IOException {
        Path file = write("rows.ndjson", ndjson(1));
        run("ingest", file, "--dataset", "a", COLUMNS);
        run("ingest", file, "--dataset", "b", COLUMNS);
    }

    @Test
    void measuresRetrieval() throws IOException {
        Path rows = write("rows.ndjson", ndjson(30));
        Path questions = write("questions.ndjson", """
                {"id": "q1", "question": "word17", "paragraph": "17"}
                {"id": "q2", "question": "word29", "paragraph": "29"}
                {"id": "q3", "question": "word29", "paragraph": "0"}
                {"id": "q4", "question": "word29", "paragraph": "missing"}
                """);
        Path report = directory.resolve("out/report.json");
        CommandLineRun run = run("bench", "retrieval", "--rows", rows, "--questions", questions, "--json", report);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("hit_at_1", "0.5000", "hit_at_10", "0.7500", "mrr_at_10", "0.6250");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.properties().stream().map(Map.Entry::getKey))
                .containsExactly("name", "commit", "jvm", "cpu", "seed", "parameters", "figures");
        assertThat(json.path("name").asText()).isEqualTo("retrieval");
        assertThat(json.path("figures").toString())
                .isEqualTo("{\"hit_at_1\":0.5,\"hit_at_10\":0.75,\"mrr_at_10\":0.625,\"questions\":4}");
    }

    @Test
    void measuresIndexesBesideStock() throws IOException {
        Path report = directory.resolve("index.json");
        String[] options = {"--vectors", "2000", "--dimensions", "32", "--query-count", "50", "--round-ms", "20"};
        CommandLineRun run = bench("index", options, "--engine", "hnswlib", "--ef", "100,10", "--json", report);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("stock", "hnswlib: builds", "bytes/vector", "recall");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("name").asText()).isEqualTo("index");
        assertThat(json.path("parameters").path("ef").toString()).isEqualTo("[10,100]");
        JsonNode figures = json.path("figures");
        assertThat(figures.properties().stream().map(Map.Entry::getKey))
                .contains(
                        "build_ratio",
                        "search_ratio",
                        "recall_at_10",
                        "build_per_s",
                        "qps",
                        "bytes_per_vector",
                        "stock");
        assertThat(figures.path("curve").path(1).path("ef").asInt()).isEqualTo(100);
        assertThat(figures.path("curve").path(1).path("recall").asDouble()).isGreaterThanOrEqualTo(0.95);
        assertThat(figures.path("stock").path("curve").path(1).path("recall").asDouble())
                .isGreaterThanOrEqualTo(0.95);
        assertThat(figures.path("build_ratio").asDouble()).isPositive();
        assertThat(figures.path("stock").path("bytes_per_vector").asDouble()).isGreaterThan(32 * Float.BYTES);
        assertThat(figures.path("bytes_per_vector").asDouble()).isGreaterThan(32 * Float.BYTES);
    }

    @Test
    void measuresAnEngineWithAndWithoutQuantization() throws IOException {
        Path report = directory.resolve("index.json");
        String[] options = {"--vectors", "1500", "--dimensions", "64", "--query-count", "50", "--round-ms", "20"};
        CommandLineRun run = bench(
                "index",
                options,
                "--engine",
                "compact,hnswlib",
                "--quantization",
                "none,int8",
                "--vectors-on-disk",
                "--ef",
                "100",
                "--json",
                report);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "compact: builds",
                        "compact-int8: builds",
                        "compact-int8-on-disk: builds",
                        "hnswlib: builds",
                        "walked");
        JsonNode engines =
                new ObjectMapper().readTree(report.toFile()).path("figures").path("engines");
        assertThat(engines.properties().stream().map(Map.Entry::getKey))
                .containsExactly("compact", "compact-int8", "compact-int8-on-disk", "hnswlib");
        JsonNode plain = engines.path("compact");
        JsonNode quantized = engines.path("compact-int8");
        assertThat(quantized.path("recall_at_10").asDouble()).isGreaterThanOrEqualTo(0.95);
        assertThat(quantized.path("bytes_per_vector_walked").asDouble())
                .isLessThan(plain.path("bytes_per_vector_walked").asDouble() - 100);
        assertThat(plain.path("bytes_per_vector_walked")).isEqualTo(plain.path("bytes_per_vector_told"));
        JsonNode onDisk = engines.path("compact-int8-on-disk");
        assertThat(onDisk.path("bytes_per_vector_told")).isEqualTo(quantized.path("bytes_per_vector_walked"));
        assertThat(onDisk.path("recall_at_10").asDouble()).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void refusesBenchmarksThatMakeNoSense() throws IOException {
        assertThat(bench("index", new String[0], "--engine", "faiss").err())
                .contains("unknown engine 'faiss', there are: compact, hnswlib");
        assertThat(bench("index", new String[0], "--quantization", "int4").err())
                .contains("unknown quantization 'int4', there are: none, int8");
        assertThat(bench("index", new String[0], "--engine", "hnswlib", "--quantization", "int8")
                        .err())
                .contains("none of the engines hnswlib has the quantization int8");
        assertThat(bench("index", new String[0], "--base", "x").err()).contains("--base and --queries go together");
        assertThat(bench("index", new String[0], "--vectors", "5", "--dimensions", "4")
                        .err())
                .contains("5 vectors are fewer than the 10");
        assertThat(bench("index", new String[0], "--vectors", "0").exitCode()).isEqualTo(2);
        assertThat(bench("restart", new String[0], "--engine", "faiss").exitCode())
                .isEqualTo(2);
        Path file = write("vectors.f32", "12345");
        CommandLineRun run = bench("index", new String[0], "--base", file, "--queries", file, "--dimensions", "4");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("vectors.f32 has 5 bytes").doesNotContain("\n\t");
    }

    @Test
    void answersAnUnreachableServerInOneLine() {
        CommandLineRun run = CommandLineRun.of("status", "--url", "http://127.0.0.1:1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nothing answers at http://127.0.0.1:1", "./freshet up");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void showsAStackTraceOnlyWhenAsked() {
        CommandLineRun run = CommandLineRun.of("status", "--url", "http://127.0.0.1:1", "--stacktrace");

        assertThat(run.err()).contains("ClientException").contains("\tat ");
    }

    @Test
    void refusesWrongUsageWithExitCode2() {
        CommandLineRun unknown = CommandLineRun.of("serach");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("'serach'", "freshet search");

        assertThat(CommandLineRun.of().exitCode()).isEqualTo(2);
        assertThat(CommandLineRun.of("search", "x", "--index", "i", "--dataset", "d")
                        .err())
                .contains("--dataset goes with a profile")
                .contains("freshet search --help");
        assertThat(CommandLineRun.of("up", "--port", "70000").err())
                .contains("'--port'", "'70000' is not a port, 0 to 65535");
        assertThat(CommandLineRun.of("demo", "--kafka-port", "-1").exitCode()).isEqualTo(2);
        assertThat(CommandLineRun.of("ingest", "f", "--dataset", "d", "--id-columns", "id")
                        .exitCode())
                .isEqualTo(2);
        assertThat(CommandLineRun.of("ingest", "f", "--dataset", "d", "--batch-rows", "0")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void refusesFilesThatAreNotThere() {
        CommandLineRun run = run("ingest", directory.resolve("none.csv"), "--dataset", "docs");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("there is no file").contains("none.csv");
        assertThat(run("ingest", directory, "--dataset", "docs").err()).contains("is a directory");
    }

    @Test
    void refusesABenchmarkOfNothing() throws IOException {
        assertThat(bench("embed", new String[] {"--rounds", "0"}).exitCode()).isEqualTo(2);
        assertThat(bench("embed", new String[] {"--seconds", "0"}).exitCode()).isEqualTo(2);
        assertThat(bench("http", new String[] {"--connections", "0"}).exitCode())
                .isEqualTo(2);
        assertThat(bench("http", new String[] {"--engine", "faiss"}).exitCode()).isEqualTo(2);
        assertThat(bench("freshness", new String[] {"--rate", "0"}).exitCode()).isEqualTo(2);
        assertThat(bench("filter", new String[] {"--selectivity", "0.5,2"}).err())
                .contains("more than 0 and at most 1");
        assertThat(bench("ingest-while-search", new String[] {"--updates", "1.5"})
                        .err())
                .contains("updates is 1.5, must be 0 to 1");
        assertThat(bench("ingest-while-search", new String[] {"--rate", "0"}).exitCode())
                .isEqualTo(2);
        assertThat(bench("all", new String[] {"--only", "index,indexes"}).err())
                .contains("unknown benchmark 'indexes'", "ingest-while-search");
        assertThat(bench("all", new String[] {"--minutes-max", "0"}).exitCode()).isEqualTo(2);
        assertThat(bench("retrieval", new String[] {"--rows", "x"}).err()).contains("--rows and --questions");
        CommandLineRun noRows = bench("embed", new String[] {"--rows-count", "0"});
        assertThat(noRows.exitCode()).isEqualTo(2);
        assertThat(noRows.err()).contains("0 rows");
        CommandLineRun bad = bench("embed", new String[] {"--rows"}, write("rows.ndjson", "{\"id\": 1}\n"));
        assertThat(bad.exitCode()).isEqualTo(1);
        assertThat(bad.err()).contains("line 1", "'text'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ingest",
                "search",
                "status",
                "datasets",
                "jobs",
                "merge",
                "compare",
                "refresh",
                "stale",
                "aliases",
                "aliases set",
                "aliases delete",
                "indexes",
                "indexes create",
                "indexes rebuild",
                "indexes delete",
                "datasets set",
                "datasets lineage",
                "datasets delete",
                "bench",
                "bench retrieval",
                "bench index",
                "bench restart",
                "bench embed",
                "bench http",
                "bench freshness",
                "bench filter",
                "bench ingest-while-search",
                "bench all"
            })
    void helpsEverywhere(String command) {
        List<String> arguments = new ArrayList<>(command.isEmpty() ? List.of() : List.of(command.split(" ", -1)));
        arguments.add("--help");
        CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: " + ("freshet " + command).strip());
    }

    private static String ndjson(int rows) {
        return IntStream.range(0, rows)
                .mapToObj(i -> "{\"id\": \"" + i + "\", \"title\": \"T\", \"text\": \"word" + i + " of many\"}\n")
                .collect(Collectors.joining());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** Runs a benchmark that needs no server. */
    private static CommandLineRun bench(String name, String[] options, Object... more) {
        List<String> all = new ArrayList<>(List.of("bench", name));
        all.addAll(List.of(options));
        for (Object argument : more) {
            all.add(argument.toString());
        }
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    /** Runs a command against the server; arrays among the arguments are spread out. */
    private CommandLineRun run(Object... arguments) {
        List<String> all = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof String[] several) {
                all.addAll(List.of(several));
            } else {
                all.add(argument.toString());
            }
        }
        all.add("--url");
        all.add(freshet.url());
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
