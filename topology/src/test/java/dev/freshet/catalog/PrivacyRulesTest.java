package dev.freshet.catalog;

import static dev.freshet.catalog.CatalogCalls.present;
import static dev.freshet.catalog.CatalogCalls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogService.PutResult;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Flags, policies, and which of their changes have stored rows looked at again. */
class PrivacyRulesTest {
    private static final PiiFinding EMAIL = new PiiFinding("body", PiiKind.EMAIL, 0.8);

    private final InMemoryCatalog catalog =
            new InMemoryCatalog(2, InMemoryCatalog.defaults(), new ManualClock(Instant.parse("2026-01-01T00:00:00Z")));

    private PutResult put(List<String> textColumns, @Nullable Map<String, String> policies) {
        return catalog.putDataset(new DatasetSpec(
                "docs",
                List.of("id"),
                textColumns,
                null,
                RefreshPolicy.ON_APPEND,
                null,
                true,
                policies == null ? null : ColumnPolicies.parse(policies)));
    }

    private Dataset docs() {
        return catalog.current().dataset("docs").orElseThrow();
    }

    @Test
    void shouldKeepPoliciesThatAChangeDoesNotName() {
        put(List.of("body"), Map.of("phone", "mask"));
        assertThat(docs().privacy().policies().names()).isEqualTo(Map.of("phone", "mask"));

        assertThat(put(List.of("body"), null).changed()).isFalse();
        assertThat(docs().privacy().policies().names()).isEqualTo(Map.of("phone", "mask"));
        assertThat(catalog.readAgain().dataset("docs")).contains(docs());

        assertThat(put(List.of("body"), Map.of()).changed()).isTrue();
        assertThat(docs().privacy()).isEqualTo(DatasetPrivacy.NONE);
    }

    @Test
    void shouldLookAtStoredRowsAgainWhenPoliciesAreStricter() {
        long revision = put(List.of("body"), null).dataset().revision();
        PutResult stricter = put(List.of("body"), Map.of("phone", "mask"));
        assertThat(stricter.dataset().revision()).isEqualTo(revision + 1);
        assertThat(present(stricter.job()).work()).isInstanceOf(Fill.class);

        PutResult other = put(List.of("body"), Map.of("phone", "hash"));
        assertThat(other.dataset().revision()).isEqualTo(revision + 2);
        PutResult same = put(List.of("body"), Map.of("phone", "hash", "fax", "keep"));
        assertThat(same.changed()).isTrue();
        assertThat(same.dataset().revision()).isEqualTo(revision + 2);
        PutResult looser = put(List.of("body"), Map.of("phone", "keep"));
        assertThat(looser.dataset().revision()).isEqualTo(revision + 2);
        assertThat(looser.job()).isNull();
    }

    @Test
    void shouldNotEmbedTextColumnsThatAreProtected() {
        put(List.of("title", "body"), null);
        PutResult masked = put(List.of("title", "body"), Map.of("body", "mask"));
        assertThat(masked.dataset().embeddedColumns()).containsExactly("title");
        assertThat(masked.dataset().withheldColumns())
                .as("the operator has decided")
                .isEmpty();
        assertThat(masked.job()).isNotNull();

        PutResult kept = put(List.of("title", "body"), Map.of("body", "keep"));
        assertThat(kept.dataset().embeddedColumns()).containsExactly("title", "body");
        assertThat(kept.job()).as("what is embedded again").isNotNull();
    }

    @Test
    void shouldFlagColumnsByTheirNamesAndWithholdTheirText() {
        PutResult created = put(List.of("title", "email"), null);
        assertThat(created.dataset().privacy().flags()).containsExactly(PiiFinding.byName("email", PiiKind.EMAIL));
        assertThat(created.dataset().withheldColumns()).containsExactly("email");
        assertThat(created.dataset().embeddedColumns()).containsExactly("title");
        assertThat(catalog.readAgain().dataset("docs")).contains(docs());

        PutResult allowed = put(List.of("title", "email"), Map.of("email", "keep"));
        assertThat(allowed.dataset().withheldColumns()).isEmpty();
        assertThat(allowed.dataset().embeddedColumns()).containsExactly("title", "email");
        assertThat(allowed.dataset().privacy().flags())
                .as("it still is what it is")
                .hasSize(1);

        PutResult more = put(List.of("title", "email", "surname"), null);
        assertThat(more.dataset().withheldColumns()).containsExactly("surname");
    }

    @Test
    void shouldNotFlagWhereDetectionIsOff() {
        CatalogRules rules = new CatalogRules("rows", false);
        DatasetEntry wanted = DatasetEntry.newBuilder()
                .setId(0)
                .setName("people")
                .setIdColumns(List.of("id"))
                .setTextColumns(List.of("email"))
                .setCreated(Instant.EPOCH)
                .build();
        CatalogDecision decision = rules.decide(
                catalog.current(),
                CatalogCommand.newBuilder()
                        .setCommand(PutDataset.newBuilder()
                                .setDataset(wanted)
                                .setIndex(null)
                                .build())
                        .build(),
                Instant.EPOCH);
        assertThat(decision).isInstanceOf(CatalogDecision.Accepted.class);
        CatalogBuilder builder = new CatalogBuilder();
        ((CatalogDecision.Accepted) decision).writes().forEach(write -> builder.apply(write.key(), write.value()));
        assertThat(builder.build().dataset("people").orElseThrow().embeddedColumns())
                .containsExactly("email");
    }

    @Test
    void shouldAddWhatWasFoundInRowsOnce() {
        Dataset before = put(List.of("title", "body"), null).dataset();
        catalog.flagColumns(before.id(), List.of(EMAIL));

        Dataset flagged = docs();
        assertThat(flagged.privacy().flags()).containsExactly(EMAIL);
        assertThat(flagged.withheldColumns()).containsExactly("body");
        assertThat(flagged.revision()).isEqualTo(before.revision() + 1);
        assertThat(catalog.current().runningJobs(before.id()))
                .singleElement()
                .satisfies(job -> assertThat(job.work()).isInstanceOf(Fill.class));
        long version = catalog.current().version();

        catalog.flagColumns(before.id(), List.of(new PiiFinding("body", PiiKind.EMAIL, 0.9)));
        catalog.flagColumns(before.id(), List.of());
        assertThat(catalog.current().version()).isEqualTo(version);

        catalog.flagColumns(before.id(), List.of(PiiFinding.byName("phone", PiiKind.PHONE)));
        assertThat(docs().privacy().flags()).hasSize(2);
        assertThat(docs().revision()).as("it is no text").isEqualTo(flagged.revision());
        assertThat(refused(() -> catalog.flagColumns(999, List.of(EMAIL))).code())
                .isEqualTo(ErrorCode.DATASET_NOT_FOUND);
    }

    @Test
    void shouldLeaveTextInTheIndexThatTheOperatorHasAllowed() {
        Dataset before = put(List.of("body"), Map.of("body", "keep")).dataset();
        catalog.flagColumns(before.id(), List.of(EMAIL));
        assertThat(docs().withheldColumns()).isEmpty();
        assertThat(docs().revision()).isEqualTo(before.revision());
        assertThat(catalog.current().runningJobs(before.id())).isEmpty();
    }

    @Test
    void shouldBoundFlags() {
        long id = put(List.of("body"), null).dataset().id();
        for (int i = 0; i < 5; i++) {
            int from = i * 100;
            catalog.flagColumns(
                    id,
                    IntStream.range(from, from + 100)
                            .mapToObj(number -> PiiFinding.byName("phone" + number, PiiKind.PHONE))
                            .toList());
        }
        assertThat(docs().privacy().flags()).hasSize(DatasetPrivacy.FLAGS_MAX);
        assertThat(docs().privacy().isFull()).isTrue();
    }

    @Test
    void shouldRefusePoliciesThatCannotBe() {
        Refused key = refused(() -> put(List.of("body"), Map.of("id", "hash")));
        assertThat(key.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(key.message()).contains("'hash' for 'id'", "id column", "only 'keep'");
        put(List.of("body"), Map.of("id", "keep"));

        assertThat(refused(() -> put(List.of("body"), Map.of(" ", "mask"))).message())
                .contains("empty");
    }
}
