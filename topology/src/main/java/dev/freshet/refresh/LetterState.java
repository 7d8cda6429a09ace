package dev.freshet.refresh;

import java.util.Locale;
import java.util.Optional;

/** What has become of a dead letter. */
public enum LetterState {
    /** Its change was not taken. */
    OPEN,
    /** Its change was taken since, commonly because it was replayed. */
    REPLAYED,
    /** It needs no replay: its row was changed or deleted since, or its dataset or index dropped. */
    SUPERSEDED;

    /** The state as users see it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a state as {@link #text} writes it. */
    public static Optional<LetterState> parse(String text) {
        for (LetterState state : values()) {
            if (state.text().equals(text)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
