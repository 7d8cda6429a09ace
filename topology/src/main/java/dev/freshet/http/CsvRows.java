package dev.freshet.http;

import com.fasterxml.jackson.databind.node.DecimalNode;
import dev.freshet.catalog.Dataset;
import dev.freshet.http.CsvRecords.CsvRecord;
import dev.freshet.http.CsvRecords.Value;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.row.ColumnValues;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows as CSV with a header line. What a value becomes:
 *
 * <ul>
 *   <li>in an id or text column: a string;
 *   <li>elsewhere, unquoted: {@code true} and {@code false} a boolean; an integer or decimal as JSON would write it (no leading zeros, no
 *       exponent) a number; any other a string;
 *   <li>elsewhere, quoted: a string;
 *   <li>empty and unquoted: no value; {@code ""}: an empty string.
 * </ul>
 */
final class CsvRows implements RowReader {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,999})");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,999})\\.[0-9]{1,999}");

    private final CsvRecords records;
    private final Dataset dataset;
    private final Set<String> stringColumns;
    private @Nullable List<String> header;

    CsvRows(InputStream in, Dataset dataset) {
        this.records = new CsvRecords(new TextLines(in, RowFormat.MAX_LINE_BYTES), RowFormat.MAX_LINE_BYTES);
        this.dataset = dataset;
        this.stringColumns = new HashSet<>(dataset.idColumns());
        stringColumns.addAll(dataset.textColumns());
    }

    @Override
    public @Nullable InputRow next() throws IOException {
        if (header == null) {
            CsvRecord first = records.next();
            if (first == null) {
                return null;
            }
            header = header(first);
        }
        CsvRecord next = records.next();
        return next == null ? null : row(header, next);
    }

    private List<String> header(CsvRecord first) {
        if (first instanceof CsvRecord.Broken broken) {
            throw bad("the header line cannot be read: " + broken.message());
        }
        List<String> names = new ArrayList<>();
        if (first instanceof CsvRecord.Values values) {
            values.values().forEach(value -> names.add(value.text().strip()));
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isEmpty()) {
                throw bad("the header line has a column without a name; it is: " + String.join(",", names));
            }
            if (!seen.add(name)) {
                throw bad("the header line names the column '" + name + "' twice");
            }
        }
        for (String column : dataset.idColumns()) {
            if (!seen.contains(column)) {
                throw bad("the header line lacks the id column '" + column + "'; it is: " + String.join(",", names));
            }
        }
        if (dataset.textColumns().stream().noneMatch(seen::contains)) {
            throw bad("the header line has none of the text columns " + String.join(", ", dataset.textColumns())
                    + "; it is: " + String.join(",", names));
        }
        return names;
    }

    private InputRow row(List<String> names, CsvRecord record) {
        if (record instanceof CsvRecord.Broken broken) {
            return new InputRow.Refused(broken.line(), broken.code(), broken.message());
        }
        List<Value> values = ((CsvRecord.Values) record).values();
        if (values.size() != names.size()) {
            return new InputRow.Refused(
                    record.line(),
                    ErrorCode.INVALID_ROW,
                    "the line has " + values.size() + " values, the header has " + names.size());
        }
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            columns.put(names.get(i), value(values.get(i), stringColumns.contains(names.get(i))));
        }
        return new InputRow.Read(record.line(), columns);
    }

    private static @Nullable Object value(Value value, boolean string) {
        String text = value.text();
        if (value.quoted()) {
            return text;
        }
        if (text.isEmpty()) {
            return null;
        }
        if (string) {
            return text;
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return INTEGER.matcher(text).matches() ? integer(text) : decimal(text);
    }

    private static @Nullable Object integer(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return new Json(text);
        }
    }

    private static @Nullable Object decimal(String text) {
        return DECIMAL.matcher(text).matches()
                ? ColumnValues.fromJson(DecimalNode.valueOf(new BigDecimal(text)))
                : text;
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
