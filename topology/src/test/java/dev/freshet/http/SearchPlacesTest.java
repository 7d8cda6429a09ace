package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SearchPlacesTest {
    private final SearchPlaces places = new SearchPlaces(1, 1, Duration.ofMillis(1));

    @Test
    void refusesTheSearchForPositionsThatIsOneTooManyAndNoOther() {
        String found = waiting(SearchPlaces.WAITING_MAX, () -> {
            assertThatThrownBy(() -> places.search(true, () -> "never"))
                    .isInstanceOfSatisfying(
                            FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS))
                    .hasMessageContaining("100 searches wait for positions")
                    .hasMessageContaining("without min_positions");
            return places.search(false, () -> "found");
        });
        assertThat(found).isEqualTo("found");
        assertThat(waiting(SearchPlaces.WAITING_MAX, () -> "again")).isEqualTo("again");
    }

    @Test
    void givesItsPlaceBackWhenASearchFails() {
        for (boolean waits : new boolean[] {true, false}) {
            for (int i = 0; i < 2 * SearchPlaces.WAITING_MAX; i++) {
                assertThatThrownBy(() -> places.search(waits, () -> {
                            throw new IllegalStateException("it failed");
                        }))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    /** Runs something while so many searches hold a place of those who wait for positions. */
    private String waiting(int searches, Supplier<String> what) {
        return searches == 0 ? what.get() : places.search(true, () -> waiting(searches - 1, what));
    }
}
