package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentDeletesTest {
    @Test
    void keepsTheNewestOnly() {
        RecentDeletes deletes = new RecentDeletes();
        deletes.deleted(1, "first", 7);
        deletes.deleted(1, "again", 8);
        for (int i = 0; i < RecentDeletes.MAX - 2; i++) {
            deletes.deleted(2, "row-" + i, i);
        }
        deletes.deleted(1, "again", 3);
        assertThat(deletes.covers(1, "first", 7)).isTrue();
        deletes.deleted(3, "one more", 1);
        assertThat(deletes.covers(1, "first", 7)).isFalse();
        assertThat(deletes.covers(1, "again", 8))
                .as("an older version takes nothing back")
                .isTrue();
        assertThat(deletes.covers(1, "again", 9)).isFalse();
        assertThat(deletes.covers(2, "again", 0)).as("another index").isFalse();
        deletes.clear();
        assertThat(deletes.covers(1, "again", 8)).isFalse();
    }
}
