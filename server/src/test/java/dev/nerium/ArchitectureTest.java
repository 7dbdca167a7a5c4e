package dev.nerium;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the package pages promise of each other, and which libraries stay where. */
@AnalyzeClasses(packages = "dev.nerium", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.nerium";

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
    static final ArchRule jlineStaysInThePrompt = noClasses()
            .that()
            .resideOutsideOfPackage("dev.nerium.cli.prompt..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jline..");

    @ArchTest
    static final ArchRule processesStartInTheSandboxTheSubmitterAndThePager = noClasses()
            .that()
            .resideOutsideOfPackages("dev.nerium.sandbox..", "dev.nerium.distributed..", "dev.nerium.cli.prompt..")
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
            slices().matching("dev.nerium.(**)").should().beFreeOfCycles();

    /** The package pages are the table of what may call what: each names all packages that its classes use, and no others. */
    @ArchTest
    static void packagesCallWhatTheirPagesSay(JavaClasses classes) throws IOException {
        Map<String, String> used = new TreeMap<>();
        for (JavaPackage of : packages(classes.getDefaultPackage())) {
            used.put(shortName(of.getName()), String.join(" ", calls(of)));
        }

        Map<String, String> pages = PackagePages.calls();
        assertThat(pages).containsOnlyKeys(used.keySet());
        assertSoftly(softly -> used.forEach((of, calls) ->
                softly.assertThat(pages.get(of)).as("what %s may call", of).isEqualTo(calls)));
    }

    @ArchTest
    static void packagesHaveAtMost25Classes(JavaClasses classes) {
        assertThat(packages(classes.getDefaultPackage()))
                .allSatisfy(of -> assertThat(topLevel(of)).as(of.getName()).hasSizeLessThanOrEqualTo(25));
    }

    private static List<JavaPackage> packages(JavaPackage root) {
        return root.getSubpackagesInTree().stream()
                .filter(of -> of.getName().startsWith(ROOT) && !topLevel(of).isEmpty())
                .toList();
    }

    private static List<JavaClass> topLevel(JavaPackage of) {
        return of.getClasses().stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(one -> !one.isArray()
                        && !one.getName().contains("$")
                        && !one.getSimpleName().equals("package-info"))
                .toList();
    }

    /** By the classes and by the imports: classes do not show constants, nor the arguments of generic types. */
    private static Set<String> calls(JavaPackage of) throws IOException {
        Stream<String> ofClasses = of.getClassDependenciesFromThisPackage().stream()
                .map(Dependency::getTargetClass)
                .map(JavaClass::getBaseComponentType)
                .map(JavaClass::getPackageName);
        return Stream.concat(ofClasses, PackagePages.imports(of.getName()).stream())
                .filter(name -> name.startsWith(ROOT) && !name.equals(of.getName()))
                .map(ArchitectureTest::shortName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String shortName(String name) {
        return name.equals(ROOT) ? name : name.substring(ROOT.length() + 1);
    }
}
