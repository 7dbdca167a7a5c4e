package dev.nerium;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.platform.commons.support.AnnotationSupport;

/** The groups that {@code ./nerium test} knows are tags, and a class that has none of them needs neither a server nor an engine. */
@AnalyzeClasses(packages = "dev.nerium", importOptions = ImportOption.OnlyIncludeTests.class)
class TestGroupsTest {
    private static final Set<String> GROUPS = Set.of("server", "sandbox", "interop");
    private static final Set<String> MARKS = Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory");

    private static final DescribedPredicate<JavaClass> TESTS = DescribedPredicate.describe(
            "have tests",
            type -> type.getMethods().stream()
                    .flatMap(method -> method.getAnnotations().stream())
                    .anyMatch(mark -> MARKS.contains(mark.getRawType().getSimpleName())));

    @ArchTest
    static final ArchRule unitTestsStartNoServer = classes()
            .that(TESTS)
            .and(use("dev.nerium.TestServer", "dev.nerium.ServerProcess"))
            .should(be(inOneOf(GROUPS)));

    @ArchTest
    static final ArchRule otherEnginesAreForTheGroupInterop = classes()
            .that(TESTS)
            .and(use(
                    "dev.nerium.S3Server",
                    "dev.nerium.interop.Spark",
                    "dev.nerium.interop.IcebergRest",
                    "dev.nerium.interop.Keycloak",
                    "dev.nerium.distributed.SparkCluster",
                    "dev.nerium.distributed.PolarsStub"))
            .should(be(inOneOf(Set.of("interop"))));

    private static DescribedPredicate<JavaClass> use(String... types) {
        Set<String> names = Set.of(types);
        return DescribedPredicate.describe(
                "use " + names,
                type -> type.getTransitiveDependenciesFromSelf().stream()
                        .anyMatch(dependency -> names.contains(dependency
                                .getTargetClass()
                                .getBaseComponentType()
                                .getName())));
    }

    private static DescribedPredicate<JavaClass> inOneOf(Set<String> allowed) {
        return DescribedPredicate.describe("in one of the groups " + allowed, type -> {
            List<String> groups = AnnotationSupport.findRepeatableAnnotations(type.reflect(), Tag.class).stream()
                    .map(Tag::value)
                    .filter(GROUPS::contains)
                    .toList();
            return groups.size() == 1 && allowed.containsAll(groups);
        });
    }
}
