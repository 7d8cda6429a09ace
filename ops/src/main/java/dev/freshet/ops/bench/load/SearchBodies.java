package dev.freshet.ops.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.freshet.schemas.serde.VectorBytes;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of searches by vector, and the file in which they are handed to another process: how many (4 bytes), and for each its length (4 bytes) and its bytes. */
public final class SearchBodies {
    private SearchBodies() {}

    /** How a body has its vector. */
    public enum VectorForm {
        /** As a JSON array, each component with as many digits as tell it from its neighbours, as clients write them. */
        ARRAY {
            @Override
            void append(StringBuilder body, float[] vector) {
                body.append('[');
                for (int i = 0; i < vector.length; i++) {
                    body.append(i == 0 ? "" : ",").append(vector[i]);
                }
                body.append(']');
            }
        },
        /** As base64 of 32-bit numbers. */
        BASE64 {
            @Override
            void append(StringBuilder body, float[] vector) {
                byte[] bytes = VectorBytes.encode(vector).array();
                body.append('"')
                        .append(Base64.getEncoder().encodeToString(bytes))
                        .append('"');
            }
        };

        abstract void append(StringBuilder body, float[] vector);
    }

    /**
     * The body of one search.
     *
     * @param ef null: the index's own
     */
    public static byte[] body(float[] vector, VectorForm form, int k, @Nullable Integer ef) {
        StringBuilder body = new StringBuilder(vector.length * 14 + 40).append("{\"vector\":");
        form.append(body, vector);
        body.append(",\"k\":").append(k);
        if (ef != null) {
            body.append(",\"ef\":").append(ef);
        }
        return body.append('}').toString().getBytes(US_ASCII);
    }

    public static void write(Path file, List<byte[]> bodies) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(bodies.size());
            for (byte[] body : bodies) {
                out.writeInt(body.length);
                out.write(body);
            }
        }
    }

    public static List<byte[]> read(Path file) throws IOException {
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
