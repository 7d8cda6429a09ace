package dev.freshet.ops.bench.retrieval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A question and the row that answers it.
 *
 * @param paragraph the row's id
 */
public record Question(String id, String question, String paragraph) {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** Reads NDJSON with {@code id}, {@code question} and {@code paragraph}. */
    public static List<Question> read(Path file) throws IOException {
        List<Question> questions = new ArrayList<>();
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            if (!text.isBlank()) {
                questions.add(parse(text, file + ", line " + line));
            }
        }
        if (questions.isEmpty()) {
            throw new IOException(file + " has no questions");
        }
        return questions;
    }

    private static Question parse(String text, String where) throws IOException {
        try {
            JsonNode node = MAPPER.readTree(text);
            return new Question(
                    field(node, "id", where), field(node, "question", where), field(node, "paragraph", where));
        } catch (JsonProcessingException e) {
            throw new IOException(where + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String field(JsonNode node, String name, String where) throws IOException {
        JsonNode value = node.path(name);
        if (!value.isTextual() && !value.isIntegralNumber()) {
            throw new IOException(where + ": a question needs '" + name + "'");
        }
        return value.asText();
    }
}
