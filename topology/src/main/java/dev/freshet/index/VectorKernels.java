package dev.freshet.index;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

/**
 * Which arithmetic this JVM computes distances with. It is chosen once, so that the JIT compiler takes it for a constant and calls it directly: vector
 * instructions if the JVM was started with {@code --add-modules jdk.incubator.vector}, its registers have at least {@value #MIN_BITS} bits and its optimizing
 * compiler runs (without, each vector operation is a call on objects, and much slower than plain Java); plain Java otherwise, or with the system property
 * {@value #PROPERTY} set to {@code scalar}.
 */
public final class VectorKernels {
    /** {@code auto}, which is the default, or {@code scalar}. */
    public static final String PROPERTY = "freshet.distance";

    private static final String MODULE = "jdk.incubator.vector";
    private static final String SIMD_CLASS = "dev.freshet.index.SimdVectorKernel";
    private static final int MIN_BITS = 128;

    private static final Choice CHOICE = choose();
    private static final VectorKernel CURRENT = CHOICE.kernel;

    private VectorKernels() {}

    /** The name of what runs: {@code scalar}, or {@code simd-} and the bits of a register. */
    public static String name() {
        return CURRENT.name();
    }

    /** Why it was chosen, as the second half of a sentence. */
    public static String reason() {
        return CHOICE.reason;
    }

    static VectorKernel current() {
        return CURRENT;
    }

    private record Choice(VectorKernel kernel, String reason) {}

    private static Choice choose() {
        String asked = System.getProperty(PROPERTY, "auto");
        if (asked.equals("scalar")) {
            return scalar(PROPERTY + " asks for it");
        }
        if (!asked.equals("auto")) {
            throw new IllegalArgumentException(
                    "the system property " + PROPERTY + " is '" + asked + "', must be auto or scalar");
        }
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return scalar("the JVM was started without --add-modules " + MODULE);
        }
        String vm = System.getProperty("java.vm.info", "");
        if (vm.contains("interpreted mode") || vm.contains("emulated-client")) {
            return scalar("the JVM runs without its optimizing compiler");
        }
        return simd();
    }

    private static Choice simd() {
        try {
            Class<?> type = Class.forName(SIMD_CLASS);
            Method bits = type.getDeclaredMethod("bits");
            if ((int) bits.invoke(null) < MIN_BITS) {
                return scalar("the processor has no vector registers of " + MIN_BITS + " bits that the JVM uses");
            }
            Constructor<?> constructor = type.getDeclaredConstructor();
            return new Choice((VectorKernel) constructor.newInstance(), MODULE + " is there");
        } catch (ReflectiveOperationException | LinkageError e) {
            // A later JDK may change the incubating module. Searching slower is better than not at all.
            return scalar(MODULE + " of this JVM cannot be used: " + e);
        }
    }

    private static Choice scalar(String reason) {
        return new Choice(new ScalarVectorKernel(), reason);
    }
}
