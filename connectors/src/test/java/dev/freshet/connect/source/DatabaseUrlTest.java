package dev.freshet.connect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @Test
    void readsAllParts() {
        assertThat(DatabaseUrl.parse(
                        "postgres://app%40x:p%2Fw+1@db.example.org:6432/my%20shop?sslmode=require&sslrootcert=/ca.pem"))
                .isEqualTo(new DatabaseUrl(
                        SourceType.POSTGRESQL,
                        "db.example.org",
                        6432,
                        "my shop",
                        "app@x",
                        "p/w+1",
                        Map.of("sslmode", "require", "sslrootcert", "/ca.pem")));
    }

    @Test
    void readsTheShortest() {
        assertThat(DatabaseUrl.parse(" jdbc:mariadb://h "))
                .isEqualTo(new DatabaseUrl(SourceType.MARIADB, "h", 0, null, null, null, Map.of()));
        assertThat(DatabaseUrl.parse("mysql://u@[::1]:3307/"))
                .isEqualTo(new DatabaseUrl(SourceType.MYSQL, "::1", 3307, null, "u", null, Map.of()));
    }

    @Test
    void theLastAtEndsThePassword() {
        DatabaseUrl url = DatabaseUrl.parse("mysql://u:p@ss/w:rd@h/d");
        assertThat(url.password()).isEqualTo("p@ss/w:rd");
        assertThat(url.host()).isEqualTo("h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db:5432/shop",
                "postgresql:app:canary@db",
                "postgresql://app:canary@",
                "postgresql://app:canary@h1:1,h2:2/d",
                "postgresql://app:canary@h:port/d",
                "postgresql://app:canary%@h/d",
                "redis://app:canary@h/0",
            })
    void refusesOthersWithoutShowingAPassword(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(ConfigException.class)
                .message()
                .startsWith("url ")
                .doesNotContain("canary");
    }
}
