package dev.freshet.ops.bench.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Vectors whose components have four digits after the point, so that they are short to write and quick to read, and arrive as exactly the numbers that were
 * sent.
 */
public final class DecimalVectors {
    private static final int SCALE = 10_000;
    private static final int DIGITS = 4;

    private DecimalVectors() {}

    /** Rounds components, in place. They must be smaller than 100,000. */
    public static void round(float[][] vectors) {
        for (float[] vector : vectors) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (Math.round(vector[i] * (double) SCALE) / (double) SCALE);
            }
        }
    }

    /** The id under which the vector at this position is stored. */
    public static String id(int position) {
        return "v" + position;
    }

    /** The body of an {@code add} request with the vectors from {@code first} to before {@code end}. */
    public static byte[] items(float[][] vectors, int first, int end) {
        return items(vectors, first, end, position -> null);
    }

    /** The same, with metadata for each position: a JSON object in ASCII, or null for none. */
    public static byte[] items(float[][] vectors, int first, int end, IntFunction<@Nullable String> metadata) {
        List<String> ids =
                IntStream.range(first, end).mapToObj(DecimalVectors::id).toList();
        return items(ids, Arrays.asList(vectors).subList(first, end), item -> metadata.apply(first + item));
    }

    /**
     * The body of an {@code add} request.
     *
     * @param ids which need no escapes in JSON, as many as there are vectors
     * @param vectors at least one, all of the same dimensions
     */
    public static byte[] items(List<String> ids, List<float[]> vectors) {
        return items(ids, vectors, item -> null);
    }

    private static byte[] items(List<String> ids, List<float[]> vectors, IntFunction<@Nullable String> metadata) {
        if (ids.size() != vectors.size()) {
            throw new IllegalArgumentException(ids.size() + " ids for " + vectors.size() + " vectors");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream(ids.size() * (vectors.get(0).length * 8 + 40));
        write(body, "{\"items\":[");
        for (int item = 0; item < ids.size(); item++) {
            write(body, (item == 0 ? "" : ",") + "{\"id\":\"" + ids.get(item) + "\",\"vector\":[");
            float[] vector = vectors.get(item);
            for (int i = 0; i < vector.length; i++) {
                if (i > 0) {
                    body.write(',');
                }
                write(body, vector[i]);
            }
            String fields = metadata.apply(item);
            write(body, fields == null ? "]}" : "],\"metadata\":" + fields + "}");
        }
        write(body, "]}");
        return body.toByteArray();
    }

    private static void write(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void write(ByteArrayOutputStream body, float component) {
        long scaled = Math.round(component * (double) SCALE);
        if (scaled < 0) {
            body.write('-');
            scaled = -scaled;
        }
        write(body, String.valueOf(scaled / SCALE));
        body.write('.');
        long fraction = scaled % SCALE;
        int unit = SCALE / 10;
        for (int digit = 0; digit < DIGITS; digit++) {
            body.write((int) ('0' + fraction / unit % 10));
            unit = Math.max(1, unit / 10);
        }
    }
}
