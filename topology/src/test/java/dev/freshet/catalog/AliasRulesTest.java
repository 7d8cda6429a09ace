package dev.freshet.catalog;

import static dev.freshet.catalog.CatalogCalls.dataset;
import static dev.freshet.catalog.CatalogCalls.direct;
import static dev.freshet.catalog.CatalogCalls.index;
import static dev.freshet.catalog.CatalogCalls.refusal;
import static dev.freshet.catalog.CatalogCalls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.schemas.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AliasRulesTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000);

    private final ManualClock clock = new ManualClock(NOW);
    private final InMemoryCatalog catalog = new InMemoryCatalog(2, InMemoryCatalog.defaults(), clock);

    @BeforeEach
    void create() {
        catalog.putDataset(dataset("docs", RefreshPolicy.ON_APPEND));
        catalog.createIndex(index("docs_v2", "docs"));
    }

    @Test
    void shouldPointAtOneIndexAndThenAtAnother() {
        CatalogService.AliasResult created = catalog.putAlias("live", "docs_v1");
        assertThat(created.created()).isTrue();
        assertThat(created.alias()).isEqualTo(new Alias("live", id("docs_v1"), null, NOW, NOW));
        assertThat(catalog.current().indexOrAlias("live").orElseThrow().name()).isEqualTo("docs_v1");

        clock.advance(Duration.ofHours(1));
        CatalogService.AliasResult moved = catalog.putAlias("live", "docs_v2");
        assertThat(moved.created()).isFalse();
        assertThat(moved.alias())
                .isEqualTo(new Alias("live", id("docs_v2"), id("docs_v1"), NOW, NOW.plus(Duration.ofHours(1))));
        assertThat(catalog.current().aliasesOf(id("docs_v1"))).isEmpty();
        assertThat(catalog.current().aliasesOf(id("docs_v2"))).containsExactly(moved.alias());

        long version = catalog.current().version();
        clock.advance(Duration.ofHours(1));
        assertThat(catalog.putAlias("live", "docs_v2").alias()).isEqualTo(moved.alias());
        assertThat(catalog.current().version()).isEqualTo(version);

        catalog.dropAlias("live");
        assertThat(catalog.current().aliases()).isEmpty();
        assertThat(refusal(() -> catalog.dropAlias("live"))).isEqualTo(ErrorCode.ALIAS_NOT_FOUND);
    }

    @Test
    void shouldKeepAnIndexFromBeingDeleted() {
        catalog.putAlias("live", "docs_v1");
        catalog.putAlias("stable", "docs_v1");
        Refused index = refused(() -> catalog.dropIndex("docs_v1"));
        assertThat(index.code()).isEqualTo(ErrorCode.INDEX_IN_USE);
        assertThat(index.message()).contains("'docs_v1'", "'live'", "'stable'", "PUT /v1/vectors/aliases");
        Refused dataset = refused(() -> catalog.dropDataset("docs"));
        assertThat(dataset.code()).isEqualTo(ErrorCode.DATASET_IN_USE);
        assertThat(dataset.message()).contains("'docs'", "'live' → 'docs_v1'");
        assertThat(catalog.current().indexes()).hasSize(2);

        catalog.putAlias("live", "docs_v2");
        catalog.dropAlias("stable");
        catalog.dropIndex("docs_v1");
        Alias live = catalog.current().alias("live").orElseThrow();
        assertThat(live.previousId()).as("it may be gone").isNotNull();
        assertThat(refusal(() -> catalog.dropDataset("docs"))).isEqualTo(ErrorCode.DATASET_IN_USE);

        catalog.createIndex(direct("own", 3));
        catalog.putAlias("mine", "own");
        assertThat(refusal(() -> catalog.dropIndex("own"))).isEqualTo(ErrorCode.INDEX_IN_USE);
    }

    @Test
    void shouldNotShareANameWithAnIndex() {
        assertThat(refusal(() -> catalog.putAlias("docs_v2", "docs_v1"))).isEqualTo(ErrorCode.INDEX_EXISTS);
        catalog.putAlias("more_v1", "docs_v1");
        catalog.putAlias("own", "docs_v1");
        Refused created = refused(() -> catalog.createIndex(index("own", "docs")));
        assertThat(created.code()).isEqualTo(ErrorCode.ALIAS_EXISTS);
        assertThat(created.message()).contains("alias 'own' of the index 'docs_v1'");
        assertThat(refusal(() -> catalog.createIndex(direct("own", 3)))).isEqualTo(ErrorCode.ALIAS_EXISTS);
        assertThat(refusal(() -> catalog.putDataset(dataset("more", RefreshPolicy.ON_APPEND))))
                .isEqualTo(ErrorCode.ALIAS_EXISTS);
        assertThat(catalog.current().dataset("more")).isEmpty();
    }

    @Test
    void shouldPointAtIndexesThatExist() {
        assertThat(refusal(() -> catalog.putAlias("live", "none"))).isEqualTo(ErrorCode.INDEX_NOT_FOUND);
        assertThat(refusal(() -> catalog.putAlias("Live", "docs_v1"))).isEqualTo(ErrorCode.INVALID_NAME);
        catalog.putAlias("live", "docs_v1");
        Refused chained = refused(() -> catalog.putAlias("other", "live"));
        assertThat(chained.code()).isEqualTo(ErrorCode.INDEX_NOT_FOUND);
        assertThat(chained.message()).contains("'live' is an alias itself", "'docs_v1'");
    }

    private long id(String index) {
        return catalog.current().index(index).orElseThrow().id();
    }
}
