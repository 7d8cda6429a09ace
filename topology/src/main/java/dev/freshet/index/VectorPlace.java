package dev.freshet.index;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where an index keeps the vectors as they came. On disk they can be kept only if walks look at another form of them (see {@link Quantization}).
 *
 * @param directory in which it may make files, which go with it; made if it is not there. Null: on the heap
 */
public record VectorPlace(@Nullable Path directory) {
    /** On the heap. */
    public static final VectorPlace MEMORY = new VectorPlace(null);

    boolean onDisk() {
        return directory != null;
    }
}
