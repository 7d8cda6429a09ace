package dev.freshet.http;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * Headers that every answer carries, refusals too: browsers are not to guess what an answer is, and nobody is to keep it, since it holds rows of somebody's or is
 * out of date as soon as it is written. No page of another origin may read one: there is no CORS. And it may come packed or not.
 */
final class AnswerHeaders {
    private static final List<HttpField> ALL = List.of(
            new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding"),
            new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store"));

    private AnswerHeaders() {}

    /** Adds them to an answer that has none of them. */
    static void add(HttpFields.Mutable headers) {
        ALL.forEach(headers::add);
    }
}
