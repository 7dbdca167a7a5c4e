"""Write the tables of docs/settings.md from the defaults with their comments: `write_settings.py [--check]`.

With `--check` it writes nothing, and returns 1 if the page is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "settings.md"
RESOURCES = ROOT / "server" / "src" / "main" / "resources"
MARKER = "<!-- `tools/write_settings.py` writes the rest of this page. -->\n"


class Line(NamedTuple):
    """A key with its comment; `value` is None for a section."""

    key: str
    value: str | None
    comment: str


def lines(yaml: str) -> Iterator[Line]:
    """Yield each key of a file, with the names of its sections."""
    sections: list[tuple[int, str]] = []
    comment: list[str] = []
    for line in yaml.splitlines():
        text = line.strip()
        if text.startswith("#"):
            comment.append(text.removeprefix("#").strip())
            continue
        if text:
            indent = len(line) - len(line.lstrip())
            sections = [section for section in sections if section[0] < indent]
            name, _, value = text.partition(":")
            key = ".".join([*(section for _, section in sections), name])
            yield Line(key, value.strip() or None, " ".join(comment))
            sections.append((indent, name))
        comment = []


def table(settings: list[Line], prefix: str) -> Iterator[str]:
    """Yield the lines of a table."""
    yield from ("| setting | default | variable | purpose |", "|---|---|---|---|")
    for setting in settings:
        key = prefix + setting.key
        variable = "NERIUM_" + re.sub(r"[^A-Z0-9]", "_", key.upper()).replace("CATALOGS_NAME_", "CATALOGS_<NAME>_")
        comment = re.sub(r"[|<]", r"\\\g<0>", setting.comment)
        if setting.value is None:
            yield f"| `{key}` | | | {comment} |"
        else:
            yield f"| `{key}` | `{setting.value}` | `{variable}` | {comment or 'as above'} |"


def tables() -> str:
    """Return what follows the marker."""
    page: list[str] = []
    settings = list(lines((RESOURCES / "nerium.yaml").read_text()))
    for section in (line for line in settings if "." not in line.key):
        inside = [line for line in settings if line.key.startswith(section.key + ".") and (line.value or line.comment)]
        purpose = section.comment[:1].upper() + section.comment[1:]
        page += ["", f"## {section.key}", *([re.sub("<", r"\<", purpose) + ".", ""] if purpose else [])]
        if section.key == "catalogs":
            inside = list(lines((RESOURCES / "catalog.yaml").read_text()))
        page += table(inside, "catalogs.NAME." if section.key == "catalogs" else "")
    return "\n".join(page).lstrip("\n") + "\n"


def main() -> int:
    """Write or compare the page."""
    present = PAGE.read_text()
    page = present.partition(MARKER)[0] + MARKER + "\n" + tables()
    if sys.argv[1:] == ["--check"]:
        if page != present:
            print("docs/settings.md is out of date: run tools/write_settings.py.")
        return int(page != present)
    PAGE.write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
