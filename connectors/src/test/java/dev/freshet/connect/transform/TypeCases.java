package dev.freshet.connect.transform;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Every type of Postgres, MySQL and MariaDB that Debezium 3.5 sends, with the schemas and values that it documents and its converters make, under the settings that Freshet gives the connectors (decimals precise,
 * times adaptive) and, where a value cannot come otherwise, others.
 */
final class TypeCases {
    private static final String POINT = "0101000000000000000000f03f0000000000000040";
    private static final String POINT_WITH_SRID = "0101000020e6100000000000000000f03f0000000000000040";

    private TypeCases() {}

    static List<TypeCase> postgres() {
        return List.of(
                TypeCase.of("smallint", "-7", SchemaBuilder.int16(), (short) -7, "-7"),
                TypeCase.of("integer", "7", SchemaBuilder.int32(), 7, "7"),
                TypeCase.of(
                        "bigint", "9223372036854775807", SchemaBuilder.int64(), Long.MAX_VALUE, "9223372036854775807"),
                TypeCase.of("serial", "1", SchemaBuilder.int32(), 1, "1"),
                TypeCase.of("oid", "4294967295", SchemaBuilder.int64(), 4_294_967_295L, "4294967295"),
                TypeCase.of("real", "0.1", SchemaBuilder.float32(), 0.1f, "0.1"),
                TypeCase.of("real", "NaN", SchemaBuilder.float32(), Float.NaN, "\"NaN\""),
                TypeCase.of("double precision", "0.1", SchemaBuilder.float64(), 0.1, "0.1"),
                TypeCase.of(
                        "double precision",
                        "-Infinity",
                        SchemaBuilder.float64(),
                        Double.NEGATIVE_INFINITY,
                        "\"-Infinity\""),
                TypeCase.of("numeric(10,2)", "1.50", Decimal.builder(2), new BigDecimal("1.50"), "1.5"),
                TypeCase.of(
                        "numeric(38,20)",
                        "12345678901234567.12345678901234567890",
                        Decimal.builder(20),
                        new BigDecimal("12345678901234567.12345678901234567890"),
                        "12345678901234567.1234567890123456789"),
                TypeCase.of(
                        "numeric(20)",
                        "18446744073709551616",
                        Decimal.builder(0),
                        new BigDecimal("18446744073709551616"),
                        "18446744073709551616"),
                TypeCase.of("numeric", "3.14", variableScale(), variableScale("3.14"), "3.14"),
                TypeCase.of("numeric", "0.1 (decimal.handling.mode=string)", source("NUMERIC"), "0.1", "0.1"),
                TypeCase.of("numeric", "NaN (decimal.handling.mode=string)", source("NUMERIC"), "NAN", "\"NaN\""),
                TypeCase.of(
                        "numeric",
                        "Infinity (decimal.handling.mode=string)",
                        source("NUMERIC"),
                        "POSITIVE_INFINITY",
                        "\"Infinity\""),
                TypeCase.of("money", "$12.34", Decimal.builder(2), new BigDecimal("12.34"), "12.34"),
                TypeCase.of("boolean", "true", SchemaBuilder.bool(), true, "true"),
                TypeCase.of("bit(1)", "1", SchemaBuilder.bool(), true, "true"),
                TypeCase.of("bit(10)", "0000000101", bits("BIT", 10), new byte[] {5}, "\"0000000101\""),
                TypeCase.of("bit varying(10)", "101", bits("VARBIT", 10), new byte[] {5}, "\"101\""),
                TypeCase.of("char(4)", "ab", source("BPCHAR"), "ab  ", "\"ab  \""),
                TypeCase.of("varchar(20)", "ab", source("VARCHAR"), "ab", "\"ab\""),
                TypeCase.of("text", "ab", source("TEXT"), "ab", "\"ab\""),
                TypeCase.of("citext", "Ab", source("CITEXT"), "Ab", "\"Ab\""),
                TypeCase.of(
                        "json", "{\"b\": 1.10}", named(SchemaBuilder.string(), "Json"), "{\"b\": 1.10}", "{\"b\":1.1}"),
                TypeCase.of("jsonb", "[1, null]", named(SchemaBuilder.string(), "Json"), "[1, null]", "[1,null]"),
                TypeCase.of("jsonb", "\"text\"", named(SchemaBuilder.string(), "Json"), "\"text\"", "\"text\""),
                TypeCase.of("xml", "<a/>", named(SchemaBuilder.string(), "Xml"), "<a/>", "\"<a/>\""),
                TypeCase.of(
                        "uuid",
                        "f0e2d4c6-0000-4000-8000-000000000001",
                        named(SchemaBuilder.string(), "Uuid"),
                        "f0e2d4c6-0000-4000-8000-000000000001",
                        "\"f0e2d4c6-0000-4000-8000-000000000001\""),
                TypeCase.of(
                        "enum",
                        "sad",
                        named(SchemaBuilder.string(), "Enum").parameter("allowed", "sad,ok"),
                        "sad",
                        "\"sad\""),
                TypeCase.of(
                        "date", "2024-05-01", time(SchemaBuilder.int32(), "Date"), day(2024, 5, 1), "\"2024-05-01\""),
                TypeCase.of(
                        "date",
                        "0044-03-15 BC",
                        time(SchemaBuilder.int32(), "Date"),
                        day(-43, 3, 15),
                        "\"-0043-03-15\""),
                TypeCase.of(
                        "date",
                        "infinity",
                        time(SchemaBuilder.int32(), "Date"),
                        day(-5_877_611, 6, 21),
                        "\"infinity\""),
                TypeCase.of(
                        "date",
                        "-infinity",
                        time(SchemaBuilder.int32(), "Date"),
                        day(-5_877_611, 6, 22),
                        "\"-infinity\""),
                TypeCase.of("time(3)", "12:30:00.5", time(SchemaBuilder.int32(), "Time"), 45_000_500, "\"12:30:00.5\""),
                TypeCase.of(
                        "time",
                        "12:30:00.000001",
                        time(SchemaBuilder.int64(), "MicroTime"),
                        45_000_000_001L,
                        "\"12:30:00.000001\""),
                TypeCase.of(
                        "time", "24:00:00", time(SchemaBuilder.int64(), "MicroTime"), 86_400_000_000L, "\"24:00:00\""),
                TypeCase.of(
                        "timetz",
                        "12:30:00+02",
                        time(SchemaBuilder.string(), "ZonedTime"),
                        "10:30:00Z",
                        "\"10:30:00Z\""),
                TypeCase.of(
                        "timestamp(3)",
                        "2024-05-01 12:30:00",
                        time(SchemaBuilder.int64(), "Timestamp"),
                        micros("2024-05-01T12:30:00") / 1_000,
                        "\"2024-05-01T12:30:00\""),
                TypeCase.of(
                        "timestamp",
                        "2024-05-01 12:30:00.000001",
                        time(SchemaBuilder.int64(), "MicroTimestamp"),
                        micros("2024-05-01T12:30:00") + 1,
                        "\"2024-05-01T12:30:00.000001\""),
                TypeCase.of(
                        "timestamp",
                        "1969-12-31 23:59:59.999999",
                        time(SchemaBuilder.int64(), "MicroTimestamp"),
                        -1L,
                        "\"1969-12-31T23:59:59.999999\""),
                TypeCase.of(
                        "timestamp",
                        "infinity",
                        time(SchemaBuilder.int64(), "MicroTimestamp"),
                        9_223_372_036_825_200_000L,
                        "\"infinity\""),
                TypeCase.of(
                        "timestamp(3)",
                        "-infinity",
                        time(SchemaBuilder.int64(), "Timestamp"),
                        -9_223_372_036_832_400L,
                        "\"-infinity\""),
                TypeCase.of(
                        "timestamptz",
                        "2024-05-01 12:30:00+02",
                        time(SchemaBuilder.string(), "ZonedTimestamp"),
                        "2024-05-01T10:30:00.000000Z",
                        "\"2024-05-01T10:30:00Z\""),
                TypeCase.of(
                        "timestamptz",
                        "-infinity",
                        time(SchemaBuilder.string(), "ZonedTimestamp"),
                        "-infinity",
                        "\"-infinity\""),
                TypeCase.of(
                        "interval",
                        "1 day 02:03:04.5",
                        time(SchemaBuilder.int64(), "MicroDuration"),
                        93_784_500_000L,
                        "\"PT26H3M4.5S\""),
                TypeCase.of(
                        "interval",
                        "1 mon (interval.handling.mode=string)",
                        time(SchemaBuilder.string(), "Interval"),
                        "P0Y1M0DT0H0M0S",
                        "\"P0Y1M0DT0H0M0S\""),
                TypeCase.of("inet", "10.0.0.1/8", SchemaBuilder.string(), "10.0.0.1/8", "\"10.0.0.1/8\""),
                TypeCase.of("cidr", "10.0.0.0/8", SchemaBuilder.string(), "10.0.0.0/8", "\"10.0.0.0/8\""),
                TypeCase.of(
                        "macaddr",
                        "08:00:2b:01:02:03",
                        SchemaBuilder.string(),
                        "08:00:2b:01:02:03",
                        "\"08:00:2b:01:02:03\""),
                TypeCase.of(
                        "macaddr8",
                        "08:00:2b:01:02:03:04:05",
                        SchemaBuilder.string(),
                        "08:00:2b:01:02:03:04:05",
                        "\"08:00:2b:01:02:03:04:05\""),
                TypeCase.of("int4range", "[1,5)", SchemaBuilder.string(), "[1,5)", "\"[1,5)\""),
                TypeCase.of("int8range", "[1,)", SchemaBuilder.string(), "[1,)", "\"[1,)\""),
                TypeCase.of("numrange", "(1.5,2]", SchemaBuilder.string(), "(1.5,2]", "\"(1.5,2]\""),
                TypeCase.of("tsrange", "empty", SchemaBuilder.string(), "empty", "\"empty\""),
                TypeCase.of(
                        "tstzrange",
                        "[\"2024-05-01 10:00:00+00\",)",
                        SchemaBuilder.string(),
                        "[\"2024-05-01 10:00:00+00\",)",
                        "\"[\\\"2024-05-01 10:00:00+00\\\",)\""),
                TypeCase.of(
                        "daterange",
                        "[2024-05-01,2024-06-01)",
                        SchemaBuilder.string(),
                        "[2024-05-01,2024-06-01)",
                        "\"[2024-05-01,2024-06-01)\""),
                TypeCase.of(
                        "integer[]",
                        "{1,NULL}",
                        SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA),
                        Arrays.asList(1, null),
                        "[1,null]"),
                TypeCase.of(
                        "text[]",
                        "{a,\"b,c\"}",
                        SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA),
                        List.of("a", "b,c"),
                        "[\"a\",\"b,c\"]"),
                TypeCase.of(
                        "numeric(9,2)[]",
                        "{1.50}",
                        SchemaBuilder.array(Decimal.builder(2).optional().build()),
                        List.of(new BigDecimal("1.50")),
                        "[1.5]"),
                TypeCase.of(
                        "date[]",
                        "{2024-05-01}",
                        SchemaBuilder.array(
                                time(SchemaBuilder.int32(), "Date").optional().build()),
                        List.of(day(2024, 5, 1)),
                        "[\"2024-05-01\"]"),
                TypeCase.of(
                        "jsonb[]",
                        "{\"{}\"}",
                        SchemaBuilder.array(
                                named(SchemaBuilder.string(), "Json").optional().build()),
                        List.of("{}"),
                        "[{}]"),
                TypeCase.of("boolean[]", "{}", SchemaBuilder.array(Schema.OPTIONAL_BOOLEAN_SCHEMA), List.of(), "[]"),
                TypeCase.of(
                        "hstore",
                        "a=>1, b=>NULL",
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA),
                        hstore(),
                        "{\"a\":\"1\",\"b\":null}"),
                TypeCase.of(
                        "hstore",
                        "a=>1 (hstore.handling.mode=json)",
                        named(SchemaBuilder.string(), "Json"),
                        "{\"a\":\"1\"}",
                        "{\"a\":\"1\"}"),
                TypeCase.of(
                        "ltree",
                        "Top.Science",
                        named(SchemaBuilder.string(), "Ltree"),
                        "Top.Science",
                        "\"Top.Science\""),
                TypeCase.of("tsvector", "'a':1", named(SchemaBuilder.string(), "Tsvector"), "'a':1", "\"'a':1\""),
                TypeCase.of(
                        "vector(2)",
                        "[0.5,1]",
                        named(SchemaBuilder.array(Schema.FLOAT64_SCHEMA), "DoubleVector"),
                        List.of(0.5, 1.0),
                        "[0.5,1.0]"),
                TypeCase.of(
                        "halfvec(2)",
                        "[0.1,1]",
                        named(SchemaBuilder.array(Schema.FLOAT32_SCHEMA), "FloatVector"),
                        List.of(0.1f, 1f),
                        "[0.1,1.0]"),
                TypeCase.of(
                        "sparsevec(5)",
                        "{1:0.5}/5",
                        sparse(),
                        sparseValue(),
                        "{\"dimensions\":5,\"vector\":{\"1\":0.5}}"),
                TypeCase.of(
                        "point", "(1,2)", point(), pointValue(null), "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}"),
                TypeCase.of(
                        "geometry",
                        "POINT(1 2)",
                        geometry("Geometry"),
                        geometryValue("Geometry", POINT, null),
                        "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}"),
                TypeCase.of(
                        "geography",
                        "SRID=4326;POINT(1 2)",
                        geometry("Geography"),
                        geometryValue("Geography", POINT_WITH_SRID, 4326),
                        "{\"type\":\"Point\",\"coordinates\":[1.0,2.0],\"srid\":4326}"),
                TypeCase.leftOut("bytea", "\\x0102", SchemaBuilder.bytes(), ByteBuffer.wrap(new byte[] {1, 2})),
                TypeCase.leftOut(
                        "bytea[]",
                        "{\"\\\\x01\"}",
                        SchemaBuilder.array(Schema.OPTIONAL_BYTES_SCHEMA),
                        List.of(ByteBuffer.wrap(new byte[] {1}))),
                TypeCase.of(
                        "domain over integer",
                        "7",
                        SchemaBuilder.int32().parameter("__debezium.source.column.type", "POSITIVE"),
                        7,
                        "7"),
                TypeCase.of("any", "NULL", SchemaBuilder.int32(), null, "null"));
    }

    static List<TypeCase> mysql() {
        return List.of(
                TypeCase.of(
                        "tinyint(1), boolean", "1 (TinyIntOneToBooleanConverter)", SchemaBuilder.bool(), true, "true"),
                TypeCase.of("tinyint(1), boolean", "1", SchemaBuilder.int16(), (short) 1, "1"),
                TypeCase.of("tinyint", "-128", SchemaBuilder.int16(), (short) -128, "-128"),
                TypeCase.of("tinyint unsigned", "255", SchemaBuilder.int16(), (short) 255, "255"),
                TypeCase.of("smallint unsigned", "65535", SchemaBuilder.int32(), 65_535, "65535"),
                TypeCase.of("mediumint unsigned", "16777215", SchemaBuilder.int32(), 16_777_215, "16777215"),
                TypeCase.of("int", "-7", SchemaBuilder.int32(), -7, "-7"),
                TypeCase.of("int unsigned", "4294967295", SchemaBuilder.int64(), 4_294_967_295L, "4294967295"),
                TypeCase.of(
                        "bigint",
                        "-9223372036854775808",
                        SchemaBuilder.int64(),
                        Long.MIN_VALUE,
                        "-9223372036854775808"),
                TypeCase.of(
                        "bigint unsigned",
                        "7 (bigint.unsigned.handling.mode=precise)",
                        Decimal.builder(0),
                        new BigDecimal("7"),
                        "7"),
                TypeCase.of(
                        "bigint unsigned",
                        "18446744073709551615 (bigint.unsigned.handling.mode=precise)",
                        Decimal.builder(0),
                        new BigDecimal("18446744073709551615"),
                        "18446744073709551615"),
                TypeCase.of("float", "0.1", SchemaBuilder.float32(), 0.1f, "0.1"),
                TypeCase.of("double", "1e-5", SchemaBuilder.float64(), 1e-5, "1.0E-5"),
                TypeCase.of("decimal(10,2)", "5.00", Decimal.builder(2), new BigDecimal("5.00"), "5.0"),
                TypeCase.of(
                        "decimal(65,30)",
                        "0.000000000000000000000000000001",
                        Decimal.builder(30),
                        new BigDecimal("0.000000000000000000000000000001"),
                        "1E-30"),
                TypeCase.of("bit(1)", "b'1'", SchemaBuilder.bool(), true, "true"),
                TypeCase.of("bit(10)", "b'0100000001'", bits("BIT", 10), new byte[] {1, 1}, "\"0100000001\""),
                TypeCase.of("char(4), varchar(20)", "ab", source("VARCHAR"), "ab", "\"ab\""),
                TypeCase.of("tinytext, text, mediumtext, longtext", "ab", source("LONGTEXT"), "ab", "\"ab\""),
                TypeCase.of(
                        "json",
                        "{\"a\": [true]}",
                        named(SchemaBuilder.string(), "Json"),
                        "{\"a\":[true]}",
                        "{\"a\":[true]}"),
                TypeCase.of(
                        "json (MariaDB: an alias of longtext)",
                        "{\"a\": 1}",
                        source("LONGTEXT"),
                        "{\"a\": 1}",
                        "\"{\\\"a\\\": 1}\""),
                TypeCase.of(
                        "enum('a','b')",
                        "a",
                        named(SchemaBuilder.string(), "Enum").parameter("allowed", "a,b"),
                        "a",
                        "\"a\""),
                TypeCase.of(
                        "set('a','b')",
                        "a,b",
                        named(SchemaBuilder.string(), "EnumSet").parameter("allowed", "a,b"),
                        "a,b",
                        "[\"a\",\"b\"]"),
                TypeCase.of(
                        "set('a','b')",
                        "(empty)",
                        named(SchemaBuilder.string(), "EnumSet").parameter("allowed", "a,b"),
                        "",
                        "[]"),
                TypeCase.of(
                        "date", "2024-05-01", time(SchemaBuilder.int32(), "Date"), day(2024, 5, 1), "\"2024-05-01\""),
                TypeCase.of("date", "0000-00-00", time(SchemaBuilder.int32(), "Date"), null, "null"),
                TypeCase.of(
                        "datetime",
                        "2024-05-01 12:30:00",
                        time(SchemaBuilder.int64(), "Timestamp"),
                        micros("2024-05-01T12:30:00") / 1_000,
                        "\"2024-05-01T12:30:00\""),
                TypeCase.of(
                        "datetime(6)",
                        "2024-05-01 12:30:00.5",
                        time(SchemaBuilder.int64(), "MicroTimestamp"),
                        micros("2024-05-01T12:30:00") + 500_000,
                        "\"2024-05-01T12:30:00.5\""),
                TypeCase.of("datetime", "0000-00-00 00:00:00", time(SchemaBuilder.int64(), "Timestamp"), null, "null"),
                TypeCase.of(
                        "timestamp",
                        "2024-05-01 12:30:00 (time zone +02:00)",
                        time(SchemaBuilder.string(), "ZonedTimestamp"),
                        "2024-05-01T10:30:00Z",
                        "\"2024-05-01T10:30:00Z\""),
                TypeCase.of(
                        "time", "12:30:00", time(SchemaBuilder.int64(), "MicroTime"), 45_000_000_000L, "\"12:30:00\""),
                TypeCase.of(
                        "time(6)",
                        "-838:59:59.5",
                        time(SchemaBuilder.int64(), "MicroTime"),
                        -3_020_399_500_000L,
                        "\"-838:59:59.5\""),
                TypeCase.of("year", "2024", time(SchemaBuilder.int32(), "Year"), 2024, "2024"),
                TypeCase.of(
                        "uuid (MariaDB)",
                        "f0e2d4c6-0000-4000-8000-000000000001",
                        SchemaBuilder.string(),
                        "f0e2d4c6-0000-4000-8000-000000000001",
                        "\"f0e2d4c6-0000-4000-8000-000000000001\""),
                TypeCase.of("inet4, inet6 (MariaDB)", "::1", SchemaBuilder.string(), "::1", "\"::1\""),
                TypeCase.of(
                        "vector(2)",
                        "[0.1,1]",
                        named(SchemaBuilder.array(Schema.FLOAT32_SCHEMA), "FloatVector"),
                        List.of(0.1f, 1f),
                        "[0.1,1.0]"),
                TypeCase.of(
                        "point",
                        "POINT(1 2)",
                        point(),
                        pointValue(POINT),
                        "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}"),
                TypeCase.of(
                        "geometry, linestring, polygon, …",
                        "POINT(1 2)",
                        geometry("Geometry"),
                        geometryValue("Geometry", POINT, null),
                        "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}"),
                TypeCase.leftOut("binary, varbinary", "x'01'", SchemaBuilder.bytes(), new byte[] {1}),
                TypeCase.leftOut(
                        "tinyblob, blob, mediumblob, longblob",
                        "x'01'",
                        SchemaBuilder.bytes(),
                        ByteBuffer.wrap(new byte[] {1})),
                TypeCase.of("any", "NULL", SchemaBuilder.string(), null, "null"));
    }

    /** What the connectors send with {@code time.precision.mode=connect} or other settings than Freshet's. */
    static List<TypeCase> otherSettings() {
        return List.of(
                TypeCase.of(
                        "date",
                        "2024-05-01",
                        org.apache.kafka.connect.data.Date.builder(),
                        date(86_400_000L * day(2024, 5, 1)),
                        "\"2024-05-01\""),
                TypeCase.of(
                        "time",
                        "12:30:00.5",
                        org.apache.kafka.connect.data.Time.builder(),
                        date(45_000_500L),
                        "\"12:30:00.5\""),
                TypeCase.of(
                        "timestamp",
                        "2024-05-01 12:30:00",
                        org.apache.kafka.connect.data.Timestamp.builder(),
                        date(micros("2024-05-01T12:30:00") / 1_000),
                        "\"2024-05-01T12:30:00\""),
                TypeCase.of(
                        "time",
                        "nanoseconds",
                        time(SchemaBuilder.int64(), "NanoTime"),
                        45_000_000_000_001L,
                        "\"12:30:00.000000001\""),
                TypeCase.of(
                        "timestamp",
                        "nanoseconds",
                        time(SchemaBuilder.int64(), "NanoTimestamp"),
                        micros("2024-05-01T12:30:00") * 1_000 + 1,
                        "\"2024-05-01T12:30:00.000000001\""),
                TypeCase.of(
                        "timestamp",
                        "infinity in nanoseconds",
                        time(SchemaBuilder.int64(), "NanoTimestamp"),
                        Long.MAX_VALUE,
                        "\"infinity\""),
                TypeCase.of(
                        "interval",
                        "nanoseconds",
                        time(SchemaBuilder.int64(), "NanoDuration"),
                        1_500_000_000L,
                        "\"PT1.5S\""),
                TypeCase.of(
                        "timetz",
                        "24:00:00+00",
                        time(SchemaBuilder.string(), "ZonedTime"),
                        "24:00:00Z",
                        "\"24:00:00Z\""),
                TypeCase.of("numeric", "decimal.handling.mode=double", SchemaBuilder.float64(), 1.5, "1.5"),
                TypeCase.of(
                        "numeric",
                        "longer than JSON reads",
                        Decimal.builder(0),
                        new BigDecimal("9".repeat(1000)),
                        "\"" + "9".repeat(1000) + "\""),
                TypeCase.of(
                        "jsonb",
                        "deeper than JSON is read",
                        named(SchemaBuilder.string(), "Json"),
                        "[".repeat(999) + "]".repeat(999),
                        "\"" + "[".repeat(999) + "]".repeat(999) + "\""),
                TypeCase.of(
                        "numeric[]",
                        "decimal.handling.mode=string",
                        SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA)
                                .parameter("__debezium.source.column.type", "_NUMERIC"),
                        Arrays.asList("1.50", null, "NAN"),
                        "[1.5,null,\"NaN\"]"),
                TypeCase.of("money", "decimal.handling.mode=string", source("MONEY"), "$12.34", "\"$12.34\""));
    }

    private static SchemaBuilder named(SchemaBuilder schema, String name) {
        return schema.name("io.debezium.data." + name).version(1);
    }

    private static SchemaBuilder time(SchemaBuilder schema, String name) {
        return schema.name("io.debezium.time." + name).version(1);
    }

    private static SchemaBuilder source(String type) {
        return SchemaBuilder.string().parameter("__debezium.source.column.type", type);
    }

    private static SchemaBuilder bits(String type, int length) {
        return named(SchemaBuilder.bytes(), "Bits")
                .parameter("length", Integer.toString(length))
                .parameter("__debezium.source.column.type", type);
    }

    private static SchemaBuilder variableScale() {
        return named(SchemaBuilder.struct(), "VariableScaleDecimal")
                .field("scale", Schema.INT32_SCHEMA)
                .field("value", Schema.BYTES_SCHEMA);
    }

    private static Struct variableScale(String number) {
        BigDecimal decimal = new BigDecimal(number);
        return new Struct(variableScale().optional().build())
                .put("scale", decimal.scale())
                .put("value", decimal.unscaledValue().toByteArray());
    }

    private static SchemaBuilder sparse() {
        return named(SchemaBuilder.struct(), "SparseDoubleVector")
                .field("dimensions", Schema.INT16_SCHEMA)
                .field(
                        "vector",
                        SchemaBuilder.map(Schema.INT16_SCHEMA, Schema.FLOAT64_SCHEMA)
                                .build());
    }

    private static Struct sparseValue() {
        return new Struct(sparse().optional().build())
                .put("dimensions", (short) 5)
                .put("vector", Map.of((short) 1, 0.5));
    }

    private static SchemaBuilder point() {
        return named(SchemaBuilder.struct(), "geometry.Point")
                .field("x", Schema.FLOAT64_SCHEMA)
                .field("y", Schema.FLOAT64_SCHEMA)
                .field("wkb", Schema.OPTIONAL_BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA);
    }

    private static Struct pointValue(@Nullable String wkb) {
        return new Struct(point().optional().build())
                .put("x", 1.0)
                .put("y", 2.0)
                .put("wkb", wkb == null ? null : HexFormat.of().parseHex(wkb));
    }

    private static SchemaBuilder geometry(String name) {
        return named(SchemaBuilder.struct(), "geometry." + name)
                .field("wkb", Schema.BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA);
    }

    private static Struct geometryValue(String name, String wkb, @Nullable Integer srid) {
        return new Struct(geometry(name).optional().build())
                .put("wkb", HexFormat.of().parseHex(wkb))
                .put("srid", srid);
    }

    private static Map<String, String> hstore() {
        Map<String, String> map = new TreeMap<>(Map.of("a", "1"));
        map.put("b", null);
        return Collections.unmodifiableMap(map);
    }

    private static Date date(long millis) {
        return Date.from(Instant.ofEpochMilli(millis));
    }

    private static int day(int year, int month, int day) {
        return Math.toIntExact(LocalDate.of(year, month, day).toEpochDay());
    }

    private static long micros(String timestamp) {
        return LocalDateTime.parse(timestamp).toEpochSecond(ZoneOffset.UTC) * 1_000_000;
    }
}
