package dev.freshet.schemas.serde;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro which record classes it may load. Since 1.12.2 Avro loads no class by a name found in a schema unless the program has said
 * that it trusts it; generated builders and readers fail with a {@link SecurityException} until then.
 *
 * <p>The serdes of this package do it for the classes that they are given. Call it for a class whose builder is used before any serde.
 */
public final class TrustedRecords {
    private TrustedRecords() {}

    /**
     * Trusts a record class and the records, enums and fixed types inside its schema, by exact name. What was trusted before stays
     * trusted; no package is trusted as a whole. Thread-safe, may be repeated.
     */
    public static void trust(Class<? extends SpecificRecord> type) {
        // INVARIANT: the names come from the class that the program itself named, never from a schema that was read.
        Set<String> names = new HashSet<>();
        collect(SpecificData.getForClass(type).getSchema(type), names);
        synchronized (TrustedRecords.class) {
            ClassSecurityValidator.ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
            if (before.isTrusted(type)) {
                return;
            }
            ClassSecurityValidator.Builder added = ClassSecurityValidator.builder();
            names.forEach(added::add);
            ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(before, added.build()));
        }
    }

    private static void collect(Schema schema, Set<String> names) {
        switch (schema.getType()) {
            case RECORD -> {
                if (names.add(SpecificData.getClassName(schema))) {
                    schema.getFields().forEach(field -> collect(field.schema(), names));
                }
            }
            case ENUM, FIXED -> names.add(SpecificData.getClassName(schema));
            case UNION -> schema.getTypes().forEach(branch -> collect(branch, names));
            case ARRAY -> collect(schema.getElementType(), names);
            case MAP -> collect(schema.getValueType(), names);
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }
}
