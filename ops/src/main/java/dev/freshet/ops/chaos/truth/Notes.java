package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows whose every sentence is like no other: {@code [w1k17-v3-s4] The night engineer moved the backup array.} is the fifth sentence of the third text of row 17 of
 * worker 1. So chunks are unique, and tell where they are from. For one thread.
 */
final class Notes {
    static final String TOKEN = "token";
    static final String LABEL = "label";
    static final String TEXT_VERSION = "text_version";
    /** Set on rows that are longer than a row may be: their image keeps older chunks beside newer metadata. */
    static final String OVERSIZE = "oversize";

    /** Most bytes of text in a row, at default settings. */
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private static final Pattern MARK = Pattern.compile("\\[([a-z0-9]+)-v(\\d+)-s\\d+]");
    private static final List<String> WHO =
            List.of("The night engineer", "An auditor", "The operator", "Our storage team", "Une voisine âgée");
    private static final List<String> DID = List.of("moved", "replaced", "measured", "labelled", "isolated");
    private static final List<String> WHAT =
            List.of("the pump", "a fibre trunk", "the backup array", "two power feeds", "das Kühlgerät", "a relay");
    private static final List<String> TITLES = List.of("Pumps", "Kühlung", "Fibre", "Power");
    static final List<String> LABELS = List.of("red", "green", "blue", "amber");
    /** Ids that need care in keys, URLs and texts. */
    private static final List<String> ODD = List.of(":", "#", "%", " ", "/", "ü", "%3A");

    private final Random random;

    Notes(Random random) {
        this.random = requireNonNull(random, "random is null");
    }

    /** The id of a row; one of eight has a character that needs care. */
    static String id(int worker, int number) {
        String odd = number % 8 == 3 ? ODD.get(number / 8 % ODD.size()) : "-";
        return "w" + worker + odd + "k" + number;
    }

    static String token(int worker, int number) {
        return "w" + worker + "k" + number;
    }

    Note first(int worker, int number, long textVersion) {
        String token = token(worker, number);
        return new Note(
                id(worker, number),
                token,
                textVersion,
                0,
                title(token, textVersion),
                text(token, textVersion, 1),
                label());
    }

    /** With other texts. */
    Note withText(Note note, long textVersion, int sentences) {
        return new Note(
                note.id(),
                note.token(),
                textVersion,
                note.edit(),
                random.nextInt(3) == 0 ? title(note.token(), textVersion) : note.title(),
                text(note.token(), textVersion, sentences),
                note.label());
    }

    /** With other metadata. */
    Note withLabel(Note note) {
        return new Note(
                note.id(), note.token(), note.textVersion(), note.edit() + 1, note.title(), note.text(), label());
    }

    /** Columns with more text than a row may have, at default settings. */
    Map<String, @Nullable Object> oversize(Note note, long textVersion) {
        Map<String, @Nullable Object> columns = new HashMap<>(note.columns());
        StringBuilder text = new StringBuilder();
        String sentence = sentence(note.token(), textVersion, 1) + " ";
        while (text.length() <= TEXT_BYTES_MAX) {
            text.append(sentence);
        }
        columns.put("text", text.toString());
        columns.put(OVERSIZE, true);
        return columns;
    }

    /** So short that it makes one chunk with a short text in every index: the same text is embedded for each of them. */
    private String title(String token, long version) {
        return mark(token, version, 0) + " " + pick(TITLES);
    }

    private String text(String token, long version, int sentences) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= sentences; i++) {
            text.append(i > 1 ? " " : "").append(sentence(token, version, i));
        }
        return text.toString();
    }

    private static String mark(String token, long version, int number) {
        return "[" + token + "-v" + version + "-s" + number + "]";
    }

    private String sentence(String token, long version, int number) {
        return mark(token, version, number) + " " + pick(WHO) + " " + pick(DID) + " " + pick(WHAT) + ".";
    }

    private String label() {
        return pick(LABELS);
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    /** What a chunk's text and its row's metadata say that cannot both be. Rows of others than {@link Notes} contradict nothing. */
    static Optional<String> contradiction(String text, JsonNode metadata) {
        if (!metadata.has(TOKEN) || metadata.path(OVERSIZE).asBoolean()) {
            return Optional.empty();
        }
        String token = metadata.path(TOKEN).asText();
        String version = metadata.path(TEXT_VERSION).asText();
        Matcher marks = MARK.matcher(text);
        while (marks.find()) {
            boolean titleOfBefore = marks.group().endsWith("-s0]") && isAtMost(marks.group(2), version);
            if (!marks.group(1).equals(token) || (!marks.group(2).equals(version) && !titleOfBefore)) {
                return Optional.of("the text has " + marks.group() + ", the metadata are of " + token + "-v" + version);
            }
        }
        return Optional.empty();
    }

    /** A text may be edited without its title. */
    private static boolean isAtMost(String version, String limit) {
        return Long.parseLong(version) <= Long.parseLong(limit);
    }
}
