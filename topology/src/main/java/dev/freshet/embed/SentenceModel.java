package dev.freshet.embed;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * An ONNX sentence-transformer: token ids in, one vector of length 1 out, the mean of the tokens' vectors.
 *
 * <p>Thread-safe until closed: all workers share one session, which runs each call on its caller's thread. One text per call, because dynamic
 * quantisation scales by batch: beside others a text would get a different vector, and later.
 */
final class SentenceModel implements AutoCloseable {
    private static final long LOADER_STACK_BYTES = 64L << 20;
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final int dimensions;
    private final Thread endWithProcess = new Thread(this::processEnds, "embed-model-end");
    private volatile boolean ended;

    SentenceModel(byte[] model, int dimensions) throws OrtException {
        this.dimensions = dimensions;
        Loaded loaded = onDeepStack(() -> load(model));
        this.environment = loaded.environment();
        this.session = loaded.session();
        try {
            // One text proves that the model has the inputs, the output and the dimensions that are expected of it.
            embed(new long[] {0});
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(endWithProcess);
    }

    // ONNX Runtime's own hook frees what its sessions share as soon as the process begins to end (its issue 31352).
    // Whoever embeds after that crashes the process, while others still close what they hold.
    private void processEnds() {
        ended = true;
    }

    private record Loaded(OrtEnvironment environment, OrtSession session) {}

    private static Loaded load(byte[] model) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return new Loaded(environment, environment.createSession(model, options));
        }
    }

    /**
     * Loads on a thread of its own, with a deep stack: while ONNX Runtime sets itself up, it recurses so deeply that it overflows the stack of an ordinary
     * Java thread on some machines (seen with 1.29.0, 12,000 frames), and then the whole process ends without a word.
     */
    private static Loaded onDeepStack(Callable<Loaded> load) throws OrtException {
        FutureTask<Loaded> creation = new FutureTask<>(load);
        Thread loader = new Thread(null, creation, "embed-model-loader", LOADER_STACK_BYTES);
        loader.setDaemon(true);
        loader.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return creation.get();
                } catch (InterruptedException e) {
                    interrupted = true; // What the native code makes must not be lost.
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OrtException failure) {
                throw failure;
            }
            throw new IllegalStateException("the model could not be loaded", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Embeds one text's tokens.
     *
     * @throws IllegalStateException if the process is ending
     */
    float[] embed(long[] ids) throws OrtException {
        if (ended) {
            throw new IllegalStateException("the process is ending");
        }
        long[] shape = {1, ids.length};
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            inputs.put(IDS, OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape));
            if (session.getInputNames().contains(MASK)) {
                inputs.put(MASK, OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape));
            }
            if (session.getInputNames().contains(TYPES)) {
                inputs.put(TYPES, OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape));
            }
            try (OrtSession.Result result = session.run(inputs)) {
                return unit(mean(tokenVectors(result, ids.length), ids.length));
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private FloatBuffer tokenVectors(OrtSession.Result result, int tokens) {
        OnnxValue output = result.get(0);
        long[] expected = {1, tokens, dimensions};
        if (!(output instanceof OnnxTensor tensor)
                || !Arrays.equals(tensor.getInfo().getShape(), expected)) {
            throw new IllegalStateException("the model's first output is " + output.getInfo()
                    + ", expected token vectors of shape " + Arrays.toString(expected));
        }
        return tensor.getFloatBuffer();
    }

    private float[] mean(FloatBuffer tokenVectors, int tokens) {
        float[] sum = new float[dimensions];
        float[] row = new float[dimensions];
        for (int token = 0; token < tokens; token++) {
            tokenVectors.get(token * dimensions, row);
            for (int component = 0; component < dimensions; component++) {
                sum[component] += row[component];
            }
        }
        for (int component = 0; component < dimensions; component++) {
            sum[component] /= tokens;
        }
        return sum;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        double norm = Math.sqrt(squares);
        if (!(norm > 0) || Double.isInfinite(norm)) {
            throw new IllegalStateException("the model gave a vector of norm " + norm);
        }
        for (int component = 0; component < vector.length; component++) {
            vector[component] = (float) (vector[component] / norm);
        }
        return vector;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(endWithProcess);
        } catch (IllegalStateException e) {
            // The process is ending, and it runs.
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot close the model's session", e);
        }
    }
}
