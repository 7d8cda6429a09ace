package dev.freshet.ops.chaos.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.ChaosResult;
import dev.freshet.ops.chaos.ChaosRun;
import dev.freshet.ops.chaos.ChaosSettings;
import dev.freshet.ops.chaos.PlanSeeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short run finds each bug. Without bugs runs are clean, which those of {@code freshet chaos} show. */
@Tag("nightly")
@Timeout(600)
class PlantedBugsIT {
    @ParameterizedTest
    @EnumSource(PlantedBug.class)
    void shouldFindThePlantedBug(PlantedBug bug, @TempDir Path directory) throws Exception {
        long seed = PlanSeeds.firstWith(bug.faults(), bug.needs());
        ChaosSettings settings =
                new ChaosSettings(seed, bug.lasting(), bug.faults(), List.of(BugAgent.option(directory, bug)));
        ChaosResult result;
        try (ChaosRun run =
                new ChaosRun(settings, Files.createDirectory(directory.resolve("run")), (second, doing) -> {})) {
            result = run.run();
        }
        System.out.println(bug + ": " + result);
        assertThat(result.problems())
                .as("what was found")
                .anySatisfy(problem -> assertThat(bug.seenAs())
                        .anySatisfy(invariant -> assertThat(problem.what()).contains(invariant + ": ")));
    }
}
