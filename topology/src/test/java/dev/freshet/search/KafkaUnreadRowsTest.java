package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class KafkaUnreadRowsTest {
    @Test
    void shouldKnowOfNothingWhenAllIsRead() {
        assertThat(KafkaUnreadRows.since(Optional.empty(), 0, 10, 10, 500)).isEmpty();
        assertThat(KafkaUnreadRows.since(Optional.of(10L), 100, 12, 12, 500)).isEmpty();
    }

    @Test
    void shouldCountFromTheFirstLookThatSawSomethingUnread() {
        assertThat(KafkaUnreadRows.since(Optional.empty(), 0, 10, 11, 500)).contains(500L);
        assertThat(KafkaUnreadRows.since(Optional.of(11L), 500, 10, 20, 900)).contains(500L);
    }

    @Test
    void shouldCountAnewWhenThatWasReadAndMoreHasCome() {
        assertThat(KafkaUnreadRows.since(Optional.of(11L), 500, 11, 20, 900)).contains(900L);
    }
}
