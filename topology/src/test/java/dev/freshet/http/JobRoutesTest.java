package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.JobProgress;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.time.Instant;
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

        server.catalog.end(JobState.FAILED, "the index 'to' was deleted while the job ran");
        JsonNode failed = server.get("/v1/vectors/jobs/" + id).json();
        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertThat(failed.path("error").asText()).contains("'to' was deleted");
        assertThat(failed.path("finished").asText()).isEqualTo("1970-01-01T00:01:00Z");
        assertThat(failed.path("done")).isEqualTo(all.path("done"));
    }

    @Test
    void listsTheNewestJobFirst() {
        assertThat(server.get("/v1/vectors/jobs").json().path("jobs")).isEmpty();
        long first = merge("from", "{\"dest\": \"to\"}").json().path("id").asLong();
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

    private Answer merge(String source, String body) {
        return server.post("/v1/vectors/index/" + source + "/merge", body);
    }
}
