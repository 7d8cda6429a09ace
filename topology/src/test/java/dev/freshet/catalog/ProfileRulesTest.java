package dev.freshet.catalog;

import static dev.freshet.catalog.CatalogCalls.dataset;
import static dev.freshet.catalog.CatalogCalls.direct;
import static dev.freshet.catalog.CatalogCalls.index;
import static dev.freshet.catalog.CatalogCalls.refusal;
import static dev.freshet.catalog.CatalogCalls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogService.ProfileResult;
import dev.freshet.catalog.CatalogService.ProfileSpec;
import dev.freshet.catalog.CatalogService.ProfileSpec.WantedBinding;
import dev.freshet.schemas.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileRulesTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000);
    private static final SearchDefaults SEARCH = new SearchDefaults(5, 50, 0.25, true, "{\"eq\":{\"site\":\"ams1\"}}");

    private final ManualClock clock = new ManualClock(NOW);
    private final InMemoryCatalog catalog = new InMemoryCatalog(2, InMemoryCatalog.defaults(), clock);

    @BeforeEach
    void create() {
        catalog.putDataset(dataset("docs", RefreshPolicy.ON_APPEND));
        catalog.createIndex(index("docs_v2", "docs"));
        catalog.putDataset(dataset("logs", RefreshPolicy.ON_APPEND));
        catalog.putAlias("live", "docs_v2");
    }

    @Test
    void shouldKeepWhatItWasGivenAndResolveIt() {
        Profile created = catalog.createProfile(new ProfileSpec(
                "support",
                "what support may read",
                List.of(new WantedBinding("docs", "live"), new WantedBinding("logs", null)),
                SEARCH,
                "anna"));
        assertThat(created)
                .isEqualTo(new Profile(
                        "support",
                        "what support may read",
                        List.of(
                                new ProfileBinding(datasetId("docs"), null, "live"),
                                new ProfileBinding(datasetId("logs"), indexId("logs_v1"), null)),
                        SEARCH,
                        "anna",
                        NOW,
                        NOW));
        Catalog current = catalog.current();
        assertThat(current.profiles().all()).containsExactly(created);
        assertThat(current.profiles().find("support")).contains(created);
        assertThat(catalog.readAgain().profiles().all()).containsExactly(created);
        assertThat(created.bindings().get(0).index(current)).isEqualTo(current.index("docs_v2"));
        assertThat(created.bindings().get(0).target(current)).contains("live");
        assertThat(created.bindings().get(1).target(current)).contains("logs_v1");

        catalog.putAlias("live", "docs_v1");
        assertThat(created.bindings().get(0).index(catalog.current()))
                .as("an alias leads to where it points now")
                .isEqualTo(catalog.current().index("docs_v1"));
    }

    @Test
    void shouldCreateOnceAndReplaceWhatExists() {
        catalog.createProfile(profile("support", "docs", "live"));
        Refused twice = refused(() -> catalog.createProfile(profile("support", "logs", null)));
        assertThat(twice.code()).isEqualTo(ErrorCode.PROFILE_EXISTS);
        assertThat(twice.message()).contains("'support'", "PUT /v1/catalog/profiles/support");

        long version = catalog.current().version();
        clock.advance(Duration.ofHours(1));
        ProfileResult same =
                catalog.putProfile(new ProfileSpec("support", null, bind("docs", "live"), SearchDefaults.NONE, "bob"));
        assertThat(same.created()).isFalse();
        assertThat(same.profile().updated()).isEqualTo(NOW);
        assertThat(catalog.current().version()).as("nothing changed").isEqualTo(version);

        ProfileResult replaced =
                catalog.putProfile(new ProfileSpec("support", "more", bind("logs", null), SEARCH, "bob"));
        assertThat(replaced.created()).isFalse();
        assertThat(replaced.profile().createdBy()).isEqualTo("anna");
        assertThat(replaced.profile().created()).isEqualTo(NOW);
        assertThat(replaced.profile().updated()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(replaced.profile().binding(datasetId("docs"))).isEmpty();
        assertThat(catalog.current().version()).isEqualTo(version + 1);
        assertThat(catalog.putProfile(profile("other", "docs", "docs_v1")).created())
                .isTrue();
    }

    @Test
    void shouldRefuseBindingsThatLeadNowhere() {
        assertThat(refusal(() -> catalog.createProfile(profile("p", "none", null))))
                .isEqualTo(ErrorCode.DATASET_NOT_FOUND);
        assertThat(refusal(() -> catalog.createProfile(profile("p", "docs", "none"))))
                .isEqualTo(ErrorCode.INDEX_NOT_FOUND);
        Refused foreign = refused(() -> catalog.createProfile(profile("p", "logs", "live")));
        assertThat(foreign.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(foreign.message()).contains("'live' is not an index of the dataset 'logs'", "'docs'");
        Refused several = refused(() -> catalog.createProfile(profile("p", "docs", null)));
        assertThat(several.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(several.message()).contains("docs_v1, docs_v2");
        catalog.dropIndex("logs_v1");
        Refused none = refused(() -> catalog.createProfile(profile("p", "logs", null)));
        assertThat(none.code()).isEqualTo(ErrorCode.INDEX_NOT_FOUND);
        assertThat(none.message()).contains("'logs' has no index");
        assertThat(refusal(() ->
                        catalog.createProfile(new ProfileSpec("p", null, List.of(), SearchDefaults.NONE, "anna"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(() -> catalog.createProfile(new ProfileSpec(
                                "p",
                                null,
                                List.of(new WantedBinding("docs", "docs_v1"), new WantedBinding("docs", "docs_v2")),
                                SearchDefaults.NONE,
                                "anna")))
                        .message())
                .contains("'docs' twice");
        List<WantedBinding> many = IntStream.rangeClosed(0, ProfileRules.BINDINGS_MAX)
                .mapToObj(i -> new WantedBinding("d" + i, null))
                .toList();
        assertThat(refused(() -> catalog.createProfile(new ProfileSpec("p", null, many, SearchDefaults.NONE, "anna")))
                        .message())
                .contains("to 101 datasets", "1 to 100");
        assertThat(catalog.current().profiles().all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "Support", "a b", ""})
    void shouldRefuseIdsThatAreNoSlugOrMeanTheActiveProfile(String id) {
        assertThat(refusal(() -> catalog.createProfile(profile(id, "docs", "live"))))
                .isEqualTo(ErrorCode.INVALID_NAME);
        assertThat(catalog.decide(ProfileEntries.command(profile(id, "docs", "live"), true)))
                .as("the writer refuses it too, whoever asks")
                .isInstanceOfSatisfying(
                        Refused.class, writer -> assertThat(writer.code()).isEqualTo(ErrorCode.INVALID_NAME));
    }

    @Test
    void shouldRefuseDefaultsThatNoSearchCouldTake() {
        for (SearchDefaults wrong : List.of(
                new SearchDefaults(0, null, null, null, null),
                new SearchDefaults(1_001, null, null, null, null),
                new SearchDefaults(null, 0, null, null, null),
                new SearchDefaults(null, 10_001, null, null, null),
                new SearchDefaults(20, 10, null, null, null),
                new SearchDefaults(null, null, Double.NaN, null, null),
                new SearchDefaults(null, null, null, null, " ".repeat(ProfileRules.FILTER_MAX + 1)))) {
            assertThat(refusal(() ->
                            catalog.createProfile(new ProfileSpec("p", null, bind("docs", "live"), wrong, "anna"))))
                    .as(wrong.toString())
                    .isEqualTo(ErrorCode.BAD_REQUEST);
        }
        String longest = "x".repeat(ProfileRules.DESCRIPTION_MAX);
        assertThat(refusal(() -> catalog.createProfile(
                        new ProfileSpec("p", longest + "x", bind("docs", "live"), SearchDefaults.NONE, "anna"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        catalog.createProfile(new ProfileSpec("p", longest, bind("docs", "live"), SearchDefaults.NONE, "anna"));
    }

    @Test
    void shouldKeepWhatItNamesFromBeingDeletedOrMovedAway() {
        catalog.createProfile(profile("one", "docs", "live"));
        catalog.createProfile(profile("two", "docs", "docs_v1"));
        catalog.createProfile(profile("three", "logs", null));

        Refused index = refused(() -> catalog.dropIndex("docs_v1"));
        assertThat(index.code()).isEqualTo(ErrorCode.INDEX_IN_USE);
        assertThat(index.message()).contains("the index 'docs_v1' is in use by the profile 'two'");
        assertThat(refused(() -> catalog.dropDataset("logs")))
                .isEqualTo(
                        new Refused(
                                ErrorCode.DATASET_IN_USE,
                                "the dataset 'logs' is in use by the profile 'three': bind it to something else first (PUT /v1/catalog/profiles/{id}), or delete it"));
        Refused alias = refused(() -> catalog.dropAlias("live"));
        assertThat(alias.code()).isEqualTo(ErrorCode.ALIAS_IN_USE);
        assertThat(alias.message()).contains("'live'", "'one'");
        Refused moved = refused(() -> catalog.putAlias("live", "logs_v1"));
        assertThat(moved.code()).isEqualTo(ErrorCode.ALIAS_IN_USE);
        assertThat(moved.message()).contains("another dataset's index", "'one'");
        catalog.putAlias("live", "docs_v1");
        catalog.dropIndex("docs_v2");

        catalog.dropProfile("two");
        assertThat(refusal(() -> catalog.dropIndex("docs_v1")))
                .as("by the alias, which a profile names")
                .isEqualTo(ErrorCode.INDEX_IN_USE);
        catalog.dropProfile("one");
        catalog.dropProfile("three");
        catalog.dropAlias("live");
        catalog.dropDataset("docs");
        catalog.dropDataset("logs");

        catalog.createIndex(direct("own", 3));
        catalog.createProfile(profile("vectors", "own", null));
        assertThat(refusal(() -> catalog.dropIndex("own"))).isEqualTo(ErrorCode.INDEX_IN_USE);
        catalog.dropProfile("vectors");
        catalog.dropIndex("own");
        assertThat(refusal(() -> catalog.dropProfile("vectors"))).isEqualTo(ErrorCode.PROFILE_NOT_FOUND);
    }

    @Test
    void shouldHaveOneActiveProfileAtMost() {
        catalog.createProfile(profile("one", "docs", "live"));
        catalog.createProfile(profile("two", "logs", null));
        assertThat(catalog.current().profiles().active()).isEmpty();
        assertThat(refusal(() -> catalog.activateProfile("none", "anna"))).isEqualTo(ErrorCode.PROFILE_NOT_FOUND);
        assertThat(refusal(() -> catalog.deactivateProfile("none"))).isEqualTo(ErrorCode.PROFILE_NOT_FOUND);

        ActiveProfile one = catalog.activateProfile("one", "anna");
        assertThat(one).isEqualTo(new ActiveProfile("one", "anna", NOW));
        long version = catalog.current().version();
        clock.advance(Duration.ofHours(1));
        assertThat(catalog.activateProfile("one", "bob"))
                .as("it is active already")
                .isEqualTo(one);
        catalog.deactivateProfile("two");
        assertThat(catalog.current().version()).isEqualTo(version);

        ActiveProfile two = catalog.activateProfile("two", "bob");
        assertThat(catalog.current().profiles().active()).contains(two);
        assertThat(catalog.readAgain().profiles().active()).contains(two);
        assertThat(catalog.current().profiles().isActive("one")).isFalse();
        assertThat(catalog.current().version()).isEqualTo(version + 1);
        Refused inUse = refused(() -> catalog.dropProfile("two"));
        assertThat(inUse.code()).isEqualTo(ErrorCode.PROFILE_IN_USE);
        assertThat(inUse.message()).contains("/v1/vectors/profile/two/deactivate");
        catalog.putProfile(profile("two", "docs", "docs_v1"));
        assertThat(catalog.current().profiles().isActive("two")).isTrue();

        catalog.deactivateProfile("two");
        assertThat(catalog.current().profiles().active()).isEmpty();
        assertThat(catalog.readAgain().profiles().active()).isEmpty();
        catalog.dropProfile("two");
        assertThat(catalog.current().profiles().all()).extracting(Profile::id).containsExactly("one");
    }

    private static ProfileSpec profile(String id, String dataset, @Nullable String index) {
        return new ProfileSpec(id, null, bind(dataset, index), SearchDefaults.NONE, "anna");
    }

    private static List<WantedBinding> bind(String dataset, @Nullable String index) {
        return List.of(new WantedBinding(dataset, index));
    }

    private long datasetId(String name) {
        return catalog.current().dataset(name).orElseThrow().id();
    }

    private long indexId(String index) {
        return catalog.current().index(index).orElseThrow().id();
    }
}
