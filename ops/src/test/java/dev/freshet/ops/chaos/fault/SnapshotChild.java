package dev.freshet.ops.chaos.fault;

import dev.freshet.index.DistanceFunction;
import dev.freshet.index.SnapshotHeader;
import dev.freshet.index.SnapshotWriter;
import dev.freshet.index.VectorIndexParameters;
import java.io.IOException;
import java.nio.file.Path;

/** A process that writes snapshots to the file that its argument names, and says so; see {@link MethodStopTest}. */
final class SnapshotChild {
    static final int SNAPSHOTS = 3;

    private SnapshotChild() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        SnapshotHeader header = new SnapshotHeader(
                "compact", 1, 0, "", new VectorIndexParameters(4, DistanceFunction.COSINE, 16, 100), 1, 1);
        for (int i = 1; i <= SNAPSHOTS; i++) {
            try (SnapshotWriter writer = SnapshotWriter.create(file, header)) {
                System.out.println("created " + i);
                try (SnapshotWriter.Section section = writer.section("TEST")) {
                    section.putInt(i);
                }
                System.out.println("written " + i);
                writer.commit();
                System.out.println("committed " + i);
            }
        }
    }
}
