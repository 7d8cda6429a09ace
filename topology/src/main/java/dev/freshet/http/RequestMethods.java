package dev.freshet.http;

import java.util.Set;

/** The methods that requests may have. A request may bring any word as its method: one of another is refused before anything is done with it. */
final class RequestMethods {
    /** As answers with 405 list them. */
    static final String LIST = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    /** With this header, Javalin takes a request for one of another method than it has. Then logs and routes would disagree about it. */
    static final String OVERRIDE_HEADER = "X-HTTP-Method-Override";

    private static final Set<String> KNOWN = Set.of(LIST.split(", "));
    private static final String OTHER = "other";

    private RequestMethods() {}

    static boolean known(String method) {
        return KNOWN.contains(method);
    }

    /** The method, or {@code other}: never a word of the caller's own. */
    static String label(String method) {
        return known(method) ? method : OTHER;
    }
}
