from __future__ import annotations

from collections import Counter
from pathlib import Path

from snippets import snippets

PAGE = Path(__file__).parents[3] / "docs" / "distributed.md"


def test_the_page_tells_how_many_of_each_kind_are_translated() -> None:
    cases = snippets()
    translated = Counter(case.kind for case in cases if case.ending != "refused")
    refused = Counter(case.kind for case in cases if case.ending == "refused")
    page = PAGE.read_text()
    for kind in {case.kind for case in cases}:
        assert f"| {kind} | {translated[kind]} | {refused[kind]} |" in page
    endings = Counter(case.ending for case in cases)
    assert f"{endings['exact']} that give exactly" in page
    assert f"{endings['fails']} that fail rather" in page
    assert f"{endings['refused']} that are refused" in page
