"""The check of words reads prose where it is, and names the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import check_words
import pytest
from check_words import findings, main

if TYPE_CHECKING:
    from pathlib import Path


def found(name: str, text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.words) for finding in findings(name, text)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Of a run that a crash cut off, the end is unknown.", "Of"),
        ("It runs. Of those, one is kept.", "Of"),
        ("Who needs more runs a virtual machine.", "Who"),
        ("What is left is removed.", "What is"),
        ("It is to be a number.", "It is to be"),
        ("The state can't be told.", "told"),
        ("A listener hears of it.", "hears"),
        ("Machines are kept so long.", "so long"),
        ("There is no byte of it on the disk.", "no byte of it"),
        ("A licence was to be had.", "was to be had"),
        ("The columns of then.", "of then"),
        ("The upkeep of tables.", "upkeep"),
        ("What shuts workers in.", "shuts workers in"),
        ("The walls of the sandbox.", "walls"),
        ("The text is no number.", "is no number"),
        ("The file is written anew.", "anew"),
        ("Nothing of it is kept.", "Nothing of it"),
        ("Figures for Prometheus.", "Figures"),
        ("Decisions stand in a folder.", "stand in"),
    ],
)
def test_finds_what_the_rules_exclude(sentence: str, words: str) -> None:
    assert found("page.md", f"# Heading\n\n{sentence}\n") == [(3, words)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Of course it runs.",
        "What is a snapshot?",
        "Who can see a run?",
        "It takes so long that the client gives up.",
        "The time is wall clock.",
        "It is no longer kept, and there is no copy.",
        "The setting `told` and https://example.org/walls are names.",
        "The table's history decides whether a run completed.",
    ],
)
def test_allows_other_sentences(sentence: str) -> None:
    assert found("page.md", sentence) == []


def test_pages_have_stricter_rules_than_comments_and_messages() -> None:
    assert found("page.md", "The log says why.") == [(1, "says")]
    assert found("A.java", '// The log says why.\nString a = "The log says why.";') == []


def test_comments_begin_with_a_noun_or_a_verb() -> None:
    assert found("A.java", "/** What a key may do. */") == [(1, "What")]
    assert found("A.java", '/** The rights of a key. */\nString a = "Which key may do this";') == []


def test_a_sentence_may_go_on_in_the_next_line() -> None:
    text = "The state is\nno number, and can't be told\nof."
    assert sorted(found("page.md", text)) == [(1, "is no number"), (2, "told")]


def test_reads_cells_and_comments_of_pages_but_not_their_code() -> None:
    page = "| a | told |\n|---|---|\n\n```yaml\nport: 1 # of the server\ntold: 2\n```\n\nHeard.\n"
    assert sorted(found("page.md", page)) == [(1, "told"), (5, "of"), (9, "Heard")]


def test_reads_comments_and_descriptions_of_yaml() -> None:
    text = "http:\n  # of a request,\n  # as told\n  max: 1\ndescription: The walls.\nnext: Of it.\n"
    assert sorted(found("api.yaml", text)) == [(2, "of"), (3, "told"), (5, "walls"), (6, "Of")]


def test_reads_comments_and_strings_of_java_but_not_its_names() -> None:
    text = (
        'class A {\n  /** Of a run. */\n  void told() {\n    // of a\n    // wall\n    say("is told", \'"\', "x");\n'
        '    // {@code told}\n    text = """\n        a wall\n        """;\n  }\n}\n'
    )
    assert found("A.java", text) == [(2, "Of"), (5, "wall"), (4, "of"), (6, "told"), (9, "wall")]


def test_reads_the_parameters_of_a_method_one_by_one() -> None:
    assert found("A.java", "/**\n * Runs.\n * @param told the listener\n * @return none of it\n */\n") == [
        (4, "none of it")
    ]


def test_reads_comments_and_strings_of_python_but_not_its_names() -> None:
    text = 'told = 1\n# of a run\nraise E(f"{told} is told {told}")  # anew\n\n\ndef f():\n    """Hear.\n\n    Upkeep.\n    """\n'
    assert sorted(found("a.py", text)) == [(2, "of"), (3, "anew"), (3, "told"), (7, "Hear"), (9, "Upkeep")]


def test_names_file_line_and_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("Fine.\n\nThe file is written anew.\n", encoding="utf-8")
    assert main([str(page)]) == 1
    assert capsys.readouterr().out == f"{page}:3: 'anew': write 'again', or 'a new ...'\n"
    page.write_text("The file is written again.\n", encoding="utf-8")
    assert main([str(page)]) == 0


def test_the_repository_follows_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0, capsys.readouterr().out


def test_checks_existing_files() -> None:
    assert all(list(check_words.files([glob])) for glob in (*check_words.CHECKED, *check_words.UNCHECKED))
