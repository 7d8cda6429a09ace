package dev.freshet.refresh;

/** How many letters have each state. */
record LetterTally(long open, long replayed, long superseded) {
    static LetterTally one(LetterState state) {
        return switch (state) {
            case OPEN -> new LetterTally(1, 0, 0);
            case REPLAYED -> new LetterTally(0, 1, 0);
            case SUPERSEDED -> new LetterTally(0, 0, 1);
        };
    }

    LetterTally plus(LetterTally other) {
        return new LetterTally(open + other.open, replayed + other.replayed, superseded + other.superseded);
    }

    LetterTally minus(LetterTally other) {
        return new LetterTally(open - other.open, replayed - other.replayed, superseded - other.superseded);
    }

    long sum() {
        return open + replayed + superseded;
    }
}
