package dev.freshet.http.openapi;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.error.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route does, for people and for programs that write clients. Immutable: each method returns a new one with more said.
 *
 * @param id its name in clients, unique
 * @param tag the section that it belongs to
 * @param summary one sentence
 * @param query its query parameters
 * @param bodies what may be sent, one for each media type; empty if nothing is
 * @param replies its answers other than problems
 * @param errors the codes that it may answer with, beside those that every route has
 */
public record Operation(
        String method,
        String path,
        String id,
        String tag,
        String summary,
        List<Parameter> query,
        List<Content> bodies,
        List<Reply> replies,
        List<ErrorCode> errors) {

    /** A query parameter. */
    public record Parameter(String name, ObjectNode schema) {}

    /**
     * What is sent under one media type.
     *
     * @param example as it is sent
     */
    public record Content(String mediaType, ObjectNode schema, String example) {}

    /**
     * An answer.
     *
     * @param shape what it holds; null for nothing
     */
    public record Reply(
            int status, String description, @Nullable Shape shape) {}

    /** What an answer holds. */
    public sealed interface Shape {}

    /** A record as JSON. */
    public record Json(Class<? extends Record> type) implements Shape {}

    /** One of some records as JSON, which the request decides. */
    public record EitherJson(List<Class<? extends Record>> types) implements Shape {
        public EitherJson {
            types = List.copyOf(types);
        }
    }

    /** Something of that media type and schema. */
    public record Other(String mediaType, ObjectNode schema) implements Shape {}

    public Operation {
        requireNonNull(method, "method is null");
        requireNonNull(path, "path is null");
        requireNonNull(id, "id is null");
        requireNonNull(tag, "tag is null");
        requireNonNull(summary, "summary is null");
        query = List.copyOf(query);
        bodies = List.copyOf(bodies);
        replies = List.copyOf(replies);
        errors = List.copyOf(errors);
    }

    /** Method and path have to be those of a route. */
    public static Operation of(String method, String path, String id, String tag, String summary) {
        return new Operation(method, path, id, tag, summary, List.of(), List.of(), List.of(), List.of());
    }

    /** Takes this query parameter as well. */
    public Operation query(String name, ObjectNode schema) {
        return new Operation(
                method, path, id, tag, summary, and(query, new Parameter(name, schema)), bodies, replies, errors);
    }

    /** Takes a body of JSON. */
    public Operation body(ObjectNode schema, String example) {
        return body("application/json", schema, example);
    }

    /** Takes a body of this media type, beside those already named. */
    public Operation body(String mediaType, ObjectNode schema, String example) {
        return new Operation(
                method,
                path,
                id,
                tag,
                summary,
                query,
                and(bodies, new Content(mediaType, schema, example)),
                replies,
                errors);
    }

    /** Answers with a record as JSON. */
    public Operation answers(int status, String description, Class<? extends Record> type) {
        return answers(new Reply(status, description, new Json(type)));
    }

    /** Answers. */
    public Operation answers(Reply reply) {
        return new Operation(method, path, id, tag, summary, query, bodies, and(replies, reply), errors);
    }

    /** May answer with these codes. */
    public Operation fails(ErrorCode... codes) {
        List<ErrorCode> all = new ArrayList<>(errors);
        all.addAll(Arrays.asList(codes));
        return new Operation(method, path, id, tag, summary, query, bodies, replies, all);
    }

    String key() {
        return method + " " + path;
    }

    private static <T> List<T> and(List<T> before, T last) {
        List<T> all = new ArrayList<>(before);
        all.add(last);
        return all;
    }
}
