package dev.freshet.schemas.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class KeysTest {
    @Test
    void shouldJoinKeysSoThatTheySplitInOneWayOnly() {
        assertThat(RowKeys.join(List.of("42"))).isEqualTo("42");
        assertThat(RowKeys.join(List.of("a", "b"))).isEqualTo("a:b");
        assertThat(RowKeys.join(List.of("a:b"))).isEqualTo("a%3Ab");
        assertThat(RowKeys.join(List.of("1#2", "100%"))).isEqualTo("1%232:100%25");
        assertThat(RowKeys.join(List.of("", "a"))).isEqualTo(":a");
        assertThat(RowKeys.join(List.of("a", ""))).isEqualTo("a:");
        assertThat(RowKeys.join(List.of("", ""))).isEqualTo(":");
        assertThatThrownBy(() -> RowKeys.join(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldPartitionAsKafkaDoes() {
        byte[] key = RowKeys.record("docs", "42").getBytes(UTF_8);
        int partition = RowKeys.partition(key, 4);
        assertThat(partition).isBetween(0, 3).isEqualTo(RowKeys.partition("docs", "42", 4));
        assertThat(partition).isEqualTo(BuiltInPartitioner.partitionForKey(key, 4));
    }

    @Test
    void shouldTellRowsFromWatermarks() {
        assertThat(VectorKeys.indexId(VectorKeys.row(7, "a/b!watermark/1"))).isEqualTo(7);
        assertThat(VectorKeys.rowKey(VectorKeys.row(7, "a/b!watermark/1"))).isEqualTo("a/b!watermark/1");
        assertThat(VectorKeys.isWatermark(VectorKeys.row(7, "!watermark/1"))).isFalse();
        assertThat(VectorKeys.isWatermark(VectorKeys.watermark(7, 1))).isTrue();
        assertThat(VectorKeys.indexId(VectorKeys.watermark(7, 1))).isEqualTo(7);
        assertThatThrownBy(() -> VectorKeys.indexId("x/1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VectorKeys.rowKey("7!watermark/1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLetTheEpochOutweighEveryOffset() {
        long last = RowVersion.of(0, (1L << 48) - 1);
        assertThat(RowVersion.of(1, 0)).isGreaterThan(last);
        assertThat(RowVersion.epoch(RowVersion.of(3, 17))).isEqualTo(3);
        assertThat(RowVersion.offset(RowVersion.of(3, 17))).isEqualTo(17);
        assertThat(RowVersion.of(RowVersion.MAX_EPOCH, 0)).isPositive();
        assertThatThrownBy(() -> RowVersion.of(0, 1L << 48)).isInstanceOf(IllegalArgumentException.class);
    }
}
