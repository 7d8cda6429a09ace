package dev.freshet.text;

import java.text.BreakIterator;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * The places where a text may be cut, best kinds first: ends of paragraphs, of sentences, of phrases (at white space or punctuation) and, inside
 * long phrases, of characters. Every stop is at the border of a grapheme cluster, has a weight (its distance from the text's start, see
 * {@link TextWeight}) and a priority. A priority depends on the piece of text that the stop ends and nothing else: its kind decides first, then a
 * hash of the piece's last characters, so that an edit earlier in a sentence leaves its end alone, then one of the whole piece.
 *
 * <p>Stops of lesser kinds are there whether or not a better one is near, so that a new sentence end does not take others away.
 *
 * <p>The last stop is the text's end. Built in linear time.
 */
final class Stops {
    static final int PARAGRAPH = 3;
    static final int SENTENCE = 2;
    static final int PHRASE = 1;
    static final int CHARACTER = 0;

    private static final int KIND_SHIFT = 61;
    private static final int HASHED_CHARACTERS = 32;
    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final String text;
    private final BitSet graphemes;
    private final int phraseMax;
    private final BreakIterator lines = BreakIterator.getLineInstance(Locale.ROOT);
    private int count;
    private int[] offsets = new int[64];
    private int[] weights = new int[64];
    private long[] priorities = new long[64];

    private Stops(String text, BitSet graphemes, int phraseMax) {
        this.text = text;
        this.graphemes = graphemes;
        this.phraseMax = phraseMax;
    }

    /**
     * Finds the stops of a text that is not empty.
     *
     * @param phraseMax the weight above which the characters of a phrase are stops
     */
    static Stops of(String text, BitSet graphemes, int phraseMax) {
        Stops stops = new Stops(text, graphemes, phraseMax);
        stops.addSentences();
        return stops;
    }

    int count() {
        return count;
    }

    int offset(int stop) {
        return offsets[stop];
    }

    int weight(int stop) {
        return weights[stop];
    }

    long priority(int stop) {
        return priorities[stop];
    }

    int kind(int stop) {
        return (int) (priorities[stop] >>> KIND_SHIFT);
    }

    private void addSentences() {
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
        sentences.setText(text);
        int start = 0;
        for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
            if (graphemes.get(end)) {
                addLines(start, end);
                start = end;
            }
        }
        if (start < text.length()) {
            addLines(start, text.length());
        }
    }

    /** What the sentence iterator takes for one sentence is cut at blank lines too, which it does not know. */
    private void addLines(int start, int end) {
        int from = start;
        int index = start;
        while (index < end) {
            if (!WhiteSpace.is(text.charAt(index))) {
                index++;
                continue;
            }
            int space = index;
            while (index < end && WhiteSpace.is(text.charAt(index))) {
                index++;
            }
            boolean paragraph = WhiteSpace.lineEnds(text, space, index) >= 2;
            if (index == end) {
                addSentence(from, end, paragraph ? PARAGRAPH : SENTENCE);
                return;
            }
            if (paragraph && graphemes.get(index)) {
                addSentence(from, index, PARAGRAPH);
                from = index;
            }
        }
        addSentence(from, end, SENTENCE);
    }

    private void addSentence(int start, int end, int kind) {
        lines.setText(text.substring(start, end));
        int from = start;
        for (int next = lines.next(); next != BreakIterator.DONE; next = lines.next()) {
            int offset = start + next;
            if (offset < end && graphemes.get(offset) && endsPhrase(text.charAt(offset - 1))) {
                addCharacters(from, offset);
                add(from, offset, PHRASE);
                from = offset;
            }
        }
        addCharacters(from, end);
        add(start, end, kind);
    }

    private static boolean endsPhrase(char unit) {
        return WhiteSpace.is(unit)
                || switch (Character.getType(unit)) {
                    case Character.OTHER_PUNCTUATION, Character.END_PUNCTUATION, Character.DASH_PUNCTUATION -> true;
                    default -> false;
                };
    }

    private void addCharacters(int start, int end) {
        if (TextWeight.of(text, start, end) <= phraseMax) {
            return;
        }
        for (int offset = graphemes.nextSetBit(start + 1);
                offset >= 0 && offset < end;
                offset = graphemes.nextSetBit(offset + 1)) {
            add(Math.max(start, offset - HASHED_CHARACTERS), offset, CHARACTER);
        }
    }

    /** Adds a stop whose priority is that of the piece {@code [start, end)}. */
    private void add(int start, int end, int kind) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            weights = Arrays.copyOf(weights, count * 2);
            priorities = Arrays.copyOf(priorities, count * 2);
        }
        int previousOffset = count == 0 ? 0 : offsets[count - 1];
        int previousWeight = count == 0 ? 0 : weights[count - 1];
        offsets[count] = end;
        weights[count] = previousWeight + TextWeight.of(text, previousOffset, end);
        priorities[count] = ((long) kind << KIND_SHIFT) | hash(start, end);
        count++;
    }

    /** 61 bits: 30 of the last characters, then 31 of the whole piece. White space at the end does not count. */
    private long hash(int start, int end) {
        int last = end;
        while (last > start && WhiteSpace.is(text.charAt(last - 1))) {
            last--;
        }
        long hash = FNV_BASIS;
        long tail = 0;
        for (int index = last - 1; index >= start; index--) {
            hash = (hash ^ text.charAt(index)) * FNV_PRIME;
            if (last - index == HASHED_CHARACTERS) {
                tail = hash;
            }
        }
        if (last - start < HASHED_CHARACTERS) {
            tail = hash;
        }
        return (mix(tail) >>> 34 << 31) | (mix(hash) >>> 33);
    }

    /** MurmurHash3's 64-bit finaliser: FNV's high bits alone are poor. */
    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
