package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowWaiterTest {
    private final RowWaiter waiter = new RowWaiter(new FakeSearch(), 1);

    @Test
    void refusesMoreThanItHasPlacesFor() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        waiter.withPlace(() -> {
            runs.incrementAndGet();
            assertThatThrownBy(() -> waiter.withPlace(runs::incrementAndGet))
                    .isInstanceOfSatisfying(
                            FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
        });
        assertThat(runs).hasValue(1);
    }

    @Test
    void givesPlacesBackWhateverHappens() throws IOException {
        assertThatThrownBy(() -> waiter.withPlace(() -> {
                    throw new IOException("broken");
                }))
                .isInstanceOf(IOException.class);
        AtomicInteger runs = new AtomicInteger();
        waiter.withPlace(runs::incrementAndGet);
        assertThat(runs).hasValue(1);
    }
}
