package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.http.RunningServer.Answer;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import dev.freshet.http.access.Principal;
import io.javalin.Javalin;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import io.javalin.security.RouteRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may call which route, for every route that there is. */
class AccessTest {
    private static final List<String> ROLES = List.of("read", "write", "admin");
    private static final Map<Access, List<String>> ALLOWED = Map.of(
            Access.PROFILE,
            ROLES,
            Access.READ,
            ROLES,
            Access.WRITE,
            List.of("write", "admin"),
            Access.ADMIN,
            List.of("admin"));

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer(new HttpSecurity(
                ApiKeys.of(List.of(
                        KeyEntry.of("reader", KeyRole.READ, null, "key-read"),
                        KeyEntry.of("writer", KeyRole.WRITE, null, "key-write"),
                        KeyEntry.of("boss", KeyRole.ADMIN, null, "key-admin"),
                        KeyEntry.of("desk", KeyRole.READ, "support", "key-tied"))),
                null));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldHaveOneAccessOnEachRoute() {
        assertThat(server.endpoints()).hasSizeGreaterThan(30).allSatisfy(endpoint -> {
            Roles roles = endpoint.metadata(Roles.class);
            assertThat(roles).as(endpoint.path).isNotNull();
            assertThat(roles.getRoles()).as(endpoint.path).hasSize(1).allMatch(Access.class::isInstance);
        });
    }

    @Test
    void shouldLetEachRoleThroughToItsRoutesAndNoFurther() {
        for (Endpoint endpoint : server.endpoints()) {
            Access access = AccessCheck.of(roles(endpoint));
            if (access == Access.NODE) {
                continue; // The cluster's secret opens these, and its tests cover them.
            }
            String where = endpoint.method + " " + endpoint.path;
            Answer without = call(endpoint, null);
            Answer wrong = call(endpoint, "key-wrong");
            if (access == Access.OPEN) {
                assertThat(without.status()).as(where).isEqualTo(200);
                assertThat(wrong.status()).as(where).isEqualTo(200);
                continue;
            }
            assertThat(without.status()).as(where).isEqualTo(401);
            assertThat(wrong.status()).as(where).isEqualTo(401);
            for (String role : ROLES) {
                Answer answer = call(endpoint, "key-" + role);
                boolean allowed = ALLOWED.getOrDefault(access, List.of()).contains(role);
                assertThat(answer.status()).as("%s with %s", where, role).isNotEqualTo(401);
                if (allowed) {
                    assertThat(answer.status()).as("%s with %s", where, role).isNotEqualTo(403);
                } else {
                    assertThat(answer.status()).as("%s with %s", where, role).isEqualTo(403);
                    assertThat(answer.code()).isEqualTo("forbidden");
                }
            }
            int tied = call(endpoint, "key-tied").status();
            assertThat(tied)
                    .as("%s with a key that is tied to no profile of that id", where)
                    .isEqualTo(403);
        }
    }

    @Test
    void shouldSayWhichRoleIsNeededAndWhichOneThereIs() {
        Answer answer =
                server.send(authorized("/v1/catalog/datasets/docs", "key-write").DELETE());
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.detail()).contains("role admin", "'writer' has write");
        assertThat(server.send(authorized("/v1/vectors/stale", "key-tied")).detail())
                .contains("'desk' is tied to the reader profile 'support'");
    }

    @Test
    void shouldTieAKeyToItsProfile() throws IOException, InterruptedException {
        ApiKeys keys = ApiKeys.of(List.of(
                KeyEntry.of("desk", KeyRole.READ, "support", "key-tied"),
                KeyEntry.of("reader", KeyRole.READ, null, "key-read")));
        Javalin javalin = Javalin.create(config -> {
            config.jetty.host = "127.0.0.1";
            config.jetty.port = 0;
            config.startup.showJavalinBanner = false;
            config.routes.beforeMatched(new AccessCheck(keys));
            config.routes.get(
                    "/profile/{id}",
                    context -> context.result(Principal.of(context).name()),
                    Access.PROFILE);
            new Problems().register(config.routes);
        });
        javalin.start();
        try {
            assertThat(profile(javalin, "support", "key-tied").body()).isEqualTo("desk");
            assertThat(profile(javalin, "other", "key-tied").statusCode()).isEqualTo(403);
            assertThat(profile(javalin, "other", "key-read").body()).isEqualTo("reader");
            assertThat(profile(javalin, "support", "key-none").statusCode()).isEqualTo(401);
        } finally {
            javalin.stop();
        }
    }

    private static HttpResponse<String> profile(Javalin javalin, String id, String key)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + javalin.port() + "/profile/" + id);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).header("X-API-Key", key).build(), BodyHandlers.ofString());
    }

    @Test
    void shouldAskForAKeyAsBearer() {
        Answer without = server.get("/v1/vectors/stale");
        assertThat(without.status()).isEqualTo(401);
        assertThat(without.code()).isEqualTo("unauthenticated");
        assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"freshet\"");
        Answer wrong = server.send(authorized("/v1/vectors/stale", "key-wrong"));
        assertThat(wrong.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"freshet\", error=\"invalid_token\"");
        assertThat(wrong.response().body()).doesNotContain("key-wrong");
        Answer basic = server.send(server.request("/v1/vectors/stale").header("Authorization", "Basic a2V5LXJlYWQ="));
        assertThat(basic.status()).isEqualTo(401);
        Answer empty = server.send(server.request("/v1/vectors/stale").header("Authorization", "Bearer "));
        assertThat(empty.status()).isEqualTo(401);
    }

    @Test
    void shouldTakeAKeyInEitherHeaderButNotTwoDifferentOnes() {
        assertThat(server.send(server.request("/v1/vectors/stale").header("X-API-Key", "key-read"))
                        .status())
                .isEqualTo(200);
        assertThat(server.send(server.request("/v1/vectors/stale").header("authorization", "bearer key-read"))
                        .status())
                .isEqualTo(200);
        assertThat(server.send(authorized("/v1/vectors/stale", "key-read").header("X-API-Key", "key-read"))
                        .status())
                .isEqualTo(200);
        Answer two = server.send(authorized("/v1/vectors/stale", "key-read").header("X-API-Key", "key-admin"));
        assertThat(two.status()).isEqualTo(400);
        assertThat(two.response().body()).doesNotContain("key-read", "key-admin");
    }

    @Test
    void shouldRefuseBeforeTheBodyIsLookedAt() {
        Answer answer = server.post("/v1/ingest/docs", "application/json", "x".repeat(1_000_000));
        assertThat(answer.status()).isEqualTo(401);
        assertThat(server.rows.written()).isEmpty();
    }

    @Test
    void shouldShowNothingToAHeadRequestWithoutAKey() {
        HttpRequest.Builder head = server.request("/v1/catalog/datasets").method("HEAD", BodyPublishers.noBody());
        assertThat(server.send(head).response().body()).isEmpty();
        assertThat(server.send(head).header("Content-Length")).isIn("", "0");
    }

    @Test
    void shouldKeepAnswersOutOfCachesAndOtherPages() {
        for (Answer answer : List.of(
                server.get("/"),
                server.get("/nowhere"),
                server.get("/v1/vectors/stale"),
                server.send(
                        authorized("/v1/vectors/stale", "key-read").header("Origin", "https://elsewhere.example")))) {
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    private static Set<? extends RouteRole> roles(Endpoint endpoint) {
        Roles roles = endpoint.metadata(Roles.class);
        return roles == null ? Set.of() : roles.getRoles();
    }

    private Answer call(Endpoint endpoint, @Nullable String key) {
        String path = endpoint.path.replaceAll("[{<][a-z]+[}>]", "x");
        HttpRequest.Builder request = key == null ? server.request(path) : authorized(path, key);
        return server.send(request.header("Content-Type", "application/json")
                .method(
                        endpoint.method.name(),
                        BodyPublishers.ofString(endpoint.method.name().equals("GET") ? "" : "[")));
    }

    private HttpRequest.Builder authorized(String path, String key) {
        return server.request(path).header("Authorization", "Bearer " + key);
    }
}
