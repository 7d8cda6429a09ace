package dev.freshet.ops.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of searches by vector, and the file in which they are handed to another process: how many (4 bytes), and for each its length (4 bytes) and its bytes. */
final class SearchBodies {
    private SearchBodies() {}

    /**
     * The body of one search. Each component is written with as many digits as tell it from its neighbours, as clients do.
     *
     * @param ef null: the index's own
     */
    static byte[] body(float[] vector, int k, @Nullable Integer ef) {
        StringBuilder body = new StringBuilder(vector.length * 14 + 40).append("{\"vector\":[");
        for (int i = 0; i < vector.length; i++) {
            body.append(i == 0 ? "" : ",").append(vector[i]);
        }
        body.append("],\"k\":").append(k);
        if (ef != null) {
            body.append(",\"ef\":").append(ef);
        }
        return body.append('}').toString().getBytes(US_ASCII);
    }

    static void write(Path file, List<byte[]> bodies) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(bodies.size());
            for (byte[] body : bodies) {
                out.writeInt(body.length);
                out.write(body);
            }
        }
    }

    static List<byte[]> read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            int count = in.readInt();
            List<byte[]> bodies = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                bodies.add(in.readNBytes(in.readInt()));
            }
            return bodies;
        }
    }
}
