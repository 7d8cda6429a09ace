package dev.freshet.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of a body, one after the other. */
interface RowReader {
    /** The next row, or null after the last. Throws {@code FreshetException} if the body as a whole makes no sense. */
    @Nullable
    InputRow next() throws IOException;
}
