"""Whether anything changed since the files were generated: one hash over all that they are made of, and over
themselves.

In: a configuration. Out: yes or no. The surprise: the generator's own code is part of the hash, so a newer version
never trusts an older one's stamp, and neither does a change made to it in a checkout. The module imports nothing of the
generator and starts no program, since that would take longer than all the rest of a run that has nothing to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlwright.config import Config
from sqlwright.embedded import binary

__all__ = ["is_fresh", "stamp"]

_STAMP = Path(".sqlwright", "generated.sha256")


def is_fresh(config: Config, url: str | None) -> bool:
    """Whether sources, migrations, configuration, generator and generated files are those of the last stamp.

    Raises:
        ServerError: no server is named, and the embedded one is not installed.
    """
    try:
        return (config.root / _STAMP).read_text() == _hash(config, url)
    except OSError:
        return False


def stamp(config: Config, url: str | None) -> None:
    """Remember that the files on disk are what the sources say; a folder that cannot be written is no obstacle."""
    path = config.root / _STAMP
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(_hash(config, url))
    except OSError:
        pass


def _hash(config: Config, url: str | None) -> str:
    total = hashlib.sha256()
    # A server that the user names is taken to stay what it is; its schema comes from the migrations anyway.
    server = config.url or url or _embedded_server()
    for part in (config.model_dump_json(by_alias=True), server):
        total.update(part.encode() + b"\0")
    for path in _files(config):
        total.update(path.as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _embedded_server() -> str:
    # Asking the program for its version takes a process; whoever installs another one changes its file.
    program = binary("postgres")
    found = program.stat()
    return f"{program} {found.st_size} {found.st_mtime_ns}"


def _files(config: Config) -> Iterator[Path]:
    own = Path(__file__).parent
    for folder, pattern in (
        *((path, "*.sql") for path in config.query_paths),
        (config.migrations_path, "*.sql"),
        (config.output_path, "*.py"),
        (own, "*"),
    ):
        if folder.is_file():
            yield folder
        yield from sorted(path for path in folder.rglob(pattern) if path.is_file() and path.suffix != ".pyc")
