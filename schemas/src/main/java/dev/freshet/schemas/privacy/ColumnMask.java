package dev.freshet.schemas.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.row.ColumnValues;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Masks values so that their shape alone is left:
 *
 * <ul>
 *   <li>an e-mail address keeps its first letter: {@code j***@***}, whatever its length;
 *   <li>in other text each digit becomes {@code *}, and so does each letter but the first of a word of three or more: {@code J*** S****},
 *       {@code +** * ** ** **}. Everything between words stays;
 *   <li>a number is masked as the text that JSON writes, and becomes text; a boolean becomes {@code *};
 *   <li>in an array or object each value is masked, the names of fields stay;
 *   <li>null, and what the source did not send, stay. So does the hash of a {@link HashKey}, which tells less than its mask would hide.
 * </ul>
 *
 * <p>Masking what is masked changes nothing.
 */
final class ColumnMask {
    private static final int WORD_SHOWN_FROM = 3;
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,255}");

    private ColumnMask() {}

    static @Nullable Object mask(@Nullable Object value) {
        if (value == null || value instanceof Unavailable) {
            return value;
        }
        if (value instanceof Boolean) {
            return "*";
        }
        if (value instanceof Json) {
            JsonNode node = ColumnValues.toJson(value);
            return node.isContainerNode()
                    ? new Json(mask(node).toString())
                    : (Object) text(node.asText()); // A number that is too long for a long or a double.
        }
        return text(value.toString());
    }

    private static JsonNode mask(JsonNode node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (node.getNodeType()) {
            case ARRAY -> {
                ArrayNode masked = nodes.arrayNode();
                node.forEach(element -> masked.add(mask(element)));
                yield masked;
            }
            case OBJECT -> {
                ObjectNode masked = nodes.objectNode();
                node.properties().forEach(field -> masked.set(field.getKey(), mask(field.getValue())));
                yield masked;
            }
            case BOOLEAN -> nodes.textNode("*");
            case STRING, NUMBER -> nodes.textNode(text(node.asText()));
            case NULL, MISSING, BINARY, POJO -> nodes.nullNode();
        };
    }

    static String text(String text) {
        if (HashKey.isHashed(text)) {
            return text;
        }
        return EMAIL.matcher(text).matches() ? email(text) : words(text);
    }

    private static String email(String text) {
        int first = text.codePointAt(0);
        return (Character.isLetter(first) ? Character.toString(first) : "*") + "***@***";
    }

    private static String words(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        int[] points = text.codePoints().toArray();
        int from = 0;
        while (from < points.length) {
            int to = from;
            while (to < points.length && isWord(points[to])) {
                to++;
            }
            if (to == from) {
                masked.appendCodePoint(points[from]);
                from++;
            } else {
                boolean shown = to - from >= WORD_SHOWN_FROM && Character.isLetter(points[from]);
                masked.append(shown ? Character.toString(points[from]) : "*");
                masked.append("*".repeat(to - from - 1));
                from = to;
            }
        }
        return masked.toString();
    }

    /** Marks belong to the letters before them, and half a surrogate pair is nothing that could be shown. */
    private static boolean isWord(int point) {
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.SURROGATE,
                    Character.OTHER_NUMBER,
                    Character.LETTER_NUMBER -> true;
            default -> point == '*' || Character.isLetterOrDigit(point);
        };
    }
}
