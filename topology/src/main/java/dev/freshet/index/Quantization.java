package dev.freshet.index;

import java.util.List;
import java.util.Optional;

/** In what form an index compares vectors while it looks for near ones. What it answers with is computed from the vectors as they came, whatever the form. */
public enum Quantization {
    /** As they came: four bytes per component. */
    NONE("none"),
    /** One byte per component and a scale per vector, see {@link CodePages}. The vectors as they came are kept beside these. */
    INT8("int8");

    private final String text;

    Quantization(String text) {
        this.text = text;
    }

    /** The name that users give. */
    public String text() {
        return text;
    }

    /** The one of this name, if there is one. */
    public static Optional<Quantization> find(String text) {
        return List.of(values()).stream()
                .filter(candidate -> candidate.text.equals(text))
                .findFirst();
    }

    /** The one of this name; an unknown one is refused with a list of those there are. */
    public static Quantization of(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown quantization '" + text + "', there are: " + String.join(", ", names())));
    }

    /** The names of all. */
    public static List<String> names() {
        return List.of(values()).stream().map(candidate -> candidate.text).toList();
    }
}
