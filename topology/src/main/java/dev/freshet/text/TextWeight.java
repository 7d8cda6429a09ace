package dev.freshet.text;

/**
 * How much of a chunk's size a character takes. A letter of an alphabet weighs 1 per UTF-16 unit. An ideograph, a kana or a Hangul syllable
 * weighs 4, and one of the Southeast Asian scripts 2, because a model spends about as many tokens on it as on that many letters, and it
 * says about as much. Sizes then bound tokens well enough in any language that the token limit itself seldom splits a chunk.
 */
final class TextWeight {
    private static final int LETTER = 1;
    private static final int SOUTHEAST_ASIAN = 2;
    private static final int IDEOGRAPH = 4;

    private TextWeight() {}

    /** The weight of one UTF-16 unit; the two of a surrogate pair together weigh as much as an ideograph in the supplementary planes. */
    static int of(char unit) {
        if (unit < 0x0E00) {
            return LETTER;
        }
        if (unit <= 0x0EFF || (unit >= 0x1000 && unit <= 0x109F) || (unit >= 0x1780 && unit <= 0x17FF)) {
            return SOUTHEAST_ASIAN;
        }
        if ((unit >= 0x3040 && unit <= 0x9FFF)
                || (unit >= 0xAC00 && unit <= 0xD7A3)
                || (unit >= 0xF900 && unit <= 0xFAFF)) {
            return IDEOGRAPH;
        }
        return Character.isSurrogate(unit) ? IDEOGRAPH / 2 : LETTER;
    }

    /** The weight of {@code text[start, end)}. */
    static int of(String text, int start, int end) {
        int weight = 0;
        for (int index = start; index < end; index++) {
            weight += of(text.charAt(index));
        }
        return weight;
    }
}
