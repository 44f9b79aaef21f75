"""Where the command begins: `sqlwright check` and `sqlwright generate` that have nothing to do end here too.

In: the command line. Out: exit code 0, or what cli.py makes of it. The surprise: reading a command line takes typer and
pydantic, several times as long as finding out that nothing has changed; so the two plain commands ask that first.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sqlwright.diagnostics import DiagnosticError
from sqlwright.freshness import UNCHANGED, is_fresh

__all__ = ["main"]


def main() -> None:
    """The entry point of the command."""
    if sys.argv[1:] in (["check"], ["generate"]) and _nothing_changed():
        sys.stdout.write(f"{UNCHANGED}\n")
        return
    from sqlwright.cli import main as command

    command()


def _nothing_changed() -> bool:
    try:
        return is_fresh(Path(), os.environ.get("DATABASE_URL") or None)
    except DiagnosticError:  # the command will draw it
        return False


if __name__ == "__main__":
    main()
