package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.KeyRole;
import dev.freshet.http.access.Principal;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.security.RouteRole;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request through to its route, or refuses it before anything of its body is read: 401 without a key that is known, 403 with one that is not good for the
 * route. Leaves the {@link Principal} with the request. Routes for other processes are let through: they ask for the cluster's own secret.
 *
 * <p>Thread-safe.
 */
final class AccessCheck implements Handler {
    private static final String BEARER = "Bearer ";
    private static final String KEY_HEADER = "X-API-Key";
    private static final String CHALLENGE = "Bearer realm=\"freshet\"";
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final ApiKeys keys;

    AccessCheck(ApiKeys keys) {
        this.keys = requireNonNull(keys, "keys is null");
    }

    @Override
    public void handle(Context context) {
        if (context.method().equals(HandlerType.HEAD) && context.routeRoles().isEmpty()) {
            return; // Javalin answers HEAD for what has a GET, without calling it: 200 and nothing else.
        }
        Access access = of(context.routeRoles());
        switch (access) {
            case OPEN, NODE -> {}
            case PROFILE -> requireProfile(context, principal(context));
            case READ -> require(KeyRole.READ, principal(context));
            case WRITE -> require(KeyRole.WRITE, principal(context));
            case ADMIN -> require(KeyRole.ADMIN, principal(context));
        }
    }

    /** The one access that a route was registered with. */
    static Access of(Set<? extends RouteRole> roles) {
        if (roles.size() == 1 && roles.iterator().next() instanceof Access access) {
            return access;
        }
        throw new IllegalStateException("a route needs one Access, and has " + roles);
    }

    private Principal principal(Context context) {
        Principal principal = keys.required() ? ofKey(context) : withoutKeys(context);
        context.attribute(Principal.ATTRIBUTE, principal);
        return principal;
    }

    private Principal ofKey(Context context) {
        String key = key(context);
        if (key == null) {
            context.header("WWW-Authenticate", CHALLENGE);
            throw new FreshetException(
                    ErrorCode.UNAUTHENTICATED,
                    "this needs an API key: send it as 'Authorization: Bearer KEY' or as 'X-API-Key: KEY'");
        }
        return keys.find(key).orElseThrow(() -> {
            context.header("WWW-Authenticate", CHALLENGE + ", error=\"invalid_token\"");
            return new FreshetException(
                    ErrorCode.UNAUTHENTICATED, "there is no such API key: it is misspelt, or it was deleted");
        });
    }

    private static @Nullable String key(Context context) {
        String authorization = context.header("Authorization");
        String own = context.header(KEY_HEADER);
        String bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
        if (bearer != null && own != null && !bearer.equals(own.strip())) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, "Authorization and X-API-Key give two different keys: send one of them");
        }
        String key = bearer != null ? bearer : own == null ? "" : own.strip();
        return key.isEmpty() ? null : key;
    }

    /** A server that asks for certificates alone lets their bearers do everything, and knows them by their subject. */
    private static Principal withoutKeys(Context context) {
        return context.req().getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0
                ? new Principal(chain[0].getSubjectX500Principal().getName(), KeyRole.ADMIN, null)
                : Principal.anonymous();
    }

    private static void require(KeyRole needed, Principal principal) {
        if (principal.profile() != null) {
            throw new FreshetException(
                    ErrorCode.FORBIDDEN,
                    "the key '" + principal.name() + "' is tied to the reader profile '" + principal.profile()
                            + "' and good for nothing else: use POST /v1/vectors/profile/" + principal.profile()
                            + "/search");
        }
        if (!principal.role().includes(needed)) {
            throw new FreshetException(
                    ErrorCode.FORBIDDEN,
                    "this needs a key with the role " + needed.text() + ", and the key '" + principal.name() + "' has "
                            + principal.role().text());
        }
    }

    private static void requireProfile(Context context, Principal principal) {
        if (principal.profile() == null
                || !principal.profile().equals(context.pathParamMap().get("id"))) {
            require(KeyRole.READ, principal);
        }
    }
}
