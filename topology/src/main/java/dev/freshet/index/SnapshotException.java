package dev.freshet.index;

import java.io.IOException;

/** A file is not a snapshot that can be used: foreign, damaged, cut short, or of a format that this version does not read. The message says which and where. */
public final class SnapshotException extends IOException {
    private static final long serialVersionUID = 1;

    /** A problem. */
    public SnapshotException(String message) {
        super(message);
    }

    /** A problem that showed as another exception while the content was read. */
    public SnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
