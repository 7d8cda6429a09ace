package dev.freshet.schemas.registry;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.jspecify.annotations.Nullable;

/**
 * What a schema registry knows, as a state machine in memory: ids, subjects, versions and compatibility levels.
 *
 * <ul>
 *   <li>Deciding and changing are apart: {@link #plan} says what a registration would add, {@link #apply} adds it. Someone who keeps the
 *       changes in a log writes between the two, and gets the same state by applying the log in order.
 *   <li>A schema's identity is its text after parsing and printing, so that blanks and the order of attributes do not matter. One
 *       identity has one id in all subjects. Ids and versions only grow and are never given twice.
 *   <li>A new schema under a subject is checked by Avro's own rules against the earlier ones, by default {@link
 *       CompatibilityLevel#BACKWARD}.
 *   <li>Refusals are {@link SchemaRefusedException} with Confluent's codes.
 * </ul>
 *
 * <p>Thread-safe: every method sees and leaves a consistent state. Two threads that plan at once may plan the same id; let one writer plan
 * and apply.
 */
public final class SchemaStore {
    public static final int SUBJECT_NOT_FOUND = 40401;
    public static final int VERSION_NOT_FOUND = 40402;
    public static final int SCHEMA_NOT_FOUND = 40403;
    public static final int INCOMPATIBLE_SCHEMA = 409;
    public static final int INVALID_SCHEMA = 42201;
    public static final int INVALID_VERSION = 42202;
    public static final int INVALID_COMPATIBILITY_LEVEL = 42203;

    private final NavigableMap<String, NavigableMap<Integer, Registration>> subjects = new TreeMap<>();
    private final Map<Integer, String> textById = new HashMap<>();
    private final Map<String, Integer> idByText = new HashMap<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private CompatibilityLevel defaultLevel = CompatibilityLevel.BACKWARD;
    private int highestId;

    /**
     * One version of a subject.
     *
     * @param version counts from 1 within the subject
     * @param id counts from 1 over all subjects
     * @param schema the schema's text
     * @param deleted softly deleted: the id still resolves, the version is no longer listed
     */
    public record Registration(String subject, int version, int id, String schema, boolean deleted) {
        public Registration {
            requireNonNull(subject, "subject is null");
            requireNonNull(schema, "schema is null");
            if (version < 1) {
                throw new IllegalArgumentException("version is " + version + ", below 1");
            }
            if (id < 0) {
                throw new IllegalArgumentException("id is " + id + ", below 0");
            }
        }
    }

    /** The outcome of planning a registration. */
    public sealed interface Plan {
        Registration registration();

        /** The schema is there already: nothing to do. */
        record Found(Registration registration) implements Plan {}

        /** To be applied (after it was made durable, if it is to be). */
        record Added(Registration registration) implements Plan {}
    }

    /**
     * Parses a schema as leniently as those who wrote it may have been.
     *
     * @throws SchemaRefusedException with code 42201 when it is no Avro schema
     */
    public static Schema parse(String text) {
        try {
            return new Schema.Parser(NameValidator.NO_VALIDATION)
                    .setValidateDefaults(false)
                    .parse(text);
        } catch (AvroRuntimeException e) {
            throw new SchemaRefusedException(INVALID_SCHEMA, "Invalid Avro schema: " + e.getMessage());
        }
    }

    /**
     * What registering this schema would add.
     *
     * @throws SchemaRefusedException invalid (42201) or incompatible (409) with the subject's earlier schemas
     */
    public synchronized Plan plan(String subject, String schemaText) {
        requireSubject(subject);
        Schema schema = parse(schemaText);
        String text = schema.toString();
        Optional<Registration> present = lookup(subject, text);
        if (present.isPresent()) {
            return new Plan.Found(present.get());
        }
        List<String> problems = incompatibilities(subject, schema);
        if (!problems.isEmpty()) {
            throw new SchemaRefusedException(
                    INCOMPATIBLE_SCHEMA,
                    "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                            + "\" (compatibility level " + compatibility(subject) + "): "
                            + String.join("; ", problems));
        }
        NavigableMap<Integer, Registration> versions = subjects.getOrDefault(subject, new TreeMap<>());
        int version = versions.isEmpty() ? 1 : versions.lastKey() + 1;
        int id = idByText.getOrDefault(text, highestId + 1);
        return new Plan.Added(new Registration(subject, version, id, text, false));
    }

    /** Adds or replaces a version, as a plan or a log says. Applying the same registration again changes nothing. */
    public synchronized void apply(Registration registration) {
        subjects.computeIfAbsent(registration.subject(), subject -> new TreeMap<>())
                .put(registration.version(), registration);
        textById.putIfAbsent(registration.id(), registration.schema());
        idByText.putIfAbsent(identity(registration.schema()), registration.id());
        highestId = Math.max(highestId, registration.id());
    }

    /** Forgets a version for good; its id still resolves. A version that is not there is no error. */
    public synchronized void remove(String subject, int version) {
        NavigableMap<Integer, Registration> versions = subjects.get(subject);
        if (versions != null) {
            versions.remove(version);
            if (versions.isEmpty()) {
                subjects.remove(subject);
            }
        }
    }

    /** Softly deletes a subject's versions up to and including this one, as Confluent's log does with one record. */
    public synchronized void markDeleted(String subject, int upToVersion) {
        NavigableMap<Integer, Registration> versions = subjects.get(subject);
        if (versions != null) {
            versions.headMap(upToVersion, true)
                    .replaceAll((version, r) -> new Registration(subject, version, r.id(), r.schema(), true));
        }
    }

    /** Sets a subject's level, or with null the default one. */
    public synchronized void setCompatibility(@Nullable String subject, CompatibilityLevel level) {
        if (subject == null) {
            defaultLevel = level;
        } else {
            levels.put(subject, level);
        }
    }

    /** Takes a subject's own level away (with null: puts the default back to BACKWARD). */
    public synchronized void clearCompatibility(@Nullable String subject) {
        if (subject == null) {
            defaultLevel = CompatibilityLevel.BACKWARD;
        } else {
            levels.remove(subject);
        }
    }

    /** The level that holds for a subject. */
    public synchronized CompatibilityLevel compatibility(String subject) {
        return levels.getOrDefault(subject, defaultLevel);
    }

    /** The level that was set for this very subject. */
    public synchronized Optional<CompatibilityLevel> ownCompatibility(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    public synchronized CompatibilityLevel defaultCompatibility() {
        return defaultLevel;
    }

    /** Names of the subjects that have a live version, sorted. */
    public synchronized List<String> subjects() {
        return subjects.keySet().stream()
                .filter(subject -> !live(subject).isEmpty())
                .toList();
    }

    /**
     * The live versions of a subject, ascending and never empty.
     *
     * @throws SchemaRefusedException with code 40401 when there is none
     */
    public synchronized List<Registration> versions(String subject) {
        List<Registration> live = live(subject);
        if (live.isEmpty()) {
            throw new SchemaRefusedException(SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.");
        }
        return live;
    }

    /** The newest live version of a subject; fails like {@link #versions}. */
    public synchronized Registration latest(String subject) {
        List<Registration> versions = versions(subject);
        return versions.get(versions.size() - 1);
    }

    /**
     * One live version of a subject.
     *
     * @throws SchemaRefusedException subject (40401) or version (40402) not found
     */
    public synchronized Registration version(String subject, int version) {
        return versions(subject).stream()
                .filter(registration -> registration.version() == version)
                .findFirst()
                .orElseThrow(() -> new SchemaRefusedException(VERSION_NOT_FOUND, "Version " + version + " not found."));
    }

    /**
     * Where a subject holds this schema.
     *
     * @throws SchemaRefusedException no schema (42201), subject not found (40401), schema not found in it (40403)
     */
    public synchronized Registration find(String subject, String schemaText) {
        String text = parse(schemaText).toString();
        versions(subject);
        return lookup(subject, text)
                .orElseThrow(() ->
                        new SchemaRefusedException(SCHEMA_NOT_FOUND, "Schema not found in subject '" + subject + "'"));
    }

    /**
     * The text of the schema with this id.
     *
     * @throws SchemaRefusedException with code 40403 when there is none
     */
    public synchronized String schemaText(int id) {
        String text = textById.get(id);
        if (text == null) {
            throw new SchemaRefusedException(SCHEMA_NOT_FOUND, "Schema " + id + " not found");
        }
        return text;
    }

    /** All live versions that have this id, sorted by subject. */
    public synchronized List<Registration> versionsOf(int id) {
        return subjects.keySet().stream()
                .flatMap(subject -> live(subject).stream())
                .filter(registration -> registration.id() == id)
                .toList();
    }

    /** Why this schema may not follow the subject's earlier ones; empty when it may. */
    public synchronized List<String> incompatibilities(String subject, Schema schema) {
        CompatibilityLevel level = compatibility(subject);
        List<Registration> earlier = live(subject);
        if (!level.transitive() && !earlier.isEmpty()) {
            earlier = earlier.subList(earlier.size() - 1, earlier.size());
        }
        List<String> problems = new ArrayList<>();
        for (Registration registration : earlier) {
            problems.addAll(incompatibilities(level, schema, registration));
        }
        return problems;
    }

    /** Why this schema may not stand beside one given version under this level; empty when it may. */
    public static List<String> incompatibilities(CompatibilityLevel level, Schema schema, Registration registration) {
        Schema earlier = parse(registration.schema());
        List<String> problems = new ArrayList<>();
        if (level.backward()) {
            problems.addAll(
                    unreadable(schema, earlier, "the new schema cannot read version " + registration.version()));
        }
        if (level.forward()) {
            problems.addAll(
                    unreadable(earlier, schema, "version " + registration.version() + " cannot read the new schema"));
        }
        return problems;
    }

    private static List<String> unreadable(Schema reader, Schema writer, String what) {
        SchemaCompatibility.SchemaCompatibilityResult result = SchemaCompatibility.checkReaderWriterCompatibility(
                        reader, writer)
                .getResult();
        if (result.getCompatibility() != SchemaCompatibilityType.INCOMPATIBLE) {
            return List.of();
        }
        List<String> problems = new ArrayList<>();
        for (Incompatibility incompatibility : result.getIncompatibilities()) {
            problems.add(what + ": " + incompatibility.getType() + " at " + incompatibility.getLocation() + " ("
                    + incompatibility.getMessage() + ")");
        }
        return problems;
    }

    private List<Registration> live(String subject) {
        return subjects.getOrDefault(subject, new TreeMap<>()).values().stream()
                .filter(registration -> !registration.deleted())
                .toList();
    }

    private Optional<Registration> lookup(String subject, String text) {
        Integer id = idByText.get(text);
        return id == null
                ? Optional.empty()
                : live(subject).stream()
                        .filter(registration -> registration.id() == id)
                        .findFirst();
    }

    private static String identity(String schemaText) {
        try {
            return parse(schemaText).toString();
        } catch (SchemaRefusedException e) {
            // A log may hold what is not Avro (Protobuf, JSON Schema): keep the id, never match it.
            return schemaText;
        }
    }

    private static void requireSubject(String subject) {
        if (subject.isBlank()) {
            throw new SchemaRefusedException(42208, "The subject is blank");
        }
    }
}
