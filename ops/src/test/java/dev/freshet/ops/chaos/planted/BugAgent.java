package dev.freshet.ops.chaos.planted;

import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;

/**
 * Puts a {@link PlantedBug} into the JVM that it is given to as an agent, and prints nothing, because lines that are printed are findings. Its jar holds a manifest and nothing else: the classes
 * are on the class path of the tests, and of their children.
 */
public final class BugAgent {
    private BugAgent() {}

    /** The JVM's option that plants a bug. */
    static String option(Path directory, PlantedBug bug) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), BugAgent.class.getName());
        Path jar = directory.resolve("bug-agent.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            entries.finish();
        }
        return "-javaagent:" + jar + "=" + bug.name();
    }

    /** Called by the JVM before {@code main}. */
    public static void premain(String name, Instrumentation instrumentation) {
        PlantedBug bug = PlantedBug.valueOf(name);
        new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
                .type(named(bug.className()))
                .transform((builder, type, loader, module, domain) -> builder.visit(
                        Advice.to(bug.advice()).on(named(bug.method()).and(not(isAbstract())))))
                .installOn(instrumentation);
    }
}
