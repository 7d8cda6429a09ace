package dev.freshet.search;

import java.util.List;

/** What a {@link Filter} asks of a row's metadata. Immutable; any thread. Fields are paths in UTF-8, escaped as in {@link Filter}. */
sealed interface Condition {
    /** Whether it holds. Moves the reader about within its row. */
    boolean holds(FieldReader metadata);

    /** Every one holds. */
    record All(List<Condition> conditions) implements Condition {
        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(FieldReader metadata) {
            for (Condition condition : conditions) {
                if (!condition.holds(metadata)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** At least one holds. */
    record Any(List<Condition> conditions) implements Condition {
        public Any {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(FieldReader metadata) {
            for (Condition condition : conditions) {
                if (condition.holds(metadata)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The other does not hold. */
    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(FieldReader metadata) {
            return !condition.holds(metadata);
        }
    }

    /** The field has a value, of whatever kind. */
    record Present(byte[] field) implements Condition {
        @Override
        public boolean holds(FieldReader metadata) {
            return metadata.find(field);
        }
    }

    /** The field has one of the values. */
    record OneOf(byte[] field, FilterValues values) implements Condition {
        @Override
        public boolean holds(FieldReader metadata) {
            if (metadata.find(field)) {
                while (metadata.next()) {
                    if (values.contain(metadata)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** The field has a number that stands in an order to another. */
    record NumberCompared(byte[] field, Order order, FilterNumber operand) implements Condition {
        @Override
        public boolean holds(FieldReader metadata) {
            if (metadata.find(field)) {
                while (metadata.next()) {
                    if (metadata.isNumber() && order.holds(-operand.compareTo(metadata))) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** The field has a string that stands in an order to another, in UTF-8. */
    record TextCompared(byte[] field, Order order, byte[] operand) implements Condition {
        @Override
        public boolean holds(FieldReader metadata) {
            if (metadata.find(field)) {
                while (metadata.next()) {
                    if (metadata.isText() && order.holds(-metadata.compareText(operand))) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** How a row's value stands to a filter's. */
    enum Order {
        GREATER,
        GREATER_OR_EQUAL,
        LESS,
        LESS_OR_EQUAL;

        /** Whether the sign of a comparison, the row's value first, is of this order. */
        boolean holds(int sign) {
            return switch (this) {
                case GREATER -> sign > 0;
                case GREATER_OR_EQUAL -> sign >= 0;
                case LESS -> sign < 0;
                case LESS_OR_EQUAL -> sign <= 0;
            };
        }
    }
}
