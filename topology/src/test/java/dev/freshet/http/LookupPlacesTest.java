package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import org.junit.jupiter.api.Test;

class LookupPlacesTest {
    private final LookupPlaces places = new LookupPlaces(1);

    @Test
    void refusesMoreThanItHasPlacesFor() {
        int looked = places.look(() -> {
            assertThatThrownBy(() -> places.look(() -> 1))
                    .isInstanceOfSatisfying(
                            FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
            return 2;
        });
        assertThat(looked).isEqualTo(2);
    }

    @Test
    void givesPlacesBackWhateverHappens() {
        assertThatThrownBy(() -> places.look(() -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(places.<Integer>look(() -> 3)).isEqualTo(3);
    }
}
