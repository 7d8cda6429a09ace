package dev.freshet.embed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small parts that need no provider. */
class PartsTest {
    private final RandomGenerator random = TestRandom.create(PartsTest.class);

    @ParameterizedTest
    @CsvSource({
        "'', 4",
        "hello, 7",
        "hello world, 10",
        "a1b2, 8",
        "'a, b', 7",
        "'a  b', 7",
        "中文, 10",
        "ภาษา, 16",
        "é, 6",
        "😀, 8"
    })
    void shouldEstimateTokens(String text, int tokens) {
        assertThat(new TokenEstimate(2).count(text)).isEqualTo(tokens);
    }

    @Test
    void shouldNeverEstimateFewerTokensThanBytesAtOneCharacterPerToken() {
        TokenEstimate strict = new TokenEstimate(1);
        for (int round = 0; round < 2_000; round++) {
            String text = random.ints(random.nextInt(40), 0, round % 2 == 0 ? 0x80 : 0x11000)
                    .filter(character ->
                            !(character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertThat(strict.count(text)).isEqualTo(4 + text.getBytes(StandardCharsets.UTF_8).length);
            assertThat(new TokenEstimate(2).count(text)).isLessThanOrEqualTo(strict.count(text));
        }
        assertThat(strict.count("\uD800")).isEqualTo(7);
    }

    @Test
    void shouldNeverLetMoreThroughThanTheRateAndOneSecondsWorth() {
        for (int round = 0; round < 200; round++) {
            long perMinute = 1L + random.nextInt(10_000);
            long now = random.nextLong();
            long start = now;
            TokenBucket bucket = new TokenBucket(perMinute, now);
            double through = 0;
            for (int step = 0; step < 200; step++) {
                double amount = 1 + random.nextInt(50);
                long wait = bucket.nanosUntil(amount, now);
                if (wait == 0) {
                    double before = through;
                    bucket.take(amount, now);
                    through += amount;
                    double earned = perMinute * (now - start) / 60e9 + Math.max(1, perMinute / 60.0);
                    assertThat(before).isLessThanOrEqualTo(earned + 1e-3);
                } else {
                    now += random.nextBoolean() ? wait : 1 + (long) (wait * random.nextDouble());
                }
            }
        }
        TokenBucket unlimited = new TokenBucket(0, 5);
        unlimited.take(1e12, 5);
        assertThat(unlimited.nanosUntil(1e12, 5)).isZero();
    }

    @Test
    void shouldWaitExactlyAsLongAsTheBucketSays() {
        TokenBucket bucket = new TokenBucket(60, 0);
        bucket.take(1, 0);
        assertThat(bucket.nanosUntil(1, 0)).isEqualTo(1_000_000_000);
        assertThat(bucket.nanosUntil(1, 999_000_000)).isPositive();
        assertThat(bucket.nanosUntil(1, 1_000_000_000)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after, 0, 0",
        "retry-after, 7, 7000",
        "retry-after, ' 1.5 ', 1500",
        "retry-after, 99999999999, 300000",
        "retry-after, -3, 0",
        "retry-after-ms, 250, 250",
        "retry-after, 'Wed, 21 Oct 2026 07:28:10 GMT', 10000",
        "retry-after, 'Wed, 21 Oct 2026 07:27:00 GMT', 0",
        "retry-after, 'Thu, 22 Oct 2026 07:28:00 GMT', 300000"
    })
    void shouldUnderstandRetryAfter(String header, String value, long milliseconds) {
        assertThat(retryAfter(Map.of(header, List.of(value)))).contains(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "NaN", "2026-10-21"})
    void shouldIgnoreARetryAfterThatNobodyUnderstands(String value) {
        assertThat(retryAfter(Map.of("retry-after", List.of(value)))).isEmpty();
        assertThat(retryAfter(Map.of())).isEmpty();
    }

    private static Optional<Duration> retryAfter(Map<String, List<String>> headers) {
        return RetryAfter.of(HttpHeaders.of(headers, (name, value) -> true), Instant.parse("2026-10-21T07:28:00Z"));
    }

    @Test
    void shouldOpenAfterFailuresInARowAndPauseLongerEachTime() {
        Circuit circuit = new Circuit(random);
        long now = random.nextLong();
        for (int failure = 1; failure < Circuit.FAILURES_MAX; failure++) {
            assertThat(circuit.failed(now)).isFalse();
        }
        assertThat(circuit.nanosUntilOpen(now)).isZero();
        assertThat(circuit.probing()).isFalse();
        for (long expected : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(circuit.failed(now)).isTrue();
            assertThat(circuit.probing()).isTrue();
            long pause = circuit.nanosUntilOpen(now);
            assertThat(pause).isBetween(expected * 500_000_000, expected * 1_000_000_000);
            assertThat(circuit.failed(now))
                    .as("what was under way adds nothing")
                    .isFalse();
            assertThat(circuit.nanosUntilOpen(now)).isEqualTo(pause);
            now += pause;
            assertThat(circuit.nanosUntilOpen(now)).isZero();
        }
        assertThat(circuit.succeeded()).isTrue();
        assertThat(circuit.succeeded()).isFalse();
        assertThat(circuit.probing()).isFalse();
        assertThat(circuit.failed(now)).isFalse();
    }

    @Test
    void shouldBackOffAtRandomUpToABoundThatDoubles() {
        Circuit circuit = new Circuit(random);
        for (int attempt = 1; attempt <= 10; attempt++) {
            Duration bound = Duration.ofMillis(Math.min(30_000, 250L << attempt));
            assertThat(circuit.backoff(attempt)).isBetween(Duration.ZERO, bound);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host",
                "host:11434",
                "http:///path",
                "http://user:canary@host",
                "http://host?key=canary",
                "http://host#canary"
            })
    void shouldRefuseAUrlThatIsNoneOrHidesASecretWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> RemoteTests.ollama(URI.create(url), "m"))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "http://host/v1, true",
        "https://host/v1, false",
        "http://localhost:1/v1, false",
        "http://127.0.0.1:1, false",
        "http://[::1]:1, false",
        "http://localhost.example, true"
    })
    void shouldNoticeAKeyThatIsSentInClear(String url, boolean inClear) {
        assertThat(RemoteTests.openAi("m", URI.create(url), ApiKey.of("a test", "key"))
                        .sendsKeyInClear())
                .isEqualTo(inClear);
        assertThat(RemoteTests.openAi("m", URI.create(url), ApiKey.none()).sendsKeyInClear())
                .isFalse();
    }
}
