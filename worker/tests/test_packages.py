"""The check of an operator's list of packages, before anything of it is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from check_packages import ListError, check, main

LOCK = Path(__file__).parents[1] / "requirements.lock"
HASH = f"--hash=sha256:{'a' * 64}"
OWN = f"polars==2.0.0 {HASH}\nnumpy==2.2.6 ; python_full_version < '3.11' \\\n    {HASH}\nnumpy==2.4.6 {HASH}\n"


@pytest.mark.parametrize(
    "text",
    [
        f"iniconfig==2.1.0 {HASH}",
        f"# made by uv\niniconfig==2.1.0 \\\n    {HASH} \\\n    {HASH}\n    # via pytest\n",
        f"Scikit_Learn[a,b]==1.8.0rc1 ; python_version >= '3.10' {HASH}\n\nscipy==1.17.0 {HASH}",
        f"iniconfig==2.1.0 {HASH}\nnumpy==2.4.6 {HASH}\nPolars==2.0.0 {HASH}",
    ],
)
def test_takes_versions_with_hashes(text: str) -> None:
    check(text, OWN)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("iniconfig==2.1.0", "it has no hash."),
        (f"iniconfig>=2 {HASH}", "expected one version, such as 'name==1.2.3'."),
        (f"iniconfig {HASH}", "expected one version, such as 'name==1.2.3'."),
        (f"iniconfig==2.* {HASH}", "expected one version, such as 'name==1.2.3'."),
        (f"iniconfig==2.1.0,!=2.0 {HASH}", "expected one version, such as 'name==1.2.3'."),
        (f"iniconfig===2.1.0 {HASH}", "expected one version, such as 'name==1.2.3'."),
        ("iniconfig==2.1.0 --hash=md5:aaaa", "after the version only '--hash=sha256:' with 64 hexadecimal digits"),
        (f"iniconfig==2.1.0 {HASH} --hash=sha256:aa", "after the version only '--hash=sha256:' with 64 hexadecimal"),
        (f"iniconfig==2.1.0 --config-settings=a=b {HASH}", "after the version only '--hash=sha256:' with 64"),
        (f"https://example.org/a.whl {HASH}", "expected a name, not a URL or a path."),
        (f"a @ https://example.org/a.whl {HASH}", "expected a name, not a URL or a path."),
        (f"a@ file:/a.whl {HASH}", "expected a name, not a URL or a path."),
        (f"git+ssh://example.org/a {HASH}", "expected a name, not a URL or a path."),
        (f"./a.whl {HASH}", "expected a name, not a URL or a path."),
        (f"/a.whl {HASH}", "expected a name, not a URL or a path."),
        (f"folder/a.whl {HASH}", "expected one version, such as 'name==1.2.3'."),
        ("-e .", "options are not allowed in it"),
        ("--index-url https://example.org", "options are not allowed in it"),
        ("--extra-index-url=https://example.org", "options are not allowed in it"),
        ("--find-links /tmp", "options are not allowed in it"),
        ("-r other.txt", "options are not allowed in it"),
        ("--no-binary :all:", "options are not allowed in it"),
        ("--trusted-host a", "options are not allowed in it"),
    ],
)
def test_refuses_everything_else_with_its_line(line: str, error: str) -> None:
    with pytest.raises(ListError) as caught:
        check(f"# a list\nattrs==1.0 \\\n    {HASH}\n{line}\n", OWN)

    assert str(caught.value).startswith(f"line 4 is '{line[:80]}")
    assert error in str(caught.value)


@pytest.mark.parametrize("name", ["polars", "Polars"])
def test_the_workers_own_packages_keep_their_versions(name: str) -> None:
    with pytest.raises(ListError, match=r"line 1 has polars 1.0.0: the worker needs polars 2.0.0. Write"):
        check(f"{name}==1.0.0 {HASH}", OWN)


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(ListError, match="it names no package"):
        check("# nothing\n\n", OWN)


def test_says_which_list_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "packages.txt"
    assert main([str(listed), str(LOCK)]) == 1
    listed.write_text("iniconfig==2.1.0")
    assert main([str(listed), str(LOCK)]) == 1
    listed.write_text(f"iniconfig==2.1.0 {HASH}")
    assert main([str(listed), str(LOCK)]) == 0

    missing, unhashed = capsys.readouterr().err.splitlines()
    assert missing.startswith(f"nerium: {listed}: ")
    assert unhashed.startswith(f"nerium: {listed}: line 1 is 'iniconfig==2.1.0': it has no hash.")
