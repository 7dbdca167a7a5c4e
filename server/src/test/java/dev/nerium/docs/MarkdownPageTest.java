package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.docs.MarkdownPage.Block;
import org.junit.jupiter.api.Test;

/** How the checks read Markdown. */
class MarkdownPageTest {
    private static final MarkdownPage PAGE = new MarkdownPage(Repository.ROOT.resolve("page.md"), """
            # How do I …

            ## … use `curl`?
            See [the `other` page](other.md#part), or
            `GET
            /health`.
            ```yaml
            # no heading
            http: {port: 1}   # [no](link.md)
            ```
            ## Limits
            ## Limits
            """);

    @Test
    void blocksHaveALanguageAndAText() {
        assertThat(PAGE.blocks())
                .containsExactly(new Block("yaml", "# no heading\nhttp: {port: 1}   # [no](link.md)\n"));
    }

    @Test
    void codeSpansAreTakenFromProseAndMayGoOnInTheNextLine() {
        assertThat(PAGE.codeSpans()).containsExactly("curl", "other", "GET /health");
    }

    @Test
    void linksAreTakenFromProse() {
        assertThat(PAGE.links()).containsExactly("other.md#part");
    }

    @Test
    void anchorsFollowTheRuleOfGitHub() {
        assertThat(PAGE.anchors()).containsExactly("how-do-i-", "-use-curl", "limits", "limits-1");
        assertThat(MarkdownPage.slug("Types: [Polars](types.md) & Co.")).isEqualTo("types-polars--co");
    }
}
