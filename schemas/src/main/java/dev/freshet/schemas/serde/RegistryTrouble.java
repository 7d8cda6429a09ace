package dev.freshet.schemas.serde;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a foreign deserializer failed because its registry could not be asked, which says nothing about the record, or because of the record. Foreign
 * serdes throw Kafka's {@code SerializationException} for both; the causes tell.
 *
 * <ul>
 *   <li>Networks, TLS, time and what Kafka calls retriable: the registry.
 *   <li>An {@code InvalidConfigurationException} (Confluent's serde throws it when it is not let in): the registry.
 *   <li>A {@code RestClientException}: the registry, unless it says that it does not know the schema (40403 and its like), which it will not know later either.
 *   <li>Anything else: the record.
 * </ul>
 */
final class RegistryTrouble {
    /** Longer chains are not looked at: a chain may be a circle. */
    private static final int CAUSES_MAX = 20;

    private static final Pattern ERROR_CODE = Pattern.compile("error code: (\\d+)");

    private RegistryTrouble() {}

    static boolean isCauseOf(Throwable failure) {
        return chain(failure).stream().anyMatch(RegistryTrouble::isTrouble);
    }

    /** The messages of a failure and its causes in one line. */
    static String story(Throwable failure) {
        List<String> parts = new ArrayList<>();
        for (Throwable cause : chain(failure)) {
            String part = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (parts.stream().noneMatch(earlier -> earlier.contains(part))) {
                parts.add(part);
            }
        }
        return String.join(": ", parts);
    }

    private static boolean isTrouble(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof UnknownHostException
                || cause instanceof HttpTimeoutException
                || cause instanceof SSLException
                || cause instanceof RetriableException
                || cause instanceof java.util.concurrent.TimeoutException
                || is(cause, "InvalidConfigurationException")
                || (is(cause, "RestClientException") && !unknownSchema(cause.getMessage()));
    }

    /** By its simple name, because the class is not on our class path and is often relocated. */
    private static boolean is(Throwable cause, String simpleName) {
        return cause.getClass().getSimpleName().equals(simpleName);
    }

    private static boolean unknownSchema(@Nullable String message) {
        Matcher code = ERROR_CODE.matcher(message == null ? "" : message);
        return code.find() && code.group(1).startsWith("404") && code.group(1).length() == 5;
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && chain.size() < CAUSES_MAX; cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
