package dev.freshet.ops.chaos.fault;

/** Whether this JVM has the interface to debuggers. It is in every JDK, and may be missing in a runtime. */
final class DebuggerModule {
    private DebuggerModule() {}

    static boolean isThere() {
        return ModuleLayer.boot().findModule("jdk.jdi").isPresent();
    }
}
