package dev.freshet.schemas.redact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that people will see: logs, errors, the catalog, answers.
 *
 * <ul>
 *   <li>URLs of any scheme: {@code scheme://user:***@host/…}. The user stays, and so does everything behind the host.
 *   <li>Named values, whatever the name begins with: {@code password=***} in a query, in a DSN of keywords, in a list of settings, and as JSON. The names end with
 *       one of password, passwd, passphrase, pwd, pass, secret, token, API key, access key, private key, key store key, credentials
 *       and user info.
 *   <li>Private keys in PEM, from their first line to their last, or to the end of the text.
 *   <li>Passwords in SQL: {@code IDENTIFIED BY '***'}, {@code PASSWORD '***'}.
 *   <li>A reference such as <code>${env:PGPASSWORD}</code> is no secret and stays.
 * </ul>
 *
 * <p>Rather too much is taken out than too little. White space, {@code "} and {@code ://} end a password in a URL: they have to
 * be percent-encoded there. The result is the same when it is redacted again. The work is linear in the length of the text.
 */
public final class Redaction {
    /** What stands in the place of a secret. */
    public static final String MASK = "***";

    private static final String NAMES =
            "(?:password|passwd|passphrase|pwd|\\bpass|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|key[-_.]?store[-_.]?key|credentials?|user[-_.]?info)";

    private static final Pattern SECRET_NAME = Pattern.compile(NAMES + "$", Pattern.CASE_INSENSITIVE);

    /** A name and what stands between it and its value: {@code =}, or the {@code ":} of JSON, which may itself be in a JSON string. */
    private static final Pattern NAMED =
            Pattern.compile(NAMES + "(?:\\s{0,8}=\\s{0,8}|\\\\?\"\\s{0,8}:\\s{0,8})", Pattern.CASE_INSENSITIVE);

    private static final Pattern PEM = Pattern.compile(
            "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\\z)",
            Pattern.DOTALL);

    /** SQL in front of a quoted password. */
    private static final Pattern SQL = Pattern.compile(
            "\\b(?:identified\\s{1,8}(?:with\\s{1,8}\\S{1,64}\\s{1,8})?(?:by|as|using)(?:\\s{1,8}password)?|password)(?:\\s{1,8}|\\s{0,8}\\(\\s{0,8})(?=['\"])",
            Pattern.CASE_INSENSITIVE);

    /** Oracle's thin driver has no {@code //} in front of the user. */
    private static final Pattern ORACLE =
            Pattern.compile("(jdbc:oracle:\\w{1,16}:[^/\\s@]{0,256}/)[^\\s@]{1,1024}@", Pattern.CASE_INSENSITIVE);

    private Redaction() {}

    /** The text without secrets. */
    public static String redact(String text) {
        String result = text.contains("://") ? urls(text) : text;
        if (result.contains("PRIVATE KEY-----")) {
            result = PEM.matcher(result).replaceAll(Matcher.quoteReplacement(MASK));
        }
        if (result.contains("jdbc:oracle")) {
            result = ORACLE.matcher(result).replaceAll("$1" + Matcher.quoteReplacement(MASK) + "@");
        }
        return values(values(result, NAMED), SQL);
    }

    /** The value of a setting, or the mask if the setting's name says that it is a secret; a reference stays. */
    public static String redact(String name, String value) {
        if (!namesSecret(name)) {
            return redact(value);
        }
        return value.isEmpty() || isReference(value) ? value : MASK;
    }

    /** Whether a setting of this name holds a secret. */
    public static boolean namesSecret(String name) {
        return SECRET_NAME.matcher(name).find() || name.endsWith("jaas.config");
    }

    /** Whether the value is nothing but a reference to a secret that is kept elsewhere, such as <code>${file:/run/secrets/db:password}</code>. */
    public static boolean isReference(String value) {
        return value.startsWith("${") && value.indexOf('}') == value.length() - 1;
    }

    private static String urls(String text) {
        StringBuilder result = new StringBuilder(text.length());
        int copied = 0;
        int slashes = text.indexOf("://");
        while (slashes >= 0) {
            int start = slashes + 3;
            int next = text.indexOf("://", start);
            int at = endOfUser(text, slashes, urlEnd(text, start, next));
            int colon = at < 0 ? -1 : first(text, ':', start, at);
            if (colon >= 0 && colon + 1 < at && !isReference(text.substring(colon + 1, at))) {
                result.append(text, copied, colon + 1).append(MASK);
                copied = at;
            }
            slashes = next;
        }
        return result.append(text, copied, text.length()).toString();
    }

    /** Where the URL ends at the latest: at white space, a quote, or the next URL. */
    private static int urlEnd(String text, int start, int next) {
        int limit = next < 0 ? text.length() : next;
        int end = start;
        while (end < limit && !endsUrl(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean endsUrl(char c) {
        return Character.isWhitespace(c) || c == '"' || c == '<' || c == '>' || c == '`';
    }

    /** The place of the {@code @} behind user and password, or -1. */
    private static int endOfUser(String text, int slashes, int end) {
        int start = slashes + 3;
        int authority = start;
        while (authority < end && "/?#".indexOf(text.charAt(authority)) < 0) {
            authority++;
        }
        int at = last(text, '@', start, authority);
        int colon = first(text, ':', start, at < 0 ? authority : at);
        boolean web = isWeb(text, slashes);
        if (at >= 0 && (web || colon < 0)) {
            return at;
        }
        if (colon < 0 || text.charAt(start) == '[' || (web && isNumber(text, colon + 1, authority))) {
            return -1;
        }
        // What looks like a path may be the rest of a password with a slash that should have been encoded.
        return last(text, '@', start, end);
    }

    /** The first place of the character from {@code start} to before {@code end}, or -1. */
    private static int first(String text, char wanted, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int last(String text, char wanted, int start, int end) {
        for (int i = end - 1; i >= start; i--) {
            if (text.charAt(i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isWeb(String text, int slashes) {
        return text.startsWith("http", slashes - 4) || text.startsWith("https", slashes - 5);
    }

    private static boolean isNumber(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static String values(String text, Pattern name) {
        Matcher matcher = name.matcher(text);
        if (!matcher.find()) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        int copied = 0;
        int from = 0;
        while (matcher.find(from)) {
            Span secret = Span.at(text, matcher.end(), matcher.group().contains("="));
            if (secret.start() < secret.end()) {
                result.append(text, copied, secret.start()).append(MASK);
                copied = secret.end();
            }
            from = Math.max(secret.end(), matcher.end());
        }
        return result.append(text, copied, text.length()).toString();
    }

    /** The part of a text that is a secret; empty if there is none. */
    private record Span(int start, int end) {
        static Span at(String text, int start, boolean plain) {
            if (start >= text.length()) {
                return new Span(start, start);
            }
            if (text.startsWith("${", start)) {
                int close = text.indexOf('}', start);
                return none(close < 0 ? text.length() : close + 1);
            }
            char first = text.charAt(start);
            if (first == '\\' && start + 1 < text.length() && text.charAt(start + 1) == '"') {
                int close = text.indexOf("\\\"", start + 2);
                return quoted(text, start + 2, close < 0 ? endOfLine(text, start) : close);
            }
            if (first == '"' || first == '\'') {
                return quoted(text, start + 1, closingQuote(text, start + 1, first));
            }
            if (first == '{') {
                int close = text.indexOf('}', start);
                return plain && close > 0 ? new Span(start + 1, close) : none(start);
            }
            return first == '[' && !plain ? none(start) : new Span(start, endOfWord(text, start));
        }

        private static Span none(int at) {
            return new Span(at, at);
        }

        private static Span quoted(String text, int start, int end) {
            return isReference(text.substring(start, end)) ? none(end) : new Span(start, end);
        }

        private static int closingQuote(String text, int start, char quote) {
            int at = start;
            while (at < text.length() && text.charAt(at) != '\n') {
                char c = text.charAt(at);
                if (c == '\\') {
                    at++;
                } else if (c == quote) {
                    if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                        at++;
                    } else {
                        return at;
                    }
                }
                at++;
            }
            return Math.min(at, text.length());
        }

        private static int endOfLine(String text, int start) {
            int end = text.indexOf('\n', start);
            return end < 0 ? text.length() : end;
        }

        /** A comma or an apostrophe inside a word belongs to it, one at its end does not. */
        private static int endOfWord(String text, int start) {
            int end = start;
            while (end < text.length()) {
                char c = text.charAt(end);
                if (Character.isWhitespace(c) || c == '&' || c == ';') {
                    return end;
                }
                boolean last = end + 1 == text.length() || Character.isWhitespace(text.charAt(end + 1));
                if (c == '"' || (last && (c == ',' || c == '\''))) {
                    return end;
                }
                end++;
            }
            return end;
        }
    }
}
