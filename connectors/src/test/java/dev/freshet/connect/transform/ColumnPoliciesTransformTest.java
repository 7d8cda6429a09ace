package dev.freshet.connect.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.privacy.HashKey;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Columns of tables that are protected before they leave Connect. */
class ColumnPoliciesTransformTest {
    private static final String SECRET = "the key of this test";
    private static final DebeziumTable CUSTOMER = DebeziumTable.postgres("public", "customer")
            .column("id", Schema.INT64_SCHEMA)
            .column("email", Schema.OPTIONAL_STRING_SCHEMA)
            .column("phone", Schema.OPTIONAL_STRING_SCHEMA)
            .column("ssn", Schema.OPTIONAL_STRING_SCHEMA)
            .column("note", Schema.OPTIONAL_STRING_SCHEMA)
            .key("id");

    private static RowChangeTransform<SourceRecord> transform(String policies) {
        return Transforms.create(
                Map.of("datasets", "public.customer:people", "column.policies", policies, "privacy.hash.key", SECRET));
    }

    private static Map<String, @Nullable Object> row(@Nullable Object phone) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("id", 7L);
        row.put("email", "canary@example.org");
        row.put("phone", phone);
        row.put("ssn", "canary");
        row.put("note", "a note");
        return row;
    }

    @Test
    void shouldProtectColumnsBeforeTheyLeave() {
        RowChangeTransform<SourceRecord> transform =
                transform("people.email:mask,people.phone:hash,people.ssn:drop,people.note:keep");
        for (SourceRecord record : new SourceRecord[] {
            CUSTOMER.read(row("canary 1"), 1), CUSTOMER.insert(row("canary 1"), 2), CUSTOMER.update(row("canary 1"), 3)
        }) {
            RowChange change = Transforms.change(transform, record);
            assertThat(change.getColumns())
                    .isEqualTo(Map.of(
                            "id",
                            7L,
                            "email",
                            "c***@***",
                            "phone",
                            new HashKey(SECRET).hash("canary 1"),
                            "note",
                            "a note"));
            assertThat(Transforms.json(Transforms.row(transform, record))).doesNotContain("canary");
            assertThat(change.getSchema$().getColumns())
                    .filteredOn(TableColumn::getText)
                    .extracting(TableColumn::getName)
                    .as("only what is kept is proposed to be embedded")
                    .containsExactly("note");
        }
        assertThat(Transforms.json(Transforms.row(transform, CUSTOMER.delete(row("canary 1"), 4))))
                .doesNotContain("canary");
    }

    @Test
    void shouldLeaveWhatWasNotSentAsItIs() {
        RowChange change = Transforms.change(
                transform("people.phone:hash"), CUSTOMER.update(row("__debezium_unavailable_value"), 1));
        assertThat(change.getColumns()).containsEntry("phone", new Unavailable());
    }

    @Test
    void shouldRefuseToHideAKey() {
        RowChangeTransform<SourceRecord> transform = transform("people.id:hash");
        assertThatThrownBy(() -> transform.apply(CUSTOMER.insert(row(null), 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'id' of table 'public.customer'")
                .hasMessageContaining("column.policies")
                .hasMessageNotContaining("canary");
    }
}
