package dev.freshet.refresh;

/** The lanes of the queue of rows that wait to be embedded, the more urgent first. */
enum Lane {
    /** Changes as they come. */
    LIVE(0),
    /** Rows that were there before the index, or before its columns changed; rows that were parked. */
    BACKFILL(1);

    private final int code;

    Lane(int code) {
        this.code = code;
    }

    /** What stands in stored keys and records. */
    int code() {
        return code;
    }

    static Lane of(int code) {
        return switch (code) {
            case 0 -> LIVE;
            case 1 -> BACKFILL;
            default -> throw new IllegalArgumentException("no lane has the code " + code);
        };
    }
}
