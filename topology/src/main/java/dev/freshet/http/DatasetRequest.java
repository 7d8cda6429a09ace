package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.catalog.RefreshSchedule;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.ColumnPolicies;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code PUT /v1/catalog/datasets/{name}}.
 *
 * @param metadataColumns null means every column that is not a text column
 * @param schedule set for {@link RefreshPolicy#SCHEDULED} alone
 * @param columnPolicies null leaves those there are
 */
record DatasetRequest(
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns,
        RefreshPolicy refreshPolicy,
        @Nullable RefreshSchedule schedule,
        boolean createIndex,
        @Nullable ColumnPolicies columnPolicies) {
    private static final List<String> FIELDS = List.of(
            "id_columns",
            "text_columns",
            "metadata_columns",
            "refresh_policy",
            "schedule",
            "time_zone",
            "create_index",
            "column_policies");

    static DatasetRequest read(byte[] body) {
        JsonFields fields = JsonFields.of(HttpJson.read(body), FIELDS);
        RefreshPolicy policy = policy(fields.text("refresh_policy"));
        return new DatasetRequest(
                requiredColumns(fields, "id_columns"),
                requiredColumns(fields, "text_columns"),
                columns(fields, "metadata_columns"),
                policy,
                schedule(policy, fields.text("schedule"), fields.text("time_zone")),
                fields.flag("create_index", true),
                policies(fields.any("column_policies")));
    }

    DatasetSpec toSpec(String name) {
        return new DatasetSpec(
                name, idColumns, textColumns, metadataColumns, refreshPolicy, schedule, createIndex, columnPolicies);
    }

    private static @Nullable RefreshSchedule schedule(
            RefreshPolicy policy, @Nullable String cron, @Nullable String zone) {
        if (policy == RefreshPolicy.SCHEDULED && cron == null) {
            throw bad("'refresh_policy' is 'scheduled', which needs a 'schedule', for example \"0 3 * * *\"");
        }
        if (policy != RefreshPolicy.SCHEDULED && cron != null) {
            throw bad("'schedule' goes with 'refresh_policy' 'scheduled', not with '" + policy.text() + "'");
        }
        if (cron == null && zone != null) {
            throw bad("'time_zone' goes with a 'schedule', and there is none");
        }
        return cron == null ? null : RefreshSchedule.of(cron, zone);
    }

    private static @Nullable ColumnPolicies policies(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            throw bad(
                    "'column_policies' is " + HttpJson.typeName(node) + ", must be an object of columns and policies");
        }
        Map<String, String> names = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (!field.getValue().isTextual()) {
                throw bad("'column_policies." + field.getKey() + "' is " + HttpJson.typeName(field.getValue())
                        + ", must be a string");
            }
            names.put(field.getKey(), field.getValue().textValue());
        });
        try {
            return ColumnPolicies.parse(names);
        } catch (IllegalArgumentException e) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "'column_policies': " + e.getMessage(), e);
        }
    }

    private static List<String> requiredColumns(JsonFields fields, String name) {
        List<String> columns = columns(fields, name);
        if (columns == null) {
            throw bad("'" + name + "' is missing");
        }
        if (columns.isEmpty()) {
            throw bad("'" + name + "' is empty, must name at least one column");
        }
        return columns;
    }

    private static @Nullable List<String> columns(JsonFields fields, String name) {
        List<String> columns = fields.texts(name);
        if (columns == null) {
            return null;
        }
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (column.isBlank()) {
                throw bad("'" + name + "' has a column without a name");
            }
            if (!seen.add(column)) {
                throw bad("'" + name + "' names the column '" + column + "' twice");
            }
        }
        return columns;
    }

    private static RefreshPolicy policy(@Nullable String text) {
        if (text == null) {
            return RefreshPolicy.ON_APPEND;
        }
        return Arrays.stream(RefreshPolicy.values())
                .filter(policy -> policy.text().equals(text))
                .findFirst()
                .orElseThrow(() -> bad("'refresh_policy' is '" + text + "'; supported: "
                        + Arrays.stream(RefreshPolicy.values())
                                .map(RefreshPolicy::text)
                                .collect(Collectors.joining(", "))));
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
