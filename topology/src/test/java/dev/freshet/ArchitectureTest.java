package dev.freshet;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Holds the table of rooms true: what each package may use. */
@AnalyzeClasses(packages = "dev.freshet", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ANYWHERE = {
        "java..", "javax.net..", "javax.security..", "org.slf4j..", "io.micrometer..", "org.jspecify.."
    };

    @ArchTest
    static final ArchRule indexUsesOnlyTheJdkAndHnswlib =
            room("index", "dev.freshet.index..", "com.github.jelmerk.hnswlib..", "jdk.incubator.vector..");

    @ArchTest
    static final ArchRule textUsesOnlyTheJdk = room("text", "dev.freshet.text..");

    @ArchTest
    static final ArchRule embedUsesItsModels =
            room("embed", "dev.freshet.embed..", "com.fasterxml.jackson..", "ai.onnxruntime..", "ai.djl..");

    @ArchTest
    static final ArchRule catalogUsesSchemasKafkaAndCron =
            room("catalog", "dev.freshet.catalog..", "dev.freshet.schemas..", "com.cronutils..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule refreshUsesWhatItIsMadeOf = room(
            "refresh",
            "dev.freshet.refresh..",
            "dev.freshet.text..",
            "dev.freshet.embed..",
            "dev.freshet.catalog..",
            "dev.freshet.schemas..",
            "org.apache.avro..",
            "org.apache.kafka..");

    @ArchTest
    static final ArchRule searchUsesWhatItIsMadeOf = room(
            "search",
            "dev.freshet.search..",
            "dev.freshet.index..",
            "dev.freshet.embed..",
            "dev.freshet.catalog..",
            "dev.freshet.schemas..",
            "com.fasterxml.jackson..",
            "org.apache.kafka..",
            "org.rocksdb..");

    @ArchTest
    static final ArchRule clusterUsesWhatItCarries = room(
            "cluster",
            "dev.freshet.cluster..",
            "dev.freshet.search..",
            "dev.freshet.refresh..",
            "dev.freshet.schemas..",
            "com.fasterxml.jackson..",
            "javax.net.ssl..",
            "org.apache.kafka..");

    @ArchTest
    static final ArchRule httpUsesTheServicesAndNoEngine = room(
            "http",
            "dev.freshet.http..",
            "dev.freshet.cluster..",
            "dev.freshet.search..",
            "dev.freshet.catalog..",
            "dev.freshet.refresh..",
            "dev.freshet.schemas..",
            "com.fasterxml.jackson..",
            "io.javalin..",
            "jakarta.servlet..",
            "kotlin..",
            "org.eclipse.jetty..");

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            SlicesRuleDefinition.slices().matching("dev.freshet.(*)..").should().beFreeOfCycles();

    private static ArchRule room(String name, String... allowed) {
        String[] all = java.util.Arrays.copyOf(ANYWHERE, ANYWHERE.length + allowed.length);
        System.arraycopy(allowed, 0, all, ANYWHERE.length, allowed.length);
        return ArchRuleDefinition.classes()
                .that()
                .resideInAPackage("dev.freshet." + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(all);
    }
}
