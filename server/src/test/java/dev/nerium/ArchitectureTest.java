package dev.nerium;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the package pages promise of each other. */
@AnalyzeClasses(packages = "dev.nerium", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule helidonStaysInHttp = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nerium.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.helidon..");

    @ArchTest
    static final ArchRule icebergStaysInLake = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nerium.lake..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.iceberg..");

    @ArchTest
    static final ArchRule openTelemetryStaysInTraces = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nerium.observe.trace..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    @ArchTest
    static final ArchRule prometheusStaysInMetrics = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nerium.observe.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..");

    @ArchTest
    static final ArchRule processesStartInTheSandboxAndTheSubmitter = noClasses()
            .that()
            .resideOutsideOfPackages("dev.nerium.sandbox..", "dev.nerium.distributed..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder");

    @ArchTest
    static final ArchRule theEnvironmentIsReadInConfig = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nerium.config..")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.nerium.(*)..").should().beFreeOfCycles();
}
