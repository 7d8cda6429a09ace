package dev.freshet.ops.bench.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.ops.bench.server.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartFiguresTest {
    @Test
    void takesTheMedianOfRestartsAndOfRebuildsApart() {
        RestartFigures figures = new RestartFigures(
                List.of(phases(9), phases(3), phases(5)), List.of(phases(30), phases(20)), 4, 1_000, 60, 2, 1);
        assertThat(figures.restart().complete()).isEqualTo(5);
        assertThat(figures.rebuild().complete()).isEqualTo(30);
        assertThat(figures.report())
                .containsEntry("seconds_to_complete", 5.0)
                .containsEntry("rebuild_seconds", 30.0)
                .containsEntry("snapshot_files", 4);
        assertThatThrownBy(() -> new RestartFigures(List.of(), List.of(phases(1)), 0, 0, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsAndDeletesSnapshotsAndNothingElse(@TempDir Path directory) throws IOException {
        Path deep = Files.createDirectories(directory.resolve("state/search/0_1/graphs"));
        Files.write(deep.resolve("7.snapshot"), new byte[30]);
        Files.write(deep.resolve("8.snapshot"), new byte[12]);
        Path producers = Files.createDirectories(directory.resolve("kafka/freshet.rows-0"))
                .resolve("00000000000000025211.snapshot");
        Files.write(producers, new byte[10]);
        Files.write(deep.resolve("000012.sst"), new byte[5]);
        SnapshotFiles.Found found = SnapshotFiles.under(directory);
        assertThat(found.files()).hasSize(2);
        assertThat(found.bytes()).isEqualTo(42);
        found.delete();
        assertThat(SnapshotFiles.under(directory).files()).isEmpty();
        assertThat(deep.resolve("000012.sst")).exists();
        assertThat(producers).exists();
    }

    private static Phases phases(double complete) {
        return new Phases(complete / 3, complete / 2, complete);
    }
}
