package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links between the files of the repository lead somewhere. */
class LinksTest {
    /** A link to a file of the repository, or to a heading of one. */
    private record Link(MarkdownPage page, String target) {
        private boolean isRelative() {
            return !target.matches("[a-z]+:.*");
        }

        private boolean resolves() {
            String[] parts = target.split("#", 2);
            Path file = parts[0].isEmpty()
                    ? page.file()
                    : page.file().resolveSibling(parts[0]).normalize();
            return Files.exists(file)
                    && (parts.length == 1 || MarkdownPage.of(file).anchors().contains(parts[1]));
        }

        @Override
        public String toString() {
            return page.name() + " -> " + target;
        }
    }

    @Test
    void everyRelativeLinkLeadsToAFileAndAHeading() {
        assertThat(links(Repository.pages())).hasSizeGreaterThan(50).allMatch(Link::resolves);
    }

    @Test
    void aLinkThatLeadsNowhereIsFound() {
        MarkdownPage page = new MarkdownPage(Repository.ROOT.resolve("docs/page.md"), """
                # One heading
                [a](flow.md), [b](flow.md#life-of-a-request), [c](../docs), [d](https://polars.rs/none),
                [e](gone.md), [f](flow.md#gone)
                """);

        assertThat(links(List.of(page)))
                .filteredOn(link -> !link.resolves())
                .extracting(Link::target)
                .containsExactly("gone.md", "flow.md#gone");
    }

    @Test
    void everyPathOfTheRepositoryThatATextNamesExists() {
        // Pages among the resources of tests tell of other repositories.
        List<String> paths = Repository.pages().stream()
                .filter(page -> !page.name().startsWith("server/"))
                .flatMap(page -> page.codeSpans().stream())
                .filter(LinksTest::isPath)
                .toList();

        assertThat(paths).hasSizeGreaterThan(10).allMatch(path -> Files.exists(Repository.ROOT.resolve(path)));
        assertThat(isPath("docs/gone.md")).isTrue();
    }

    /** A path from the root, whose first folder is one of the repository; what a build makes may be missing. */
    private static boolean isPath(String span) {
        return span.matches("[\\w.-]+(/[\\w.-]+)+/?")
                && !span.contains("/target/")
                && !span.startsWith("console/dist")
                && Files.isDirectory(Repository.ROOT.resolve(span.split("/", 2)[0]));
    }

    private static List<Link> links(List<MarkdownPage> pages) {
        return pages.stream()
                .flatMap(page -> page.links().stream().map(target -> new Link(page, target)))
                .filter(Link::isRelative)
                .toList();
    }
}
