package dev.freshet.schemas.privacy;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words that a column's name is made of: snake_case, camelCase, SHOUTED and with accents all give the same, in lower case. */
final class ColumnWords {
    /** A run of capitals that ends before a capitalised word, a word, or a number. */
    private static final Pattern WORD = Pattern.compile("\\p{Lu}+(?!\\p{Ll})|\\p{Lu}?[\\p{L}&&[^\\p{Lu}]]+|\\p{Nd}+");

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final int LENGTH_MAX = 200;

    private ColumnWords() {}

    static List<String> of(String column) {
        String bounded = column.length() > LENGTH_MAX ? column.substring(0, LENGTH_MAX) : column;
        String plain = MARKS.matcher(Normalizer.normalize(bounded, Normalizer.Form.NFD))
                .replaceAll("")
                .replace("ß", "ss")
                .replace("ø", "o")
                .replace("Ø", "O")
                .replace("ł", "l")
                .replace("Ł", "L")
                .replace("ı", "i");
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(plain);
        while (matcher.find()) {
            words.add(matcher.group().toLowerCase(Locale.ROOT));
        }
        return words;
    }
}
