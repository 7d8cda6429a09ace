package dev.freshet.embed.remote;

import dev.freshet.embed.TokenCounter;

/**
 * Counts tokens where no tokenizer is at hand: more than the model will see, rather than fewer. Thread-safe.
 *
 * <ul>
 *   <li>A run of ASCII letters, with the space before it, is its length divided by {@code charactersPerToken}, rounded up.
 *   <li>Every other ASCII character is one token: digits, punctuation, line ends, further spaces.
 *   <li>Every other character is as many tokens as it has bytes in UTF-8: 2 for é or Cyrillic, 3 for CJK and Thai, 4 for emoji. A tokenizer that falls
 *       back to bytes never makes more of it.
 *   <li>4 are added for the special tokens that models put around a text.
 * </ul>
 *
 * <p>With 1 character per token this is an upper bound for tokenizers that work on bytes (BPE with byte fallback), and for WordPiece, whose pieces have at
 * least one character. The default, 2, is above what English prose, German compounds and most code come to (3 to 5 characters per token),
 * but letters without sense, such as Base64, can have more tokens; the provider then refuses the text, since it is told not to cut.
 *
 * @param charactersPerToken 1 to 8
 */
public record TokenEstimate(double charactersPerToken) implements TokenCounter {
    public static final double CHARACTERS_PER_TOKEN_DEFAULT = 2;

    private static final int SPECIAL_TOKENS = 4;

    public TokenEstimate {
        if (!(charactersPerToken >= 1 && charactersPerToken <= 8)) {
            throw new IllegalArgumentException("charactersPerToken is " + charactersPerToken + ", must be 1 to 8");
        }
    }

    @Override
    public int count(String text) {
        long tokens = SPECIAL_TOKENS;
        int index = 0;
        while (index < text.length()) {
            int start = index;
            if (text.charAt(index) == ' ' && index + 1 < text.length() && isLetter(text.charAt(index + 1))) {
                index++;
            }
            while (index < text.length() && isLetter(text.charAt(index))) {
                index++;
            }
            if (index > start) {
                tokens += (long) Math.ceil((index - start) / charactersPerToken);
            } else {
                int character = text.codePointAt(index);
                tokens += bytes(character);
                index += Character.charCount(character);
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, tokens);
    }

    private static boolean isLetter(char unit) {
        return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
    }

    // A lone surrogate, which has no UTF-8, is sent as a question mark; it counts as 3 here.
    private static int bytes(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return character < 0x10000 ? 3 : 4;
    }
}
