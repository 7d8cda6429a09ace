package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.JobProgress;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobRoutesTest {
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.post("/v1/vectors/index", "{\"name\": \"from\", \"dimension\": 3}");
        server.post("/v1/vectors/index", "{\"name\": \"to\", \"dimension\": 3}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void startsAMergeAndFindsItRunning() {
        Answer started = merge("from", "{\"dest\": \"to\", \"clear_source\": true}");
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = started.json();
        assertThat(started.header("Location"))
                .isEqualTo("/v1/vectors/jobs/" + job.path("id").asLong());
        assertThat(job.path("kind").asText()).isEqualTo("merge");
        assertThat(job.path("state").asText()).isEqualTo("running");
        assertThat(job.path("source").asText()).isEqualTo("from");
        assertThat(job.path("destination").asText()).isEqualTo("to");
        assertThat(job.path("clear_source").asBoolean()).isTrue();
        assertThat(job.path("total").isNull()).isTrue();
        assertThat(job.has("finished")).isFalse();

        Answer again = merge("from", "{\"dest\": \"to\", \"clear_source\": true}");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("id")).isEqualTo(job.path("id"));
    }

    @Test
    void sumsWhatThePartitionsReport() {
        long id = merge("from", "{\"dest\": \"to\"}").json().path("id").asLong();
        server.catalog.report(new JobProgress(id, 0, 1, 0, 10L, 4, 2, 1, 0, Instant.EPOCH));
        JsonNode partly = server.get("/v1/vectors/jobs/" + id).json();
        assertThat(partly.path("total").isNull())
                .as("no total before all have counted")
                .isTrue();
        assertThat(partly.path("done").asLong()).isEqualTo(4);

        for (int partition = 1; partition < FakeRowWriter.PARTITIONS; partition++) {
            server.catalog.report(new JobProgress(id, partition, 1, 1, 5L, 3, 0, 0, 0, Instant.EPOCH));
        }
        JsonNode all = server.get("/v1/vectors/jobs/" + id).json();
        int others = FakeRowWriter.PARTITIONS - 1;
        assertThat(all.path("total").asLong()).isEqualTo(10 + 5L * others);
        assertThat(all.path("done").asLong()).isEqualTo(4 + 3L * others);
        assertThat(all.path("skipped").asLong()).isEqualTo(2);
        assertThat(all.path("failed").asLong()).isEqualTo(1);
        assertThat(all.has("cleared")).as("nothing is to be cleared").isFalse();
        assertThat(all.path("partitions")).hasSize(FakeRowWriter.PARTITIONS);
        assertThat(all.path("partitions").path(0).path("total").asLong()).isEqualTo(10);

        server.delete("/v1/vectors/index/to");
        JsonNode failed = server.get("/v1/vectors/jobs/" + id).json();
        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertThat(failed.path("error").asText()).contains("'to' was deleted");
        assertThat(Instant.parse(failed.path("finished").asText()))
                .isAfterOrEqualTo(Instant.parse(failed.path("started").asText()));
        assertThat(failed.path("done")).isEqualTo(all.path("done"));
    }

    @Test
    void listsTheNewestJobFirst() {
        assertThat(server.get("/v1/vectors/jobs").json().path("jobs")).isEmpty();
        long first = merge("from", "{\"dest\": \"to\"}").json().path("id").asLong();
        server.delete("/v1/vectors/jobs/" + first);
        long second = merge("to", "{\"dest\": \"from\"}").json().path("id").asLong();
        JsonNode jobs = server.get("/v1/vectors/jobs").json().path("jobs");

        assertThat(jobs).hasSize(2);
        assertThat(jobs.path(0).path("id").asLong()).isEqualTo(second);
        assertThat(jobs.path(1).path("id").asLong()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none | {\"dest\": \"to\"}                        | 404 | index_not_found | no index 'none'",
                "from | {\"dest\": \"gone\"}                      | 404 | index_not_found | no index 'gone'",
                "from | {}                                        | 400 | bad_request     | 'dest' is missing",
                "from | {\"dest\": 7}                             | 400 | bad_request     | 'dest' is a number",
                "from | {\"dest\": \"to\", \"clear\": true}       | 400 | unknown_field   | 'clear'",
                "from | {\"dest\": \"to\", \"clear_source\": 1}   | 400 | bad_request     | 'clear_source'",
                "from | []                                        | 400 | bad_request     | must be a JSON object",
            })
    void refusesBadRequests(String source, String body, int status, String code, String words) {
        Answer answer = merge(source, body);
        assertThat(answer.status()).as(answer.detail()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(words);
    }

    @Test
    void passesOnWhatTheCatalogRefuses() {
        server.catalog.failWith(new FreshetException(ErrorCode.INDEX_BUSY, "the index 'to' takes part in job 3"));
        Answer busy = merge("from", "{\"dest\": \"to\"}");
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.code()).isEqualTo("index_busy");
    }

    @Test
    void doesNotKnowOtherJobs() {
        for (String id : new String[] {"999", "x", "-1", "99999999999999999999"}) {
            Answer answer = server.get("/v1/vectors/jobs/" + id);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("job_not_found");
            assertThat(answer.detail()).contains("'" + id + "'");
        }
    }

    @Test
    void refreshesADatasetOnceAtATime() {
        createDocs();
        Answer started = server.post("/v1/vectors/refresh/docs", "");
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = started.json();
        assertThat(started.header("Location"))
                .isEqualTo("/v1/vectors/jobs/" + job.path("id").asLong());
        assertThat(job.path("kind").asText()).isEqualTo("refresh");
        assertThat(job.path("dataset").asText()).isEqualTo("docs");
        assertThat(job.path("scheduled").isBoolean()).isTrue();
        assertThat(job.path("scheduled").asBoolean()).isFalse();
        assertThat(job.has("source")).isFalse();
        assertThat(job.has("indexes")).isFalse();
        assertThat(job.has("rate")).as("nothing is known yet").isFalse();

        Answer again = server.post("/v1/vectors/refresh/docs", "");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("id")).isEqualTo(job.path("id"));
        assertThat(server.post("/v1/vectors/refresh/none", "").code()).isEqualTo("dataset_not_found");
        assertThat(server.post("/v1/vectors/refresh/from", "").code()).isEqualTo("dataset_is_direct");
    }

    @Test
    void rebuildsAnIndexAndSaysThatItIsBeingBuilt() {
        createDocs();
        Answer started = server.post("/v1/vectors/index/docs_v1/rebuild", "");
        assertThat(started.status()).isEqualTo(202);
        assertThat(started.json().path("kind").asText()).isEqualTo("rebuild");
        assertThat(started.json().path("indexes").toString()).isEqualTo("[\"docs_v1\"]");
        assertThat(server.post("/v1/vectors/index/docs_v1/rebuild", "").status())
                .isEqualTo(200);
        JsonNode building = server.get("/v1/vectors/index/docs_v1").json();
        assertThat(building.path("status").asText()).isEqualTo("building");
        assertThat(building.path("job")).isEqualTo(started.json().path("id"));

        finish(started.json().path("id").asLong(), 12);
        JsonNode built = server.get("/v1/vectors/index/docs_v1").json();
        assertThat(built.path("status").asText()).isEqualTo("ready");
        assertThat(built.has("job")).isFalse();
        assertThat(built.path("built").path("job")).isEqualTo(started.json().path("id"));
        assertThat(built.path("built").path("rows").asLong()).isEqualTo(12L * FakeRowWriter.PARTITIONS);
        assertThat(server.post("/v1/vectors/index/from/rebuild", "").code()).isEqualTo("dataset_is_direct");
    }

    @Test
    void startsABackfillWithAnIndexAndWithChangedColumns() {
        createDocs();
        JsonNode index = server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\"}")
                .json();
        JsonNode backfill =
                server.get("/v1/vectors/jobs/" + index.path("job").asLong()).json();
        assertThat(index.path("status").asText()).isEqualTo("building");
        assertThat(backfill.path("kind").asText()).isEqualTo("backfill");
        assertThat(backfill.path("indexes").toString()).isEqualTo("[\"docs_v2\"]");

        JsonNode changed = server.put(
                        "/v1/catalog/datasets/docs",
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"title\", \"text\"]}")
                .json();
        JsonNode both =
                server.get("/v1/vectors/jobs/" + changed.path("job").asLong()).json();
        assertThat(both.path("indexes").toString()).isEqualTo("[\"docs_v1\",\"docs_v2\"]");
        JsonNode superseded =
                server.get("/v1/vectors/jobs/" + index.path("job").asLong()).json();
        assertThat(superseded.path("state").asText()).isEqualTo("cancelled");
        assertThat(superseded.path("error").asText())
                .isEqualTo("superseded by job " + both.path("id").asLong());
        assertThat(server.get("/v1/catalog/datasets/docs").json().has("job")).isFalse();
    }

    @Test
    void tellsHowFastAJobGoesAndHowLongItTakes() {
        createDocs();
        long id = server.post("/v1/vectors/refresh/docs", "").json().path("id").asLong();
        server.clock.advance(Duration.ofSeconds(20));
        for (int partition = 0; partition < FakeRowWriter.PARTITIONS; partition++) {
            server.catalog.report(new JobProgress(id, partition, 1, 0, 100L, 35, 4, 1, 0, server.clock.instant()));
        }
        JsonNode job = server.get("/v1/vectors/jobs/" + id).json();
        assertThat(job.path("rate").asDouble()).isEqualTo(2.0 * FakeRowWriter.PARTITIONS);
        assertThat(job.path("eta_seconds").asLong()).isEqualTo(30);
        assertThat(job.path("partitions").path(0).path("finished").asBoolean()).isFalse();

        finish(id, 100);
        JsonNode done = server.get("/v1/vectors/jobs/" + id).json();
        assertThat(done.path("state").asText()).isEqualTo("done");
        assertThat(done.has("rate")).isFalse();
        assertThat(done.has("eta_seconds")).isFalse();
        assertThat(done.path("partitions").path(0).path("finished").asBoolean()).isTrue();
    }

    @Test
    void cancelsWhatCanBe() {
        createDocs();
        long refresh =
                server.post("/v1/vectors/refresh/docs", "").json().path("id").asLong();
        Answer cancelled = server.delete("/v1/vectors/jobs/" + refresh);
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.json().path("state").asText()).isEqualTo("cancelled");
        assertThat(cancelled.json().path("id").asLong()).isEqualTo(refresh);
        Answer twice = server.delete("/v1/vectors/jobs/" + refresh);
        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.code()).isEqualTo("job_not_running");
        assertThat(server.delete("/v1/vectors/jobs/999").code()).isEqualTo("job_not_found");

        long deletion =
                server.delete("/v1/catalog/datasets/docs").json().path("id").asLong();
        Answer refused = server.delete("/v1/vectors/jobs/" + deletion);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("job_not_cancellable");
    }

    @Test
    void listsWhatIsAskedFor() {
        createDocs();
        server.put("/v1/catalog/datasets/more", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        long refresh =
                server.post("/v1/vectors/refresh/docs", "").json().path("id").asLong();
        long other =
                server.post("/v1/vectors/refresh/more", "").json().path("id").asLong();
        long rebuild = server.post("/v1/vectors/index/docs_v1/rebuild", "")
                .json()
                .path("id")
                .asLong();
        long merge = merge("from", "{\"dest\": \"to\"}").json().path("id").asLong();
        server.delete("/v1/vectors/jobs/" + refresh);

        assertThat(ids("")).containsExactly(merge, rebuild, other, refresh);
        assertThat(ids("?dataset=docs")).containsExactly(rebuild, refresh);
        assertThat(ids("?dataset=to")).containsExactly(merge);
        assertThat(ids("?state=cancelled")).containsExactly(refresh);
        assertThat(ids("?kind=refresh&state=running")).containsExactly(other);
        assertThat(ids("?dataset=none")).isEmpty();
        assertThat(server.get("/v1/vectors/jobs?state=ended").detail())
                .contains("must be one of running, done, failed, cancelled");
        assertThat(server.get("/v1/vectors/jobs?kind=fill").status()).isEqualTo(400);
        assertThat(server.get("/v1/vectors/jobs?index=docs_v1").status()).isEqualTo(400);
    }

    private void createDocs() {
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
    }

    private void finish(long job, long done) {
        for (int partition = 0; partition < FakeRowWriter.PARTITIONS; partition++) {
            server.catalog.report(new JobProgress(job, partition, 99, 1, done, done, 0, 0, 0, server.clock.instant()));
        }
    }

    private List<Long> ids(String query) {
        List<Long> ids = new ArrayList<>();
        server.get("/v1/vectors/jobs" + query)
                .json()
                .path("jobs")
                .forEach(job -> ids.add(job.path("id").asLong()));
        return ids;
    }

    private Answer merge(String source, String body) {
        return server.post("/v1/vectors/index/" + source + "/merge", body);
    }
}
