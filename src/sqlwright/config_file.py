"""The file that a configuration is in: where it is, and the table in it that is ours, as TOML gives it.

In: a folder to start from. Out: the file, and its table. The surprise: this is apart from config.py, which says what
the table means, because a run that finds nothing changed needs the one without waiting for the other.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, cast

from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label
from sqlwright.toml_positions import positions

__all__ = ["FILE_NAME", "find_config", "read_section", "read_text"]

#: the file of its own; the other home is pyproject.toml
FILE_NAME = "sqlwright.toml"


def find_config(start: Path) -> Path | None:
    """The configuration file that rules a folder: its own, or the nearest one above it.

    Raises:
        DiagnosticError: one folder has both kinds, or a pyproject.toml on the way is not valid TOML.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        own, project = folder / FILE_NAME, folder / "pyproject.toml"
        shared = project if project.is_file() and _concerns_us(project) else None
        if own.is_file() and shared is not None:
            text = read_text(shared)
            place = positions(text)["tool", "sqlwright"]
            labels = (
                Label(shared.name, text, place.key_start, place.key_end, "one is here"),
                Label(own.name, read_text(own), 0, 0, "the other is this file", primary=False),
            )
            hint = f"keep one: delete {own.name}, or move its keys to [tool.sqlwright]"
            raise DiagnosticError(Diagnostic("SQW002", "the folder has two configurations", labels, help=hint))
        if own.is_file() or shared is not None:
            return own if own.is_file() else shared
    return None


def _concerns_us(project: Path) -> bool:
    # Somebody else's pyproject.toml above us may be as wrong as it likes.
    text = read_text(project)
    return "sqlwright" in text and read_section(project, text) is not None


def read_text(path: Path) -> str:
    """The text of a configuration file.

    Raises:
        DiagnosticError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        label = Label(path.name, "", 0, 0)
        raise DiagnosticError(Diagnostic("SQW003", f"the configuration cannot be read: {reason}", (label,))) from None


def read_section(path: Path, text: str) -> dict[str, Any] | None:
    """Our table of a configuration file; None where a pyproject.toml has none.

    Raises:
        DiagnosticError: the text is not valid TOML.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DiagnosticError(_invalid(path, text, error)) from None
    if path.name != "pyproject.toml":
        return document
    tool = document.get("tool")
    section = cast("dict[str, Any]", tool).get("sqlwright") if isinstance(tool, dict) else None
    return cast("dict[str, Any]", section) if isinstance(section, dict) else None


def _invalid(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Diagnostic:
    # Python 3.11 tells the place in the message only: "… (at line 3, column 5)".
    message, _, _ = str(error).partition(" (at ")
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    if found is None:
        start = len(text.rstrip())
    else:
        lines = text.split("\n")
        start = sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + int(found[2]) - 1
    said = "the line ends before the text does" if r"'\n'" in message else message[:1].lower() + message[1:]
    label = Label(path.name, text, start, start + 1, said)
    return Diagnostic("SQW003", f"{path.name} is not valid TOML", (label,))
