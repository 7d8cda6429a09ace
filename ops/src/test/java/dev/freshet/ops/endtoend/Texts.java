package dev.freshet.ops.endtoend;

import java.util.List;
import java.util.Random;

/** English sentences, no two of them alike. */
final class Texts {
    private static final List<String> WHO = List.of(
            "The night engineer",
            "Our storage team",
            "A visiting auditor",
            "The on-call operator",
            "The network group");
    private static final List<String> DID =
            List.of("replaced", "inspected", "restarted", "measured", "labelled", "moved", "isolated", "documented");
    private static final List<String> WHAT = List.of(
            "the cooling pump",
            "a fibre trunk",
            "the backup array",
            "two power feeds",
            "the rack switch",
            "an old relay");
    private static final List<String> WHERE = List.of(
            "in the north hall", "behind row seven", "next to the loading dock", "on the second floor", "at the annex");
    private static final List<String> WHY = List.of(
            "because an alarm kept ringing",
            "after the temperature had risen for an hour",
            "before the weekly maintenance began",
            "while the customers were still asleep",
            "so that the spare parts could be returned");

    private final Random random;
    private int sentences;

    Texts(Random random) {
        this.random = random;
    }

    /** One sentence, with a number that no other sentence of this instance has. */
    String sentence() {
        sentences++;
        return pick(WHO) + " " + pick(DID) + " " + pick(WHAT) + " " + pick(WHERE) + " " + pick(WHY) + ", says ticket "
                + sentences + ".";
    }

    String text(int count) {
        StringBuilder text = new StringBuilder(sentence());
        for (int i = 1; i < count; i++) {
            text.append(' ').append(sentence());
        }
        return text.toString();
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
