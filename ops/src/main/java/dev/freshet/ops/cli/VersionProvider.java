package dev.freshet.ops.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build put into the jar. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = VersionProvider.class.getPackage().getImplementationVersion();
        return new String[] {
            "freshet " + (version == null ? "(development)" : version),
            "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
        };
    }
}
