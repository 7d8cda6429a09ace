package dev.freshet.ops.endtoend;

/** A row of a test's dataset: id column, text column, metadata column. */
record Row(String id, String text, String label) {
    Row withText(String newText) {
        return new Row(id, newText, label);
    }

    Row withLabel(String newLabel) {
        return new Row(id, text, newLabel);
    }
}
