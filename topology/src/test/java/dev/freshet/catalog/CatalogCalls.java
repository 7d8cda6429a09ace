package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** What tests ask a catalog for, and what it refuses. */
final class CatalogCalls {
    private CatalogCalls() {}

    static DatasetSpec dataset(String name, RefreshPolicy policy) {
        return new DatasetSpec(name, List.of("id"), List.of("body"), null, policy, null, true);
    }

    static IndexSpec index(String name, String dataset) {
        return new IndexSpec(name, dataset, null, null, null, null, null, null, null, null, null, null, null);
    }

    static IndexSpec direct(String name, int dimension) {
        return new IndexSpec(name, null, dimension, null, null, null, null, null, null, null, null, null, null);
    }

    static ErrorCode refusal(Runnable call) {
        return refused(call).code();
    }

    static Refused refused(Runnable call) {
        FreshetException refusal = Assertions.catchThrowableOfType(FreshetException.class, call::run);
        Assertions.assertThat(refusal).as("it was not refused").isNotNull();
        return new Refused(refusal.code(), String.valueOf(refusal.getMessage()));
    }

    static <T> T present(@Nullable T value) {
        return requireNonNull(value, "there is none");
    }
}
