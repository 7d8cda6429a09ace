package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.connect.source.SourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {
    private static final String TRACE = """
            org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer.
            \tat io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:67)
            Caused by: io.debezium.DebeziumException: Creation of replication slot failed
            \tat io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:1)
            \t... 9 more
            Caused by: org.postgresql.util.PSQLException: ERROR: logical decoding requires wal_level >= logical at postgresql://app:canary@db/shop
            \tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:1)
            """;

    @Test
    void tellsTheInnermostCausesAndWhatToDo() {
        String text = Problem.ofTrace(TRACE).text("shop", SourceType.POSTGRESQL);
        assertThat(text)
                .startsWith("source 'shop' (postgresql) failed: ")
                .contains(
                        "DebeziumException: Creation of replication slot failed; PSQLException: ERROR: logical decoding",
                        "app:***@db",
                        "set wal_level=logical")
                .doesNotContain("canary", "\n", "\tat ");
    }

    @Test
    void readsRefusals() {
        Problem problem = Problem.ofRefusal("""
                Connector configuration is invalid and contains the following 1 error(s):
                Unable to connect: FATAL: password authentication failed for user "app"
                You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`""");
        assertThat(problem.reason())
                .endsWith("Unable to connect: FATAL: password authentication failed for user \"app\"")
                .doesNotContain("endpoint");
        assertThat(problem.remedy()).contains("check user and password");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x.PSQLException: ERROR: replication slot \"freshet_a\" is active for PID 12 | another name",
                "x.PSQLException: ERROR: must be superuser or replication role to start walsender | grant the user REPLICATION",
                "java.sql.SQLException: Access denied for user 'u'@'h' (using password: YES) | check user and password",
                "x.DebeziumException: The MySQL server is not configured to use a ROW binlog_format | binlog_format=ROW",
                "x.DebeziumException: The MySQL server is not configured to use a FULL binlog_row_image, which is required for this connector to work properly. | binlog_row_image=FULL",
                "x.DebeziumException: Error processing row in album, internal schema size 5, but row size 2 , restart connector with schema recovery mode. | rows that are not whole",
                "java.net.ConnectException: Connection refused | check host and port",
                "Error: Connection to 127.0.0.1:5432 refused. Check that the hostname and port are correct. | check host and port",
                "x.DebeziumException: The connector is trying to read binlog but this is no longer available on the server. | when_needed",
                "java.lang.IllegalStateException: never seen before | the log has more",
            })
    void knowsWhatToDo(String trace, String remedy) {
        assertThat(Problem.ofTrace(trace).remedy()).contains(remedy);
    }

    @Test
    void makesDoWithAnything() {
        assertThat(Problem.ofTrace("").reason()).isEmpty();
        assertThat(Problem.ofTrace("something odd\nmore").reason()).isEqualTo("something odd");
        assertThat(Problem.ofTrace("x.YException: " + "long ".repeat(1_000)).reason())
                .hasSizeLessThan(700);
    }
}
