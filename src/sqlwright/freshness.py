"""Whether anything changed since the files were generated: one hash over all that they are made of, and over
themselves.

In: a folder with a configuration. Out: yes or no. The surprise: the generator's own code is part of the hash, so a
newer version never trusts an older one's stamp, and neither does a change made to it in a checkout. Beside the hash the
stamp names the folders that were hashed. So asking needs neither the generator nor the configuration's rules, and
starts no program: any of these would take longer than the rest of a run that has nothing to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlwright.config_file import find_config, read_section, read_text

if TYPE_CHECKING:
    from sqlwright.config import Config

__all__ = ["UNCHANGED", "is_fresh", "stamp"]

#: what a command says that has nothing to do
UNCHANGED = "nothing changed: the generated files are up to date"

_STAMP = Path(".sqlwright", "generated.sha256")


def is_fresh(start: Path, url: str | None) -> bool:
    """Whether sources, migrations, configuration, generator and generated files are those of the last stamp.

    `start` is what `load_config` takes.

    Raises:
        DiagnosticError: the configuration cannot be found or read.
    """
    path = _config_file(start)
    if path is None:
        return False
    try:
        found, *sources = (path.parent / _STAMP).read_text(encoding="utf-8").splitlines()
        return found == _hash(path, url, sources)
    except (OSError, ValueError):
        return False


def stamp(start: Path, config: Config, url: str | None) -> None:
    """Remember that the files on disk are what the sources say; a folder that cannot be written is no obstacle."""
    path = _config_file(start)
    if path is None:
        return
    sources = [*(f"sql {each}" for each in (*config.queries, config.migrations)), f"py {config.output}"]
    stamped = path.parent / _STAMP
    try:
        stamped.parent.mkdir(exist_ok=True)
        stamped.write_text("\n".join((_hash(path, url, sources), *sources)), encoding="utf-8")
    except OSError:
        pass


def _config_file(start: Path) -> Path | None:
    return start.resolve() if start.is_file() else find_config(start)


def _hash(path: Path, url: str | None, sources: Iterable[str]) -> str:
    """Over the configuration in `path`, the server, and the files: `sql FOLDER` or `py FOLDER`, each on a line."""
    total = hashlib.sha256()
    section = read_section(path, read_text(path)) or {}
    # A server that the user names is taken to stay what it is; its schema comes from the migrations anyway.
    server = section.get("url") or url or _embedded_server()
    for part in (repr(section), str(server), *sources):
        total.update(part.encode() + b"\0")
    for file in _files(path.parent, sources):
        total.update(file.as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _embedded_server() -> str:
    # Asking the program for its version takes a process; whoever installs another one changes its file.
    from sqlwright.embedded import ServerError, binary

    try:
        program = binary("postgres")
    except ServerError as error:
        raise FileNotFoundError(error.message) from error
    found = program.stat()
    return f"{program} {found.st_size} {found.st_mtime_ns}"


def _files(root: Path, sources: Iterable[str]) -> Iterator[Path]:
    folders = [(root / name, f"*.{kind}") for kind, _, name in (each.partition(" ") for each in sources)]
    for folder, pattern in (*folders, (Path(__file__).parent, "*")):
        if folder.is_file():
            yield folder
        yield from sorted(file for file in folder.rglob(pattern) if file.is_file() and file.suffix != ".pyc")
