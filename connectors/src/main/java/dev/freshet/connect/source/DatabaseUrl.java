package dev.freshet.connect.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The address of a database as one string: {@code [jdbc:]SCHEME://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE][?NAME=VALUE&…]}. User, password and database may be
 * percent-encoded.
 *
 * @param port 0 if the URL has none
 * @param parameters what stands behind {@code ?}, in order
 */
record DatabaseUrl(
        SourceType type,
        String host,
        int port,
        @Nullable String database,
        @Nullable String user,
        @Nullable String password,
        Map<String, String> parameters) {
    private static final Pattern URL = Pattern.compile("(?:jdbc:)?([A-Za-z][A-Za-z0-9+.-]*)://"
            + "(?:(?<user>[^:/?#]*?)(?::(?<password>[^?#]*))?@)?"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[^:/?#@\\[\\],]+)(?::(?<port>[0-9]{1,5}))?"
            + "(?:/(?<database>[^?#]*))?(?:\\?(?<query>[^#]*))?");

    DatabaseUrl {
        parameters = Map.copyOf(parameters);
    }

    /** @throws ConfigException that shows no password */
    static DatabaseUrl parse(String url) {
        Matcher matcher = URL.matcher(url.strip());
        if (!matcher.matches()) {
            // It is not shown: where its password stands is not known.
            throw new ConfigException(
                    "url must look like postgresql://user@host:5432/database (or mysql://, mariadb://), with"
                            + " one host; other characters of a user or password have to be percent-encoded");
        }
        SourceType type = SourceType.ofScheme(matcher.group(1))
                .orElseThrow(() -> new ConfigException("url begins with '" + matcher.group(1)
                        + "://', it must be postgresql://, mysql:// or mariadb://"));
        String port = matcher.group("port");
        return new DatabaseUrl(
                type,
                matcher.group("host").replaceAll("[\\[\\]]", ""),
                port == null ? 0 : Integer.parseInt(port),
                decoded(matcher.group("database")),
                decoded(matcher.group("user")),
                decoded(matcher.group("password")),
                parameters(matcher.group("query")));
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query != null) {
            for (String parameter : query.split("&")) {
                int equals = parameter.indexOf('=');
                if (equals > 0) {
                    parameters.put(parameter.substring(0, equals), decode(parameter.substring(equals + 1)));
                } else if (!parameter.isEmpty()) {
                    parameters.put(parameter, "");
                }
            }
        }
        return parameters;
    }

    private static @Nullable String decoded(@Nullable String part) {
        return part == null || part.isEmpty() ? null : decode(part);
    }

    /** In a URL's path and user a plus sign is one. */
    private static String decode(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "url has a '%' that does not begin a character in hexadecimal, such as %40 for @");
        }
    }
}
