package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.http.RunningServer.Answer;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a key that is tied to a reader profile is good for. */
class ProfileKeysTest {
    private static final String SEARCH = "{\"text\": \"a\"}";

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer(new HttpSecurity(
                ApiKeys.of(List.of(
                        KeyEntry.of("operator", KeyRole.ADMIN, null, "key-admin"),
                        KeyEntry.of("reader", KeyRole.READ, null, "key-read"),
                        KeyEntry.of("desk", KeyRole.READ, "support", "key-desk"))),
                null));
        for (String dataset : List.of("docs", "secrets")) {
            ask(
                    "key-admin",
                    "PUT",
                    "/v1/catalog/datasets/" + dataset,
                    "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        }
        define("support", "docs");
        define("other", "secrets");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void searchesItsOwnProfileAndNothingElse() {
        assertThat(ask("key-desk", "POST", "/v1/vectors/profile/support/search", SEARCH)
                        .json()
                        .path("index")
                        .asText())
                .isEqualTo("docs_v1");
        assertThat(ask(
                                "key-desk",
                                "POST",
                                "/v1/vectors/profile/support/search",
                                "{\"text\": \"a\", \"index\": \"secrets_v1\"}")
                        .code())
                .isEqualTo("profile_scope");
        ask("key-admin", "POST", "/v1/vectors/profile/support/activate", "");
        for (Answer refused : List.of(
                ask("key-desk", "POST", "/v1/vectors/profile/other/search", SEARCH),
                ask("key-desk", "POST", "/v1/vectors/profile/active/search", SEARCH),
                ask("key-desk", "POST", "/v1/vectors/index/docs_v1/search", SEARCH),
                ask("key-desk", "GET", "/v1/vectors/index/docs_v1/items/1", ""),
                ask("key-desk", "GET", "/v1/catalog/profiles/support", ""),
                ask("key-desk", "GET", "/v1/vectors/profile/active", ""),
                ask("key-desk", "POST", "/v1/vectors/profile/support/deactivate", ""))) {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("forbidden");
        }
    }

    @Test
    void changesItsScopeWithItsProfileAndLosesItWithIt() {
        define("support", "secrets");
        assertThat(ask("key-desk", "POST", "/v1/vectors/profile/support/search", SEARCH)
                        .json()
                        .path("index")
                        .asText())
                .isEqualTo("secrets_v1");
        ask("key-admin", "DELETE", "/v1/catalog/profiles/support", "");
        assertThat(ask("key-desk", "POST", "/v1/vectors/profile/support/search", SEARCH)
                        .code())
                .isEqualTo("profile_not_found");
    }

    @Test
    void remembersWhoCreatedAndActivatedAProfile() {
        assertThat(ask("key-read", "GET", "/v1/catalog/profiles/support", "")
                        .json()
                        .path("created_by")
                        .asText())
                .isEqualTo("operator");
        assertThat(ask("key-admin", "POST", "/v1/vectors/profile/other/activate", "")
                        .json()
                        .path("activated_by")
                        .asText())
                .isEqualTo("operator");
        assertThat(ask("key-read", "POST", "/v1/vectors/profile/active/search", SEARCH)
                        .status())
                .isEqualTo(200);
        assertThat(ask("key-read", "POST", "/v1/vectors/profile/support/activate", "")
                        .code())
                .isEqualTo("forbidden");
    }

    private void define(String id, String dataset) {
        Answer defined = ask(
                "key-admin",
                "PUT",
                "/v1/catalog/profiles/" + id,
                "{\"bindings\": [{\"dataset\": \"" + dataset + "\"}]}");
        assertThat(defined.status()).as(defined.response().body()).isIn(200, 201);
    }

    private Answer ask(String key, String method, String path, String body) {
        return server.send(server.request(path)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }
}
