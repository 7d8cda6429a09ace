package dev.freshet.ops.chaos.planted;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Code that Byte Buddy copies into methods of the product. It may use public classes only, and parameters are what the copied-into method has; {@link BugBehaviour} does the rest.
 */
@SuppressWarnings({"UnusedVariable", "unused"}) // What is assigned is read by the method that this is copied into.
final class BugAdvice {
    private BugAdvice() {}

    /** Of any method that returns nothing: does nothing. */
    static final class Skip {
        private Skip() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    /** Of {@code void put(long index, String rowKey, …)}: does nothing for one row in seven. */
    static final class SkipSomeRows {
        private SkipSomeRows() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.Argument(1) String rowKey) {
            return BugBehaviour.isChosen(rowKey);
        }
    }

    /** Of {@code void put(long index, String rowKey, …)}: does nothing for one row in seven that was there before. */
    static final class SkipSomeUpdates {
        private SkipSomeUpdates() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.Argument(0) long index, @Advice.Argument(1) String rowKey) {
            return BugBehaviour.isChosen(rowKey) && BugBehaviour.wasHere(index, rowKey);
        }
    }

    /** Of a method whose fourth argument is a list. */
    static final class DropLastChunk {
        private DropLastChunk() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 3, readOnly = false) List<?> chunks) {
            chunks = BugBehaviour.withoutLast(chunks);
        }
    }

    /** Of a method that returns a list. */
    static final class DropSecondResult {
        private DropSecondResult() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) List<?> found) {
            found = BugBehaviour.withoutSecond(found);
        }
    }

    /** Of a method that returns a list: one time in seven an empty one. */
    static final class SometimesNothing {
        private SometimesNothing() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) List<?> found) {
            found = BugBehaviour.sometimesNothing(found);
        }
    }

    /** Of a method that returns a string: the one that it returned first, for ever. */
    static final class FirstAnswer {
        private FirstAnswer() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) String value) {
            value = BugBehaviour.first(value);
        }
    }

    /** Of a method that returns vectors: a record with a component {@code vectors}. */
    static final class TurnVectors {
        private TurnVectors() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(typing = Assigner.Typing.DYNAMIC) Object answer) {
            BugBehaviour.turn(answer);
        }
    }
}
