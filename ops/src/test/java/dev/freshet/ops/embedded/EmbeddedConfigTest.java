package dev.freshet.ops.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.FreshetConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedConfigTest {
    private static FreshetConfig config(Map<String, String> overrides) {
        return EmbeddedFreshet.config(
                new EmbeddedFreshet.Settings(Path.of("home"), 3110, 0, 0, overrides),
                "127.0.0.1:9092",
                URI.create("http://127.0.0.1:8081"));
    }

    private static String advertised(Map<String, String> overrides) {
        return config(overrides).getString(FreshetConfig.HTTP_ADVERTISED_HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "[::]"})
    void hasAnAddressAlsoWhereItListensOnAll(String host) {
        assertThat(advertised(Map.of(FreshetConfig.HTTP_HOST, host))).isEqualTo("127.0.0.1");
        assertThat(advertised(Map.of(FreshetConfig.HTTP_HOST, host, FreshetConfig.HTTP_ADVERTISED_HOST, "one.example")))
                .isEqualTo("one.example");
    }

    @Test
    void isKnownByTheAddressThatItListensOn() {
        assertThat(advertised(Map.of())).isEmpty();
        assertThat(advertised(Map.of(FreshetConfig.HTTP_HOST, "10.0.0.7"))).isEmpty();
    }

    @Test
    void givesWayToWhatIsSet() {
        FreshetConfig config = config(Map.of(FreshetConfig.HTTP_PORT, "4711"));
        assertThat(config.getInt(FreshetConfig.HTTP_PORT)).isEqualTo(4711);
        assertThat(config.getInt(FreshetConfig.SEARCH_STANDBYS)).isZero();
    }
}
