package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceBlockTest {
    private static final Schema POSTGRES = common().field("schema", Schema.STRING_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    private static final Schema MYSQL = common().field("file", Schema.STRING_SCHEMA)
            .field("pos", Schema.INT64_SCHEMA)
            .build();

    @Test
    void shouldReadWhereAChangeOfPostgresCameFrom() {
        assertThat(SourceBlock.read(postgres(0x1_0000_00ffL)))
                .isEqualTo(new SourceBlock(
                        "postgresql",
                        "shop",
                        "public.album",
                        "1/FF",
                        0x1_0000_00ffL,
                        Instant.ofEpochMilli(1_000),
                        "",
                        null));
        assertThat(SourceBlock.read(postgres(null)))
                .isEqualTo(new SourceBlock(
                        "postgresql", "shop", "public.album", null, null, Instant.ofEpochMilli(1_000), "", null));
    }

    @Test
    void shouldOrderPlacesInBinaryLogsAsTheyAreWritten() {
        long before = -1;
        for (Struct source : new Struct[] {
            mysql("mysql-bin.000001", 4),
            mysql("mysql-bin.000001", 4_294_967_295L),
            mysql("mysql-bin.000002", 4),
            mysql("mysql-bin.999999", 157),
            mysql("mysql-bin.1000000", 4),
            mysql("mysql-bin.2147483647", 9_000_000_000L)
        }) {
            long order = requireNonNull(SourceBlock.read(source).order(), "no order");
            assertThat(order).as("%s", source).isGreaterThan(before);
            before = order;
        }
    }

    @Test
    void shouldHaveNoOrderWhereTheLogHasNoNumber() {
        SourceBlock block = SourceBlock.read(mysql("binlog", 4));
        assertThat(block.order()).isNull();
        assertThat(block.position()).isEqualTo("binlog:4");
        assertThat(SourceBlock.read(mysql("binlog.9999999999", 4)).order()).isNull();
        assertThat(SourceBlock.read(mysql("", 0)).position()).isNull();
    }

    @Test
    void shouldTakeNoTimeForUnknown() {
        assertThat(SourceBlock.read(mysql("binlog.000001", 4).put("ts_ms", 0L)).timestamp())
                .isNull();
    }

    @Test
    void shouldRefuseOtherConnectors() {
        assertThatThrownBy(() -> SourceBlock.read(mysql("f.1", 1).put("connector", "oracle")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'oracle', must be one of mariadb, mysql, postgresql");
    }

    private static SchemaBuilder common() {
        return SchemaBuilder.struct()
                .field("connector", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .field("db", Schema.STRING_SCHEMA)
                .field("table", Schema.OPTIONAL_STRING_SCHEMA);
    }

    private static Struct postgres(@Nullable Long lsn) {
        return new Struct(POSTGRES)
                .put("connector", "postgresql")
                .put("ts_ms", 1_000L)
                .put("db", "shop")
                .put("schema", "public")
                .put("table", "album")
                .put("lsn", lsn);
    }

    private static Struct mysql(String file, long offset) {
        return new Struct(MYSQL)
                .put("connector", "mysql")
                .put("ts_ms", 1_000L)
                .put("db", "shop")
                .put("table", "album")
                .put("file", file)
                .put("pos", offset);
    }
}
