package dev.freshet.connect.avro;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/** Connect schemas of every kind, with names, versions, docs, parameters and defaults, and values of them. Names are given once, so that no two types share one. */
@SuppressWarnings("JavaUtilDate") // Connect's values are of it.
final class RandomConnectData {
    private static final long DAY_MS = 86_400_000;
    private static final List<Schema> KEYS =
            List.of(Schema.INT32_SCHEMA, Schema.INT64_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA, Schema.BOOLEAN_SCHEMA);

    private final Random random;
    private int names;

    RandomConnectData(Random random) {
        this.random = random;
    }

    /** A struct, or now and then something else. */
    Schema schema() {
        return random.nextInt(4) == 0 ? any(3, true) : struct(3);
    }

    private Schema any(int depth, boolean adorned) {
        int kind = random.nextInt(depth == 0 ? 16 : 21);
        SchemaBuilder builder = switch (kind) {
            case 0 -> SchemaBuilder.int8();
            case 1 -> SchemaBuilder.int16();
            case 2 -> SchemaBuilder.int32();
            case 3 -> SchemaBuilder.int64();
            case 4 -> SchemaBuilder.float32();
            case 5 -> SchemaBuilder.float64();
            case 6 -> SchemaBuilder.bool();
            case 7 -> SchemaBuilder.string();
            case 8 -> SchemaBuilder.bytes();
            case 9 -> Decimal.builder(random.nextInt(20));
            case 10 -> Date.builder();
            case 11 -> Time.builder();
            case 12 -> Timestamp.builder();
            case 13 -> enumeration();
            case 14 -> fixed();
            case 15 -> SchemaBuilder.int64().parameter(AvroProperties.LOGICAL_PARAMETER, "timestamp-micros");
            case 16 -> SchemaBuilder.array(any(depth - 1, true));
            case 17 -> SchemaBuilder.map(Schema.STRING_SCHEMA, any(depth - 1, true));
            case 18 -> SchemaBuilder.map(KEYS.get(random.nextInt(KEYS.size())), any(depth - 1, true));
            case 19 -> union(depth);
            default -> fields(depth);
        };
        boolean union = AvroProperties.UNION.equals(builder.name());
        return adorned && !union ? adorn(builder) : optional(builder).build();
    }

    private Schema struct(int depth) {
        return adorn(fields(depth));
    }

    private SchemaBuilder fields(int depth) {
        SchemaBuilder builder = SchemaBuilder.struct();
        int fields = random.nextInt(6);
        for (int i = 0; i < fields; i++) {
            builder.field("f" + i, any(depth - 1 < 0 ? 0 : depth - 1, true));
        }
        return builder;
    }

    private SchemaBuilder enumeration() {
        String name = name();
        SchemaBuilder builder = SchemaBuilder.string().parameter(AvroProperties.ENUM, name);
        for (int i = 0; i <= random.nextInt(4); i++) {
            builder.parameter(AvroProperties.ENUM + ".S" + i, "S" + i);
        }
        return builder;
    }

    private SchemaBuilder fixed() {
        return SchemaBuilder.bytes()
                .parameter(AvroProperties.FIXED_SIZE, String.valueOf(1 + random.nextInt(20)))
                .parameter(AvroProperties.FIXED_NAME, name());
    }

    /** Members are called what the converter calls them. */
    private SchemaBuilder union(int depth) {
        SchemaBuilder builder = SchemaBuilder.struct().name(AvroProperties.UNION);
        List<Map.Entry<String, Schema>> members = new ArrayList<>();
        members.add(Map.entry("string", Schema.OPTIONAL_STRING_SCHEMA));
        members.add(Map.entry("int", SchemaBuilder.int16().optional().build()));
        members.add(Map.entry("long", Timestamp.builder().optional().build()));
        members.add(Map.entry("double", Schema.OPTIONAL_FLOAT64_SCHEMA));
        members.add(Map.entry(
                "array", SchemaBuilder.array(any(depth - 1, true)).optional().build()));
        members.add(Map.entry(
                "map",
                SchemaBuilder.map(Schema.STRING_SCHEMA, any(depth - 1, true))
                        .optional()
                        .build()));
        String name = name();
        members.add(Map.entry(
                name.substring(name.lastIndexOf('.') + 1),
                fields(depth - 1).name(name).optional().build()));
        Collections.shuffle(members, random);
        members.subList(0, 2 + random.nextInt(members.size() - 1))
                .forEach(member -> builder.field(member.getKey(), member.getValue()));
        return builder;
    }

    private SchemaBuilder optional(SchemaBuilder builder) {
        return random.nextInt(3) == 0 ? builder.optional() : builder;
    }

    private Schema adorn(SchemaBuilder builder) {
        if (random.nextInt(4) == 0) {
            builder.doc("doc of " + text());
        }
        if (builder.name() == null && random.nextInt(3) == 0) {
            builder.name(name());
            if (random.nextBoolean()) {
                builder.version(random.nextInt(9));
            }
        }
        if (random.nextInt(5) == 0) {
            builder.parameter("p" + random.nextInt(3), text());
        }
        optional(builder);
        if (random.nextInt(3) == 0 && !holdsStructs(builder)) {
            builder.defaultValue(value(builder.build(), true));
        }
        return builder.build();
    }

    /** The default of a struct is one of the builder, and never equal to another: they have a test of their own. */
    private static boolean holdsStructs(Schema schema) {
        return switch (schema.type()) {
            case STRUCT -> true;
            case ARRAY -> holdsStructs(schema.valueSchema());
            case MAP -> holdsStructs(schema.valueSchema());
            case INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING, BYTES -> false;
        };
    }

    /** A value; null now and then where that is allowed. */
    @Nullable
    Object value(Schema schema) {
        return valueOrNull(schema, false);
    }

    /** @param asDefault without what cannot stand in a default, at any depth: numbers that are not finite */
    private @Nullable Object valueOrNull(Schema schema, boolean asDefault) {
        return schema.isOptional() && random.nextInt(4) == 0 ? null : value(schema, asDefault);
    }

    private Object value(Schema schema, boolean asDefault) {
        String name = schema.name() == null ? "" : schema.name();
        switch (name) {
            case Decimal.LOGICAL_NAME -> {
                int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
                return new BigDecimal(new BigInteger(1 + random.nextInt(90), random).subtract(BigInteger.TEN), scale);
            }
            case Date.LOGICAL_NAME -> {
                return new java.util.Date((random.nextInt(40_000) - 10_000) * DAY_MS);
            }
            case Time.LOGICAL_NAME -> {
                return new java.util.Date(random.nextInt((int) DAY_MS));
            }
            case Timestamp.LOGICAL_NAME -> {
                return new java.util.Date(random.nextLong() >> 16);
            }
            default -> {
                return plain(schema, asDefault);
            }
        }
    }

    private Object plain(Schema schema, boolean asDefault) {
        return switch (schema.type()) {
            case INT8 -> (byte) random.nextInt();
            case INT16 -> (short) random.nextInt();
            case INT32 -> random.nextInt();
            case INT64 -> random.nextLong();
            case FLOAT32 -> asDefault ? (float) random.nextGaussian() : Float.intBitsToFloat(random.nextInt());
            case FLOAT64 -> asDefault ? random.nextGaussian() : Double.longBitsToDouble(random.nextLong());
            case BOOLEAN -> random.nextBoolean();
            case STRING -> AvroProperties.parameter(schema, AvroProperties.ENUM) == null ? text() : "S0";
            case BYTES -> bytes(schema);
            case ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(valueOrNull(schema.valueSchema(), asDefault));
                }
                yield elements;
            }
            case MAP -> {
                Map<@Nullable Object, @Nullable Object> entries = new HashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.put(
                            valueOrNull(schema.keySchema(), asDefault), valueOrNull(schema.valueSchema(), asDefault));
                }
                yield entries;
            }
            case STRUCT -> AvroProperties.UNION.equals(schema.name()) ? member(schema) : filled(schema);
        };
    }

    private ByteBuffer bytes(Schema schema) {
        String size = AvroProperties.parameter(schema, AvroProperties.FIXED_SIZE);
        byte[] bytes = new byte[size == null ? random.nextInt(12) : Integer.parseInt(size)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private Struct member(Schema union) {
        Field field = union.fields().get(random.nextInt(union.fields().size()));
        return new Struct(union).put(field, value(field.schema(), false));
    }

    private Struct filled(Schema schema) {
        Struct struct = new Struct(schema);
        schema.fields().forEach(field -> struct.put(field, value(field.schema())));
        return struct;
    }

    private String name() {
        names++;
        return "shop.db" + random.nextInt(3) + ".T" + names;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int point = random.nextBoolean() ? 'a' + random.nextInt(26) : random.nextInt(0x1_1000);
            text.appendCodePoint(Character.isSurrogate((char) point) && point < 0x1_0000 ? 'x' : point);
        }
        return text.toString();
    }
}
