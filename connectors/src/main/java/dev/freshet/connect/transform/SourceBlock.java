package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.Source;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Where a change came from: what Debezium says in the {@code source} of its events.
 *
 * @param system {@code postgresql}, {@code mysql} or {@code mariadb}
 * @param table {@code schema.table} in Postgres, {@code database.table} in MySQL and MariaDB, which have no schemas
 * @param position the place in the log as the database writes it: {@code 16/B374D848}, {@code mysql-bin.000003:4711}
 * @param order the place as a number. Postgres: the log sequence number. MySQL and MariaDB: the number of the binary log's file in the upper 32 bits (of which the databases use 31, so that it is never
 *     negative) and the offset, up to 2^32 - 1, in the lower ones. All rows of a snapshot have the order of its point in the log; rows of one event share theirs. Within one table a change that the
 *     database made before a truncate has a lower order than it, and one made after it a higher one, because a truncate waits for all that write to the table and locks them out
 * @param timestamp when the database made the change; null if it is not said
 * @param source what Debezium calls the source: the connector's {@code topic.prefix}; may be empty
 * @param follows a place in the log, as a number like {@code order}, that only grows in the order in which changes are told: everything that was committed up to there has been told before. Postgres
 *     tells transactions in the order in which they were committed, so that a change may have a lower order than others that were told before it: then it is where the transaction before was
 *     committed, and not known until the connector has seen one be. In the binary log the order is that of the commits
 */
record SourceBlock(
        String system,
        String database,
        String table,
        @Nullable String position,
        @Nullable Long order,
        @Nullable Instant timestamp,
        String source,
        @Nullable Long follows) {
    private static final Map<String, Function<Struct, SourceBlock>> READERS = Map.of(
            "postgresql", SourceBlock::postgres,
            "mysql", SourceBlock::binaryLog,
            "mariadb", SourceBlock::binaryLog);

    private static final long OFFSET_MAX = 0xffff_ffffL;
    /** What Debezium says of Postgres: where the last transaction was committed, and the change's own place, as texts. */
    private static final Pattern SEQUENCE = Pattern.compile("^\\[\"(\\d{1,18})\"");

    private static final Pattern LOG_NUMBER = Pattern.compile("\\.(\\d{1,10})$");

    SourceBlock {
        requireNonNull(system, "system is null");
        requireNonNull(database, "database is null");
        requireNonNull(table, "table is null");
        requireNonNull(source, "source is null");
        if (order != null && order < 0) {
            throw new IllegalArgumentException("order is " + order + ", must not be negative");
        }
    }

    /** Throws {@link DataException} if it is of a connector that is not known here. */
    static SourceBlock read(Struct source) {
        String connector = text(source, "connector");
        Function<Struct, SourceBlock> reader = READERS.get(connector);
        if (reader == null) {
            throw new DataException("the change comes from a connector '" + connector + "', must be one of "
                    + String.join(", ", READERS.keySet().stream().sorted().toList()));
        }
        return reader.apply(source);
    }

    Source toRecord() {
        return new Source(system, database, table, position, order, timestamp);
    }

    private static SourceBlock postgres(Struct source) {
        Long lsn = number(source, "lsn");
        return new SourceBlock(
                text(source, "connector"),
                text(source, "db"),
                text(source, "schema") + "." + text(source, "table"),
                lsn == null ? null : String.format(Locale.ROOT, "%X/%X", lsn >>> 32, lsn & OFFSET_MAX),
                lsn,
                timestamp(source),
                text(source, "name"),
                committed(text(source, "sequence")));
    }

    private static SourceBlock binaryLog(Struct source) {
        String database = text(source, "db");
        String file = text(source, "file");
        Long offset = number(source, "pos");
        boolean known = !file.isEmpty() && offset != null;
        Long order = offset == null ? null : order(file, offset);
        return new SourceBlock(
                text(source, "connector"),
                database,
                database + "." + text(source, "table"),
                known ? file + ":" + offset : null,
                order,
                timestamp(source),
                text(source, "name"),
                order);
    }

    private static @Nullable Long committed(String sequence) {
        Matcher first = SEQUENCE.matcher(sequence);
        return first.find() ? Long.valueOf(first.group(1)) : null;
    }

    /** A place in a binary log as a number. Null for a file whose name does not end in a number. */
    static @Nullable Long order(String file, long offset) {
        Matcher number = LOG_NUMBER.matcher(file);
        if (!number.find() || offset < 0) {
            return null;
        }
        long log = Long.parseLong(number.group(1));
        // A transaction may make a file longer than its offsets can say. Its end is then one place.
        return log > Integer.MAX_VALUE ? null : (log << 32) | Math.min(offset, OFFSET_MAX);
    }

    private static @Nullable Instant timestamp(Struct source) {
        Long millis = number(source, "ts_ms");
        // Zero stands for not known, which snapshots of MySQL have.
        return millis == null || millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static String text(Struct source, String name) {
        Object value = value(source, name);
        return value == null ? "" : value.toString();
    }

    private static @Nullable Long number(Struct source, String name) {
        return value(source, name) instanceof Number number ? number.longValue() : null;
    }

    private static @Nullable Object value(Struct source, String name) {
        Field field = source.schema().field(name);
        return field == null ? null : source.getWithoutDefault(name);
    }
}
