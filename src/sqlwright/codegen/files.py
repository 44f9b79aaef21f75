"""Files: the text of all generated files in, and on disk either all of them or none.

A file is only overwritten or removed when its first line says that it is ours. The surprise: a generated file that no
longer belongs (its .sql file is gone) is removed as well, and counts as a difference.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlwright.codegen.render.header import MARKER
from sqlwright.diagnostics import Diagnostic, DiagnosticError

__all__ = ["FileTree"]


@dataclass(frozen=True, slots=True)
class FileTree:
    """Generated files below `folder`, by relative path with forward slashes."""

    folder: Path
    files: Mapping[str, str]
    #: the project's folder, from which paths are shown
    root: Path

    def stale(self) -> dict[str, str | None]:
        """What is to be written, by path; `None` stands for a file to remove.

        Raises:
            DiagnosticError: a file in the way was written by hand.
        """
        changes: dict[str, str | None] = {}
        foreign: list[Path] = []
        for name, text in self.files.items():
            path = self.folder / name
            current = _read(path)
            if current is None or current != text:
                changes[name] = text
            if current is not None and current.strip() and not current.startswith(MARKER):
                foreign.append(path)
        if foreign:
            raise DiagnosticError(
                [
                    Diagnostic(
                        "SQW502",
                        f"{self._shown(path)} was not generated, so it is not overwritten",
                        help=f"move it away, or choose another `output`; generated files start with `{MARKER}`",
                    )
                    for path in foreign
                ]
            )
        for path in sorted(self.folder.rglob("*.py")) if self.folder.is_dir() else ():
            name = path.relative_to(self.folder).as_posix()
            if name not in self.files and "__pycache__" not in path.parts and (_read(path) or "").startswith(MARKER):
                changes[name] = None
        return changes

    def diff(self) -> str:
        """A unified diff from what is on disk to what would be generated; empty where nothing is stale."""
        parts: list[str] = []
        for name, text in sorted(self.stale().items()):
            before = (_read(self.folder / name) or "").splitlines(keepends=True)
            after = (text or "").splitlines(keepends=True)
            shown = self._shown(self.folder / name)
            parts += difflib.unified_diff(before, after, f"{shown} (on disk)", f"{shown} (generated)")
        return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.root)).as_posix()

    def write(self) -> list[str]:
        """Write what differs; returns the paths that changed.

        Every new text is on disk under a temporary name before the first file is replaced.

        Raises:
            OSError: a file could not be written. No file was replaced yet, unless a rename failed after all texts were
                on disk; the next run then finishes.
            DiagnosticError: a file in the way was written by hand.
        """
        changes = self.stale()
        staged: list[tuple[Path, Path]] = []
        try:
            for name, text in changes.items():
                if text is None:
                    continue
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
                staged.append((Path(temporary), path))
                with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                Path(temporary).chmod(0o644)
            while staged:
                temporary_path, path = staged[0]
                temporary_path.replace(path)
                staged.pop(0)
        finally:
            for temporary_path, _ in staged:
                with contextlib.suppress(OSError):
                    temporary_path.unlink()
        for name, text in changes.items():
            if text is None:
                (self.folder / name).unlink()
        return sorted(changes)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return "\ufffd"  # not ours: ours are UTF-8
