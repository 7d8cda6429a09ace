package dev.freshet.schemas.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "postgresql://app:s3cret@db:5432/shop | postgresql://app:***@db:5432/shop",
                "cannot reach mysql://app:p@ss@db/shop, giving up | cannot reach mysql://app:***@db/shop, giving up",
                "jdbc:postgresql://app:a/b@db/shop?ssl=true | jdbc:postgresql://app:***@db/shop?ssl=true",
                "kafka+ssl://u:1234/x@h:9092 | kafka+ssl://u:***@h:9092",
                "https://u:p@[::1]:8081/subjects | https://u:***@[::1]:8081/subjects",
                "http://a:x@h1:1,http://b:y@h2:2 | http://a:***@h1:1,http://b:***@h2:2",
                "jdbc:oracle:thin:scott/tiger@//h:1521/x | jdbc:oracle:thin:scott/***@//h:1521/x",
                "jdbc:mysql://h/db?user=u&password=p%26q&ssl=1 | jdbc:mysql://h/db?user=u&password=***&ssl=1",
                "jdbc:sqlserver://h;user=u;password={a;b};x=1 | jdbc:sqlserver://h;user=u;password={***};x=1",
                "host=h user=u password=a,b dbname=d | host=h user=u password=*** dbname=d",
                "host=h password='it''s \\' it' dbname=d | host=h password='***' dbname=d",
                "required username=\"u\" password=\"p;q\"; | required username=\"u\" password=\"***\";",
                "{database.password=abc, database.user=u} | {database.password=***, database.user=u}",
                "{\"database.password\":\"a\\\"b\",\"n\":1} | {\"database.password\":\"***\",\"n\":1}",
                "{\"e\":\"{\\\"api_key\\\":\\\"k\\\",\\\"n\\\":1}\"} | {\"e\":\"{\\\"api_key\\\":\\\"***\\\",\\\"n\\\":1}\"}",
                "CREATE USER 'u'@'%' IDENTIFIED BY 'geheim' REQUIRE SSL | CREATE USER 'u'@'%' IDENTIFIED BY '***' REQUIRE SSL",
                "ALTER USER u IDENTIFIED WITH mysql_native_password AS 'x' | ALTER USER u IDENTIFIED WITH mysql_native_password AS '***'",
                "ALTER ROLE u PASSWORD 'x''y' LOGIN | ALTER ROLE u PASSWORD '***' LOGIN",
                "SET PASSWORD FOR u = PASSWORD('x') | SET PASSWORD FOR u = PASSWORD('***')",
            })
    void takesTheSecretOutAndLeavesTheRest(String text, String redacted) {
        assertThat(Redaction.redact(text)).isEqualTo(redacted);
        assertThat(Redaction.redact(redacted)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "postgresql://db:5432/shop",
                "postgresql://app@db/shop",
                "http://127.0.0.1:8083/connectors/shop@2/status",
                "https://[::1]:8083/a@b",
                "see https://example.org/a?mail=x@y and write to a:b@c",
                "database.password=${env:PGPASSWORD}",
                "{\"password\":\"${file:/run/secrets/db:password}\"}",
                "password=",
                "the password is wrong",
                "SCRAM password authentication failed for user \"app\"",
                "tokens=4096 max.token.count=7",
            })
    void leavesWhatIsNoSecret(String text) {
        assertThat(Redaction.redact(text)).isEqualTo(text);
    }

    @Test
    void knowsNamesOfSecrets() {
        for (String name : List.of(
                "database.password",
                "PGPASSWORD",
                "ssl.key-password",
                "producer.override.ssl.keystore.key",
                "schema.registry.ssl.keystore_key",
                "service.account.private-key",
                "hash.secret",
                "producer.sasl.jaas.config",
                "api_key")) {
            assertThat(Redaction.namesSecret(name)).as(name).isTrue();
            assertThat(Redaction.redact(name, "x y")).isEqualTo("***");
            assertThat(Redaction.redact(name, "${env:X}")).isEqualTo("${env:X}");
            assertThat(Redaction.redact(name, "${env:X}x")).isEqualTo("***");
        }
        for (String name : List.of(
                "database.user", "tokenizer", "ssl.keystore.location", "key.converter", "message.key.columns")) {
            assertThat(Redaction.namesSecret(name)).as(name).isFalse();
        }
        assertThat(Redaction.redact("url", "mysql://u:p@h")).isEqualTo("mysql://u:***@h");
    }

    @Test
    void takesPrivateKeysOut() {
        String pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIcanary\nab+/==\n-----END ENCRYPTED PRIVATE KEY-----";
        assertThat(Redaction.redact("ssl.keystore.key=" + pem + "\nn=1")).isEqualTo("ssl.keystore.key=***\nn=1");
        assertThat(Redaction.redact("{\"a\":\"" + pem.replace("\n", "\\n") + "\",\"n\":1}"))
                .isEqualTo("{\"a\":\"***\",\"n\":1}");
        assertThat(Redaction.redact("invalid key: " + pem.substring(0, pem.length() - 10)))
                .isEqualTo("invalid key: ***");
    }

    @Test
    void noPasswordOfAnyCharactersComesThrough() {
        long seed = Long.getLong("freshet.test.seed", System.nanoTime());
        System.out.println("RedactionTest: -Dfreshet.test.seed=" + seed);
        Random random = new Random(seed);
        List<String> templates = List.of(
                "failed: postgres://app:%s@db.example.org:5432/shop?sslmode=require (1 of 3)",
                "[amqp+tls://x:%s@h1,amqp://y@h2]",
                "{\"config\":{\"database.password\":\"%s\",\"tasks.max\":\"1\"}}",
                "url=jdbc:mariadb://h/d?user=a&password=%s&x=1 retry",
                "dbname=d password='%s' host=h",
                "IDENTIFIED BY '%s'");
        for (int round = 0; round < 3_000; round++) {
            String password = password(random);
            for (String template : templates) {
                String written = encoded(template, password);
                String text = template.formatted(written);
                String redacted = Redaction.redact(text);
                assertThat(redacted).as("%s, seed %d", text, seed).doesNotContain(written, password);
                assertThat(redacted)
                        .as("what of it is left, seed %d", seed)
                        .doesNotContain(written.substring(written.length() - 4));
                assertThat(Redaction.redact(redacted))
                        .as("again, seed %d", seed)
                        .isEqualTo(redacted);
            }
        }
    }

    /** Long enough not to occur by accident, and of all that is printed without being encoded. */
    private static String password(Random random) {
        String characters = "abcXYZ0189!#$%&'()*+,-./:;=?@[]^_{|}~\\ü語";
        StringBuilder password = new StringBuilder("q");
        int length = 6 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            password.append(characters.charAt(random.nextInt(characters.length())));
        }
        return password.append('z').toString();
    }

    /** As each kind of text has to write what would end the password there. */
    private static String encoded(String template, String password) {
        if (template.contains("\"%s\"")) {
            return password.replace("\\", "\\\\").replace("\"", "\\\"");
        }
        if (template.contains("'%s'")) {
            return password.replace("\\", "\\\\").replace("'", "''");
        }
        if (template.contains("://x:")) {
            return password.replace("://", "%3A//");
        }
        return template.contains("&password=")
                ? password.replace("%", "%25")
                        .replace("&", "%26")
                        .replace(";", "%3B")
                        .replace("://", "%3A//")
                : password.replace("://", "%3A//");
    }

    @Test
    void staysLinearOnTextsMadeToBeSlow() {
        for (String piece : List.of(
                "a://",
                "://:",
                "password",
                "password=",
                "'",
                "\\\"",
                "x",
                "@",
                "jdbc:oracle:x:",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN ",
                "PRIVATE KEY-----")) {
            String text = piece.repeat(400_000 / piece.length());
            assertThatCode(() -> Redaction.redact(text)).as(piece).doesNotThrowAnyException();
            assertThatCode(() -> Redaction.redact("password='" + text)).doesNotThrowAnyException();
        }
    }
}
