package dev.freshet.ops.bench.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

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
        ByteArrayOutputStream body = new ByteArrayOutputStream((end - first) * (vectors[first].length * 8 + 40));
        write(body, "{\"items\":[");
        for (int position = first; position < end; position++) {
            write(body, (position == first ? "" : ",") + "{\"id\":\"" + id(position) + "\",\"vector\":[");
            float[] vector = vectors[position];
            for (int i = 0; i < vector.length; i++) {
                if (i > 0) {
                    body.write(',');
                }
                write(body, vector[i]);
            }
            write(body, "]}");
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
