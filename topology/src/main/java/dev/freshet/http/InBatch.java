package dev.freshet.http;

import dev.freshet.schemas.error.FreshetException;
import java.util.function.Supplier;

/** Says of what goes wrong with one search of several which one it is. */
final class InBatch {
    private InBatch() {}

    /** Runs; what is refused begins with the place in {@code queries}. */
    static <T> T at(int place, Supplier<T> what) {
        String where = "queries[" + place + "]: ";
        try {
            return what.get();
        } catch (FreshetException e) {
            throw new FreshetException(e.code(), where + e.getMessage(), e);
        } catch (ProblemException e) {
            throw new ProblemException(e.code(), where + e.getMessage(), e.members());
        }
    }
}
