package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A table, and the records that Debezium 3.5 makes of its changes: the envelope, with the source block of each connector. */
record DebeziumTable(String connector, String schema, String name, Map<String, Schema> columns, List<String> key) {
    static final long TIME = 1_714_559_400_000L;
    static final String LOG_FILE = "mysql-bin.000003";
    private static final String SOURCE_PARAMETERS = "__debezium.source.column.";

    DebeziumTable {
        columns = new LinkedHashMap<>(columns);
        key = List.copyOf(key);
    }

    static DebeziumTable postgres(String schema, String name) {
        return new DebeziumTable("postgresql", schema, name, Map.of(), List.of());
    }

    static DebeziumTable mysql(String database, String name) {
        return new DebeziumTable("mysql", database, name, Map.of(), List.of());
    }

    static DebeziumTable mariadb(String database, String name) {
        return new DebeziumTable("mariadb", database, name, Map.of(), List.of());
    }

    DebeziumTable column(String column, Schema type) {
        Map<String, Schema> more = new LinkedHashMap<>(columns);
        more.put(column, type);
        return new DebeziumTable(connector, schema, name, more, key);
    }

    DebeziumTable without(String column) {
        Map<String, Schema> fewer = new LinkedHashMap<>(columns);
        fewer.remove(column);
        return new DebeziumTable(connector, schema, name, fewer, key);
    }

    DebeziumTable key(String... names) {
        return new DebeziumTable(connector, schema, name, columns, List.of(names));
    }

    DebeziumTable keyless() {
        return new DebeziumTable(connector, schema, name, columns, List.of());
    }

    DebeziumTable named(String other) {
        return new DebeziumTable(connector, schema, other, columns, key);
    }

    SourceRecord insert(Map<String, ?> row, long position) {
        return change("c", row, null, row, position);
    }

    SourceRecord read(Map<String, ?> row, long position) {
        return change("r", row, null, row, position);
    }

    SourceRecord update(Map<String, ?> row, long position) {
        return change("u", row, null, row, position);
    }

    SourceRecord delete(Map<String, ?> row, long position) {
        return change("d", row, row, null, position);
    }

    SourceRecord truncate(long position) {
        return change("t", null, null, null, position);
    }

    SourceRecord tombstone(Map<String, ?> row) {
        return record(keySchema(), key(row), null, null);
    }

    /** A message in Postgres' log, which is of no table. */
    SourceRecord message(long position) {
        Schema content = SchemaBuilder.struct()
                .name("io.debezium.connector.postgresql.Message")
                .field("prefix", Schema.OPTIONAL_STRING_SCHEMA)
                .field("content", Schema.OPTIONAL_BYTES_SCHEMA)
                .build();
        Schema value = SchemaBuilder.struct()
                .name("io.debezium.connector.postgresql.MessageValue")
                .field("op", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                .field("source", sourceSchema())
                .field("message", content)
                .build();
        return record(
                null,
                null,
                value,
                new Struct(value)
                        .put("op", "m")
                        .put("source", named("").source(position))
                        .put("message", new Struct(content).put("prefix", "audit")));
    }

    SourceRecord change(
            String operation,
            @Nullable Map<String, ?> keyOf,
            @Nullable Map<String, ?> before,
            @Nullable Map<String, ?> after,
            long position) {
        Schema row = rowSchema();
        Schema envelope = SchemaBuilder.struct()
                .name("shop." + schema + "." + name + ".Envelope")
                .version(2)
                .field("before", row)
                .field("after", row)
                .field("source", sourceSchema())
                .field(
                        "transaction",
                        SchemaBuilder.struct()
                                .name("event.block")
                                .optional()
                                .field("id", Schema.STRING_SCHEMA)
                                .build())
                .field("op", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
        Struct value = new Struct(envelope)
                .put("before", before == null ? null : row(row, before))
                .put("after", after == null ? null : row(row, after))
                .put("source", source(position))
                .put("op", operation)
                .put("ts_ms", TIME + 7);
        if (keyOf == null || key.isEmpty()) {
            return record(null, null, envelope, value);
        }
        return record(keySchema(), key(keyOf), envelope, value);
    }

    SourceRecord record(
            @Nullable Schema keySchema,
            @Nullable Object recordKey,
            @Nullable Schema valueSchema,
            @Nullable Object value) {
        SourceRecord record = new SourceRecord(
                Map.of("server", "shop"),
                Map.of("lsn", 1L),
                "shop." + schema + "." + name,
                null,
                keySchema,
                recordKey,
                valueSchema,
                value);
        record.headers().addString("__debezium.newkey", "secret-key");
        return record;
    }

    /** Without the parameters that tell the type in the database: Debezium gives them to the columns of rows alone. */
    private Schema keySchema() {
        SchemaBuilder builder = SchemaBuilder.struct().name("shop." + schema + "." + name + ".Key");
        key.forEach(column -> builder.field(column, withoutSource(requireNonNull(columns.get(column), column))));
        return builder.build();
    }

    private static Schema withoutSource(Schema column) {
        if (column.parameters() == null
                || column.parameters().keySet().stream().noneMatch(name -> name.startsWith(SOURCE_PARAMETERS))) {
            return column;
        }
        SchemaBuilder builder = SchemaBuilder.type(column.type()).name(column.name());
        column.parameters().forEach((name, value) -> {
            if (!name.startsWith(SOURCE_PARAMETERS)) {
                builder.parameter(name, value);
            }
        });
        return (column.isOptional() ? builder.optional() : builder).build();
    }

    private Schema rowSchema() {
        SchemaBuilder builder = SchemaBuilder.struct().optional().name("shop." + schema + "." + name + ".Value");
        columns.forEach(builder::field);
        return builder.build();
    }

    private Struct key(Map<String, ?> row) {
        Schema keySchema = keySchema();
        Struct struct = new Struct(keySchema);
        key.forEach(column -> struct.put(column, row.get(column)));
        return struct;
    }

    private static Struct row(Schema rowSchema, Map<String, ?> row) {
        Struct struct = new Struct(rowSchema);
        for (Field field : rowSchema.fields()) {
            struct.put(field, row.get(field.name()));
        }
        return struct;
    }

    private boolean isPostgres() {
        return connector.equals("postgresql");
    }

    private Schema sourceSchema() {
        SchemaBuilder builder = SchemaBuilder.struct()
                .name("io.debezium.connector." + connector + ".Source")
                .field("version", Schema.STRING_SCHEMA)
                .field("connector", Schema.STRING_SCHEMA)
                .field("name", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .field(
                        "snapshot",
                        SchemaBuilder.string()
                                .name("io.debezium.data.Enum")
                                .defaultValue("false")
                                .optional()
                                .build())
                .field("db", Schema.STRING_SCHEMA)
                .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
                .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA);
        if (isPostgres()) {
            return builder.field("schema", Schema.STRING_SCHEMA)
                    .field("table", Schema.STRING_SCHEMA)
                    .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
                    .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
                    .field("xmin", Schema.OPTIONAL_INT64_SCHEMA)
                    .build();
        }
        return builder.field("table", Schema.OPTIONAL_STRING_SCHEMA)
                .field("server_id", Schema.INT64_SCHEMA)
                .field("gtid", Schema.OPTIONAL_STRING_SCHEMA)
                .field("file", Schema.STRING_SCHEMA)
                .field("pos", Schema.INT64_SCHEMA)
                .field("row", Schema.INT32_SCHEMA)
                .field("thread", Schema.OPTIONAL_INT64_SCHEMA)
                .field("query", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
    }

    private Struct source(long position) {
        Struct source = new Struct(sourceSchema())
                .put("version", "3.5.0.Final")
                .put("connector", connector)
                .put("name", "shop")
                .put("ts_ms", TIME);
        if (isPostgres()) {
            return source.put("db", "shop")
                    .put("schema", schema)
                    .put("table", name)
                    .put("txId", 700L)
                    .put("lsn", position);
        }
        return source.put("db", schema)
                .put("table", name)
                .put("server_id", 1L)
                .put("file", LOG_FILE)
                .put("pos", position)
                .put("row", 0);
    }
}
