package dev.freshet.embed.remote;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a provider wants to be left alone: {@code Retry-After} in seconds or as an HTTP date (RFC 9110, section 10.2.3), or {@code retry-after-ms}. */
final class RetryAfter {
    /** Longer than this no provider is left alone: it is asked again to see. */
    static final Duration MAX = Duration.ofMinutes(5);

    private RetryAfter() {}

    /** Between nothing and {@link #MAX}; empty where the headers say nothing that can be understood. */
    static Optional<Duration> of(HttpHeaders headers, Instant now) {
        return headers.firstValue("retry-after-ms")
                .flatMap(text -> number(text, 1))
                .or(() -> headers.firstValue("retry-after")
                        .flatMap(text -> number(text, 1000).or(() -> date(text, now))))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait.compareTo(MAX) > 0 ? MAX : wait);
    }

    private static Optional<Duration> number(String text, int milliseconds) {
        try {
            double value = Double.parseDouble(text.strip()) * milliseconds;
            return Double.isNaN(value)
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis((long) Math.ceil(Math.min(value, (double) MAX.toMillis()))));
        } catch (NumberFormatException e) {
            return Optional.empty(); // Not a number: perhaps a date.
        }
    }

    private static Optional<Duration> date(String text, Instant now) {
        try {
            ZonedDateTime date = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(Duration.between(now, date.toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty(); // A header that cannot be understood is as good as none.
        }
    }
}
