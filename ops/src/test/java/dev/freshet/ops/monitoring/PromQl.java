package dev.freshet.ops.monitoring;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in a PromQL expression, found by its tokens: a name is a metric unless a bracket follows (a function or an operator such as {@code sum}), it is a keyword, or it stands
 * among labels, in braces or in the brackets after {@code by}, {@code without}, {@code on}, {@code ignoring}, {@code group_left} or {@code group_right}. Grafana's variables
 * ({@code $name}, {@code ${name}}) are no names.
 *
 * @param metrics the series that it reads
 * @param labels the labels that it selects or groups by
 */
record PromQl(Set<String> metrics, Set<String> labels) {
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|\\$\\{[^}]*}|\\$[A-Za-z_]\\w*|\\[[^]]*]|[A-Za-z_:][\\w:]*|\\d[\\w.]*|\\S");
    private static final Set<String> GROUPING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

    PromQl {
        metrics = Set.copyOf(metrics);
        labels = Set.copyOf(labels);
    }

    static PromQl parse(String expression) {
        Set<String> metrics = new HashSet<>();
        Set<String> labels = new HashSet<>();
        boolean inBraces = false;
        boolean grouping = false;
        boolean inGrouping = false;
        int depth = 0;
        Matcher token = TOKEN.matcher(expression);
        while (token.find()) {
            String text = token.group();
            boolean name = text.matches("[A-Za-z_:][\\w:]*");
            String lower = text.toLowerCase(Locale.ROOT);
            switch (text) {
                case "{" -> inBraces = true;
                case "}" -> inBraces = false;
                case "(" -> {
                    depth++;
                    inGrouping = grouping;
                    grouping = false;
                }
                case ")" -> {
                    depth--;
                    inGrouping = false;
                }
                default -> {
                    if (name && (inBraces || inGrouping)) {
                        labels.add(text);
                    } else if (name && GROUPING.contains(lower)) {
                        grouping = true;
                    } else if (name && !KEYWORDS.contains(lower) && !followedByBracket(expression, token.end())) {
                        metrics.add(text);
                    }
                }
            }
            if (depth < 0) {
                throw new IllegalArgumentException("a ')' too many in " + expression);
            }
        }
        if (depth != 0 || inBraces) {
            throw new IllegalArgumentException("a bracket is not closed in " + expression);
        }
        return new PromQl(metrics, labels);
    }

    // "sum by (x) (y)": an operator's grouping may stand before its brackets.
    private static boolean followedByBracket(String expression, int end) {
        String rest = expression.substring(end).stripLeading();
        return rest.startsWith("(") || rest.matches("(?s)(by|without)\\b.*");
    }
}
