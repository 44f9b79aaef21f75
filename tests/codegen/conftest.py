"""Golden cases: each folder below `cases` is one property of generated code.

    schema.sql                 what the database has; `-- needs: …` is what the server must have, as in tests/needs.py
    queries.sql, or queries/   what the user wrote
    *.py                       modules of the package that are written by hand
    sqlwright.toml             only where the configuration matters
    data.sql                   rows that are there before `use.py` runs
    expected/                  the generated package, byte for byte, and
    use.py                     calls of all its functions: `use(db)`, and `use_async(db)` for the async ones
    expected_errors.txt        instead of the last two: the drawings of what is wrong

UPDATE_GOLDENS=1 writes expected/ and expected_errors.txt anew; read them afterwards as their user would.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
import pytest
from tests.needs import needs

from sqlwright.codegen import generate, read_project
from sqlwright.config import FILE_NAME, Config, load_config
from sqlwright.diagnostics import DiagnosticError, render
from sqlwright.servers import Server, scratch_database

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One folder."""

    name: str

    @property
    def folder(self) -> Path:
        return CASES / self.name

    @property
    def expected(self) -> Path:
        return self.folder / "expected"

    @property
    def errors(self) -> Path:
        return self.folder / "expected_errors.txt"

    @property
    def is_good(self) -> bool:
        return (self.folder / "use.py").exists()

    def read(self, name: str) -> str:
        """A file that need not be there."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def needs(self) -> list[str]:
        """What the schema says that it needs of the server."""
        return re.findall(r"^-- needs: (.*)$", self.read("schema.sql"), re.MULTILINE)

    @property
    def config(self) -> Config:
        if (self.folder / FILE_NAME).exists():
            return load_config(self.folder / FILE_NAME)
        queries = "queries" if (self.folder / "queries").exists() else "queries.sql"
        return Config(root=self.folder, queries=(queries,), package=self.name, output="expected")

    def install(self, target: Path) -> None:
        """Lay out the expected package as an installed wheel has it: with its SQL, importable from `target`."""
        package = target / self.name
        shutil.copytree(self.expected, package, ignore=shutil.ignore_patterns("__pycache__"))
        (package / "__init__.py").write_text(f'"""The package of {self.name}."""\n', encoding="utf-8")
        for path in self.config.query_paths:
            if path.is_dir():
                shutil.copytree(path, package / "queries", dirs_exist_ok=True)
            else:
                (package / "queries").mkdir(exist_ok=True)
                shutil.copy(path, package / "queries")
        project = Path(__file__).parents[2] / "pyproject.toml"
        (package / "ruff.toml").write_text(
            f'extend = "{project}"\nline-length = {self.config.line_length}\nsrc = [".."]\n', encoding="utf-8"
        )
        for module in self.folder.glob("*.py"):
            shutil.copy(module, target / f"use_{self.name}.py" if module.name == "use.py" else package)


def all_cases() -> list[Case]:
    """By name."""
    return [Case(path.name) for path in sorted(CASES.iterdir()) if path.is_dir()]


@dataclass(frozen=True)
class Built:
    """A case with its database, and what generation gave."""

    case: Case
    conninfo: str
    #: relative path → text, or nothing where the case is in error
    files: dict[str, str]
    errors: str

    def reset(self) -> None:
        """Empty all tables and load the case's data."""
        with psycopg.connect(self.conninfo) as connection:
            connection.execute(_TRUNCATE)
            connection.execute(self.case.read("data.sql").encode())


_TRUNCATE = """
DO $$
DECLARE tables text;
BEGIN
    SELECT string_agg(oid::regclass::text, ', ') INTO tables FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      AND relpersistence <> 't' AND relnamespace::regnamespace::text !~ '^pg_';
    IF tables IS NOT NULL THEN EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE'; END IF;
END $$
"""


@pytest.fixture(scope="session")
def build(analysis_server: Server) -> Generator[Callable[[Case], Built]]:
    """Generate a case, once in a session: its database stays until the end."""
    with ExitStack() as stack:

        @cache
        def build(case: Case) -> Built:
            conninfo = stack.enter_context(scratch_database(analysis_server, prefix="sqlwright_case"))
            with psycopg.connect(conninfo) as connection:
                connection.execute(case.read("schema.sql").encode())
            try:
                tree = generate(case.config, read_project(case.config), conninfo)
            except DiagnosticError as error:
                return Built(case, conninfo, {}, "\n\n".join(map(render, error.diagnostics)) + "\n")
            return Built(case, conninfo, dict(tree.files), "")

        yield build


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for `good_case` or `any_case` the folders of that kind."""
    kinds = {"any_case": all_cases(), "good_case": [case for case in all_cases() if case.is_good]}
    for fixture, cases in kinds.items():
        if fixture in metafunc.fixturenames:
            marked = [pytest.param(case, id=case.name, marks=needs(*case.needs)) for case in cases]
            metafunc.parametrize(fixture, marked)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the expected packages of all cases, and the modules that use them."""
    target = tmp_path_factory.mktemp("packages")
    for case in all_cases():
        if case.is_good and case.expected.is_dir():
            case.install(target)
    return target
