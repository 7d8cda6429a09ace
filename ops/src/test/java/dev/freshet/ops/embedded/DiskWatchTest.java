package dev.freshet.ops.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {
    private static final Path DIRECTORY = Path.of("/data");

    private final AtomicLong free = new AtomicLong(DiskWatch.START_MIN);

    @Test
    void aServerStartsOnlyWhereThereIsRoom() {
        try (DiskWatch watch = new DiskWatch(DIRECTORY, free::get)) {
            watch.requireRoomToStart();
            free.decrementAndGet();
            assertThatThrownBy(watch::requireRoomToStart)
                    .isInstanceOf(FreshetException.class)
                    .hasMessageContainingAll("the disk of /data has 255 MB left", "at least 256 MB", "--dir");
        }
    }

    @Test
    void tellsOnceThatTheDiskRunsFull() {
        List<FreshetException> told = new ArrayList<>();
        try (DiskWatch watch = new DiskWatch(DIRECTORY, free::get)) {
            free.set(DiskWatch.RUN_MIN);
            watch.look(told::add);
            assertThat(told).isEmpty();
            free.decrementAndGet();
            watch.look(told::add);
        }
        assertThat(told)
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContainingAll("the disk of /data has 31 MB left", "less than 32 MB", "make room"));
    }

    @Test
    void watchesByItself() {
        CompletableFuture<FreshetException> told = new CompletableFuture<>();
        try (DiskWatch watch = new DiskWatch(DIRECTORY, free::get)) {
            watch.start(told::complete);
            free.set(0);
            assertThat(told.join()).hasMessageContaining("has 0 MB left");
        }
    }

    @Test
    void aDiskThatCannotBeAskedIsNotFull() {
        List<FreshetException> told = new ArrayList<>();
        try (DiskWatch watch = new DiskWatch(DIRECTORY, () -> {
            throw new UncheckedIOException(new IOException("gone"));
        })) {
            watch.requireRoomToStart();
            watch.look(told::add);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void asksTheDiskThatADirectoryIsOn(@TempDir Path directory) {
        List<FreshetException> told = new ArrayList<>();
        try (DiskWatch watch = new DiskWatch(directory)) {
            assertThatCode(() -> watch.look(told::add)).doesNotThrowAnyException();
        }
        assertThat(told).isEmpty();
    }
}
