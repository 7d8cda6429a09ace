package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request's query parameters: unknown, repeated and ill-typed ones are refused. */
final class QueryParameters {
    private final Map<String, String> values = new HashMap<>();

    private QueryParameters() {}

    /** Reads them all; only {@code known} may be there. */
    static QueryParameters of(Context context, String... known) {
        List<String> names = Arrays.asList(known);
        QueryParameters parameters = new QueryParameters();
        context.queryParamMap().forEach((name, values) -> {
            if (!names.contains(name)) {
                throw bad("unknown query parameter '" + name + "'; "
                        + (names.isEmpty() ? "this takes none" : "known are " + String.join(", ", names)));
            }
            if (values.size() != 1) {
                throw bad("query parameter '" + name + "' is given " + values.size() + " times");
            }
            parameters.values.put(name, values.get(0));
        });
        return parameters;
    }

    @Nullable
    String text(String name) {
        return values.get(name);
    }

    /** True or false; a parameter without a value is true. */
    boolean flag(String name, boolean absent) {
        String value = values.get(name);
        if (value == null) {
            return absent;
        }
        return switch (value) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw bad("query parameter '" + name + "' is '" + value + "', must be true or false");
        };
    }

    int integer(String name, int absent, int minimum, int maximum) {
        String value = values.get(name);
        if (value == null) {
            return absent;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw bad("query parameter '" + name + "' is '" + value + "', must be an integer from " + minimum + " to "
                    + maximum);
        }
        if (number < minimum || number > maximum) {
            throw bad("query parameter '" + name + "' is " + value + ", must be " + minimum + " to " + maximum);
        }
        return number;
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
