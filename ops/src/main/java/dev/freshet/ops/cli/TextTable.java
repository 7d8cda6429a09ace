package dev.freshet.ops.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table for people: columns as wide as they need to be, the last one cut to the terminal's width, numbers to the right. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... header) {
        this.header = List.of(header);
    }

    void add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        if (row.size() != header.size()) {
            throw new IllegalArgumentException(row.size() + " cells under " + header.size() + " headings");
        }
        rows.add(row);
    }

    void print(PrintWriter out, int columns) {
        int last = header.size() - 1;
        int[] widths = new int[header.size()];
        boolean[] numbers = new boolean[header.size()];
        int used = 0;
        for (int i = 0; i <= last; i++) {
            int column = i;
            numbers[i] = !rows.isEmpty()
                    && rows.stream().allMatch(row -> row.get(column).matches("-?[0-9][0-9,.]*"));
            widths[i] = Math.max(
                    TextWidth.of(header.get(i)),
                    rows.stream()
                            .mapToInt(row -> TextWidth.of(row.get(column)))
                            .max()
                            .orElse(0));
            used += i == last ? 0 : widths[i] + GAP.length();
        }
        int lastWidth = Math.max(columns - used, 20);
        print(out, header, widths, numbers, lastWidth);
        rows.forEach(row -> print(out, row, widths, numbers, lastWidth));
    }

    private static void print(PrintWriter out, List<String> cells, int[] widths, boolean[] numbers, int lastWidth) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            boolean last = i == cells.size() - 1;
            String cell = last ? TextWidth.fit(cells.get(i), lastWidth) : cells.get(i);
            line.append(
                    numbers[i] ? TextWidth.padLeft(cell, widths[i]) : TextWidth.padRight(cell, last ? 0 : widths[i]));
            line.append(last ? "" : GAP);
        }
        out.println(line.toString().stripTrailing());
    }
}
