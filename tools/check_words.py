"""Check documentation, comments and messages for wordings that CONTRIBUTING.md rules out: `check_words.py [FILE...]`.

Without files it checks `CHECKED` without `UNCHECKED`. It prints one line per finding and returns 1 if there is one.
`--count` prints the number of findings of each file instead, with the unchecked ones.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]

CHECKED = (
    "*.md",
    "docs/**/*.md",
    "bench/*.md",
    "spec/**/*.md",
    "spec/openapi.yaml",
    "server/src/main/resources/*.yaml",
    "server/src/main/java/**/*.java",
    "worker/src/**/*.py",
    "submitter/src/**/*.py",
    "tools/*.py",
    "tools/*.sh",
    "bench/*.py",
)
UNCHECKED = (
    "THIRD-PARTY.md",  # generated
    "tools/check_words.py",  # lists the words
)

_START = r"(?:\A|[.!?]\s+|\n\s*\n\s*)"


@dataclass(frozen=True)
class Rule:
    """A wording that is ruled out, and what to write instead."""

    pattern: re.Pattern[str]
    advice: str
    where: frozenset[str]


_EVERYWHERE = frozenset({"page", "comment", "string"})


def _rule(pattern: str, advice: str, *where: str) -> Rule:
    # A sentence may go on in the next line.
    return Rule(re.compile(pattern.replace(" ", r"\s+")), advice, frozenset(where) or _EVERYWHERE)


RULES = (
    _rule(_START + r"Of (?!course\b)", "begin the sentence with its subject, not with 'Of'"),
    _rule(_START + r"(?:Who|Whoever|Whose)\b(?![^.!?]*\?)", "name the subject, not 'Who'"),
    _rule(_START + r"What (?![^.!?]*\?)[^.!?]*?\b(?:is|are|was|can|has|goes|comes)\b", "name the subject, not 'What'"),
    _rule(_START + r"(?:It is|They are|These are) to be\b", "write 'must', or the imperative"),
    _rule(
        r"(?i)\b(?:tells?|told|telling)\b",
        "data is shown, returned, reported or recorded, not told; 'tell apart' is 'distinguish'",
    ),
    _rule(r"(?i)\b(?:hears?|heard)\b", "data is received or noticed, not heard"),
    _rule(
        r"(?i)\bso (?:many|much|long|often|few)\b(?!(?: \w+)*,? (?:that|as)\b)",
        "name the number or the time: 'N files', 'this time'",
    ),
    _rule(r"(?i)\bno \w+ of (?:it|them)\b", "write 'it has no ...'"),
    _rule(r"(?i)\b(?:is|was|were|are) to be had\b", "write 'is available'"),
    _rule(r"(?i)\bof (?:then|now|late)\b(?![^.]*\?)", "name the time"),
    _rule(r"(?i)\blast words\b|\bfarewell\b|\bcrossed out\b|\bupkeep\b(?!-every)|\bbury\b", "use the technical term"),
    _rule(r"(?i)\bwalls?\b(?!-?(?:\s+clock|clock))", "write 'isolation' or 'boundary'"),
    _rule(r"(?i)\bshuts? \w+(?: \w+)? in\b", "write 'isolates'"),
    _rule(r"(?i)\btakes? (?:no )?(?:word|turns)\b", "write what is checked, or 'round-robin'"),
    _rule(r"(?i)\bgo(?:es)? forth\b|\bhas a say\b|\bas ever\b|\bbear company\b", "say it without the figure of speech"),
    _rule(
        r"(?i)(?<!\bthere\s)\b(?:is|are|was|were) no (?!longer\b|more\b|such\b)\w+",
        "write 'is not a'",
    ),
    _rule(r"(?i)\banew\b(?!\.\w)", "write 'again', or 'a new ...'"),
    _rule(r"(?i)\b(?:nothing of (?:it|them|the kind)|none of it)\b", "write 'it has no ...' or 'not'"),
    _rule(r"(?i)\bfigures?\b(?!\[)", "write 'metrics', 'numbers' or 'measurements'"),
    _rule(
        r"(?i)\bstands? (?:in|at|above|against|beside|behind|before|below|once|there|with|on|inside)\b",
        "write 'is in', 'is listed in'",
    ),
    _rule(
        r"(?i)\b(?:says?|said|asked|answers|answered)\b",
        "data is shown, returned, sent or requested, not said, asked or answered",
        "page",
    ),
    _rule(
        r"\A\s*(?:What|Whatever|Who|Whoever|Whose|Which|Those)\b", "begin a comment with a noun or a verb", "comment"
    ),
    _rule(r"\Aof\s", "name what the comment describes before 'of'", "comment"),
)


@dataclass(frozen=True)
class Passage:
    """Text to read as prose, and the number of its first line."""

    line: int
    text: str
    kind: str


@dataclass(frozen=True)
class Finding:
    """A wording that a rule excludes."""

    line: int
    words: str
    advice: str


def main(arguments: list[str]) -> int:
    """Return 0 if nothing was found."""
    if arguments == ["--count"]:
        return count()
    unchecked = set(files(UNCHECKED))
    paths = [Path(name).resolve() for name in arguments] or [path for path in files(CHECKED) if path not in unchecked]
    found = False
    for path in paths:
        for finding in findings(path.name, path.read_text(encoding="utf-8")):
            found = True
            shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            print(f"{shown}:{finding.line}: '{finding.words}': {finding.advice}")
    return 1 if found else 0


def count() -> int:
    """Print the number of findings of each file."""
    numbers = Counter[str]()
    for path in files(CHECKED):
        numbers[str(path.relative_to(ROOT))] = len(list(findings(path.name, path.read_text(encoding="utf-8"))))
    for name, number in sorted(numbers.items()):
        if number:
            print(f"{number:5} {name}")
    print(f"{numbers.total():5} in all")
    return 0


def files(globs: Iterable[str]) -> Iterator[Path]:
    """Yield each file that matches one of the globs."""
    yield from sorted({path for glob in globs for path in ROOT.glob(glob) if path.is_file()})


def findings(name: str, text: str) -> Iterator[Finding]:
    """Yield what the rules exclude in the text of a file."""
    for passage in _READERS[name.rpartition(".")[2]](text):
        readable = _without_code(passage.text)
        for rule in RULES:
            if passage.kind not in rule.where:
                continue
            for match in rule.pattern.finditer(readable):
                begin = match.end() - len(match[0].lstrip(" \n.!?"))
                words = " ".join(readable[begin : match.end()].split())
                yield Finding(passage.line + readable.count("\n", 0, begin), words[:60], rule.advice)


def _without_code(text: str) -> str:
    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "_", match[0])

    return re.sub(r"``[^`]+``|`[^`]*`|\{@\w+[^}]*\}|https?://\S+|\]\([^)\s]*\)", blank, text)


def markdown(text: str) -> Iterator[Passage]:
    """Yield the prose of a page, and the comments of its YAML."""
    fence = False
    lines = list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*(```|~~~)", line):
            fence = not fence
            lines.append("")
        elif fence:
            lines.append("")
            if comment := re.search(r"(?:^|\s)# +(.*)", line):
                yield Passage(number, comment[1], "comment")
        elif line.startswith("|"):
            # A paragraph of its own for each cell would lose the line: an empty text before, a full stop between.
            lines.append(re.sub(r"\s*\|\s*", ". ", line))
        else:
            lines.append(re.sub(r"^#+ (.*)", r"\1.", line))
    yield Passage(1, "\n".join(lines), "page")


def yaml(text: str) -> Iterator[Passage]:
    """Yield comments, and everything else as prose: descriptions are most of it."""
    yield from _comments(text.split("\n"), r"(?:^|\s)#(?: |$)(.*)")
    prose = [re.sub(r"(?:^|\s)# .*", "", line) for line in text.split("\n")]
    yield Passage(1, "\n".join(re.sub(r"^\s*(?:- )?[\w$-]+:\s+(?:[|>]-?$)?", ". ", line) for line in prose), "page")


def _comments(lines: Iterable[str], pattern: str) -> Iterator[Passage]:
    """Yield comments; those of successive lines are one."""
    begin, parts = 0, list[str]()
    for number, line in enumerate(lines, 1):
        match = re.search(pattern, line)
        alone = match is not None and not line[: match.start()].strip()
        if parts and not alone:
            yield Passage(begin, "\n".join(parts), "comment")
            parts = []
        if match is not None:
            begin = begin if parts else number
            parts.append(match[1])
    if parts:
        yield Passage(begin, "\n".join(parts), "comment")


_JAVA = re.compile(
    r'(?P<block>/\*.*?\*/)|(?P<lines>//[^\n]*(?:\n[ \t]*//[^\n]*)*)|"""(?P<text>.*?)(?<!\\)"""'
    r'|"(?P<string>(?:\\.|[^"\\\n])*)"|\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)


def java(text: str) -> Iterator[Passage]:
    """Yield comments and string literals."""
    for match in _JAVA.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if block := match["block"]:
            body = re.sub(r"(?m)^[ \t]*\*? ?", "", re.sub(r"^/\*+|\*+/$", "", block))
            yield Passage(line, re.sub(r"@(?:param|throws) \S+|@return|</?\w+>", ". ", body).strip(" "), "comment")
        elif lines := match["lines"]:
            yield Passage(line, re.sub(r"(?m)^[ \t]*// ?", "", lines), "comment")
        else:
            literal = match["text"] or match["string"] or ""
            yield Passage(line, literal.replace("\\n", "  "), "string")


def shell(text: str) -> Iterator[Passage]:
    """Yield comments."""
    yield from _comments(text.split("\n"), r"(?:^|\s)# (?!shellcheck )(.*)")


def python(text: str) -> Iterator[Passage]:
    """Yield comments, docstrings and other strings."""
    yield from _comments(text.split("\n"), r"(?:^|\s)# (?!noqa|type:|ruff)(.*)")
    strings = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in strings:
            body = re.sub(r'^\w*("""|\'\'\'|"|\')|("""|\'\'\'|"|\')$', "", token.string)
            yield Passage(token.start[0], re.sub(r"\{[^{}]*\}", lambda match: "_" * len(match[0]), body), "string")


_READERS: dict[str, Callable[[str], Iterator[Passage]]] = {
    "md": markdown,
    "yaml": yaml,
    "java": java,
    "py": python,
    "sh": shell,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
