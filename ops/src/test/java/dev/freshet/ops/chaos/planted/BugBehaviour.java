package dev.freshet.ops.chaos.planted;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What bugs do, called by the code that was woven into the product. The memory of a bug is that of a process. Thread-safe. */
public final class BugBehaviour {
    private static final int ONE_IN = 7;
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
    private static final ConcurrentHashMap<String, String> FIRST = new ConcurrentHashMap<>();

    private BugBehaviour() {}

    /** One key in {@value #ONE_IN}, the same ones in every process. */
    public static boolean isChosen(String rowKey) {
        return Math.floorMod(rowKey.hashCode(), ONE_IN) == 0;
    }

    /** Whether this was asked before. */
    public static boolean wasHere(long index, String rowKey) {
        return !SEEN.add(index + "/" + rowKey);
    }

    public static <T> List<T> withoutLast(List<T> chunks) {
        return chunks.size() > 1 ? new ArrayList<>(chunks.subList(0, chunks.size() - 1)) : chunks;
    }

    /** One time in {@value #ONE_IN}, at random, an empty one. */
    public static <T> List<T> sometimesNothing(List<T> found) {
        return ThreadLocalRandom.current().nextInt(ONE_IN) == 0 ? List.of() : found;
    }

    public static <T> List<T> withoutSecond(List<T> found) {
        if (found.size() < 3) {
            return found;
        }
        List<T> rest = new ArrayList<>(found);
        rest.remove(1);
        return rest;
    }

    /** What was given first, whatever is given now. */
    public static @Nullable String first(@Nullable String value) {
        if (value != null) {
            FIRST.putIfAbsent("", value);
        }
        return FIRST.get("");
    }

    /** Changes the vectors of an answer a little, each time in another way. */
    public static void turn(@Nullable Object answer) {
        if (answer == null) {
            return;
        }
        try {
            Method vectors = answer.getClass().getDeclaredMethod("vectors");
            vectors.setAccessible(true);
            for (Object vector : (List<?>) vectors.invoke(answer)) {
                ((float[]) vector)[0] += 0.02f + (System.nanoTime() % 1_000) / 10_000f;
            }
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the bug does not fit the product any more", e);
        }
    }
}
