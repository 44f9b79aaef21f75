"""Generated files on disk: all of them or none, and only our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlwright.codegen.files import FileTree
from sqlwright.codegen.render import MARKER
from sqlwright.diagnostics import DiagnosticError

OLD, NEW = f"{MARKER}: old\n", f"{MARKER}: new\n"


def test_nothing_is_replaced_when_one_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OLD)
    (tmp_path / "sync").write_text("in the way of a folder")
    with pytest.raises(OSError, match="sync"):
        FileTree(tmp_path, {"a.py": NEW, "sync/b.py": NEW}, tmp_path).write()
    assert (tmp_path / "a.py").read_text() == OLD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "sync"]


def test_a_file_of_a_person_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OLD)
    (tmp_path / "b.py").write_text("by_hand = True\n")
    with pytest.raises(DiagnosticError, match=r"b\.py was not generated"):
        FileTree(tmp_path, {"a.py": NEW, "b.py": NEW}, tmp_path).write()
    assert (tmp_path / "a.py").read_text() == OLD


def test_a_generated_file_that_no_longer_belongs_is_removed(tmp_path: Path) -> None:
    (tmp_path / "gone.py").write_text(OLD)
    (tmp_path / "by_hand.py").write_text("mine = True\n")
    assert FileTree(tmp_path, {"a.py": NEW}, tmp_path).write() == ["a.py", "gone.py"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "by_hand.py"]
