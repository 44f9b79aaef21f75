"""Where contenders run: a Python and a Node of their own, in a folder that git ignores.

In: the folder of the project. Out: command lines for workers, and which packages are missing, with the reason. The
surprise: the Python is an overlay. It sees the packages of the environment that runs us and adds the peers, so that
psycopg and pydantic are the very ones that the project is tested with, and nothing of the peers gets into that.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.styles import style_folders

__all__ = ["Environment", "set_up"]

_HERE = Path(__file__).parent

#: What pip installs, and what contenders need of it.
PEERS = ("SQLAlchemy==2.1.9", "sqlmodel==0.0.50", "asyncpg==0.32.0", "greenlet==3.5.6")


@dataclass(frozen=True)
class Environment:
    """The commands that start workers, and what is not there."""

    root: Path
    python: Path
    node: Path | None
    #: packages that could not be installed, and why
    absent: dict[str, str] = field(default_factory=dict[str, str])
    #: where sqlwright and product_helper are taken from
    source: Path | None = None

    @property
    def sources(self) -> Path:
        """Where sqlwright and product_helper are."""
        return self.source or self.root / "src"

    @property
    def python_worker(self) -> Sequence[str | Path]:
        """Runs contenders in Python."""
        return [self.python, "-m", "bench.worker"]

    @property
    def node_worker(self) -> Sequence[str | Path] | None:
        """Runs contenders in JavaScript; None where there is no Node."""
        return None if self.node is None else [self.node, "--expose-gc", _node_folder(self.root) / "worker.mjs"]

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of all processes."""
        path = os.pathsep.join(map(str, (self.sources, _HERE.parent, *style_folders(self.root))))
        # PYTHONDONTWRITEBYTECODE would have every process compile us anew, which counts as time to import.
        unwanted = ("PG", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        return {**kept, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "NODE_ENV": "production"}


def set_up(root: Path, *, peers: bool = True) -> Environment:
    """Install what is not installed yet. Without peers, everything runs in the Python that runs us."""
    if not peers:
        reason = {"node": "peers were not asked for"}
        return Environment(root, Path(sys.executable), None, dict.fromkeys(_names(), "not asked for") | reason)
    absent: dict[str, str] = {}
    python = _overlay(root / ".bench" / "python", absent)
    node = _node(root, absent)
    return Environment(root, python, node, absent)


def _names() -> list[str]:
    return [peer.partition("==")[0] for peer in PEERS]


# ----------------------------------------------------------------------------------------------------------- Python


def _overlay(folder: Path, absent: dict[str, str]) -> Path:
    python = folder / "bin" / "python"
    stamp = folder / "installed.json"
    wanted = {"peers": list(PEERS), "python": sys.version, "beneath": sysconfig.get_path("purelib")}
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        return python
    venv.create(folder, clear=True, with_pip=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (folder / "lib" / version / "site-packages" / "beneath.pth").write_text(
        "\n".join(dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))) + "\n",
        encoding="utf-8",
    )
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # What is beneath must stay as it is, since that is what is measured.
    frozen = folder / "beneath.txt"
    listed = [sys.executable, "-m", "pip", "list", "--format=freeze", "--exclude-editable"]
    frozen.write_text(subprocess.run(listed, capture_output=True, text=True, check=True).stdout, encoding="utf-8")
    if _run([*install, "--constraint", str(frozen), *PEERS]) is not None:
        for peer in PEERS:  # one by one: what can be had is worth having
            if (reason := _run([*install, "--constraint", str(frozen), peer])) is not None:
                absent[peer.partition("==")[0]] = reason
    if not absent:
        stamp.write_text(json.dumps(wanted), encoding="utf-8")
    return python


# ------------------------------------------------------------------------------------------------------------- Node


def _node_folder(root: Path) -> Path:
    return root / ".bench" / "node"


def _node(root: Path, absent: dict[str, str]) -> Path | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        absent["node"] = "there is no node and npm on the PATH"
        return None
    folder = _node_folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    # A module finds its packages in the folders above it.
    for source in sorted((_HERE / "node").iterdir()):
        if source.suffix in (".mjs", ".json"):
            shutil.copyfile(source, folder / source.name)
    digest = hashlib.sha256((folder / "package.json").read_bytes()).hexdigest()
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != digest:
        reason = _run([npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], folder)
        if reason is not None:
            absent["node"] = reason
            return None
        stamp.write_text(digest, encoding="utf-8")
    return Path(node)


def _run(command: Sequence[str], folder: Path | None = None) -> str | None:
    """Why it failed; None when it did not."""
    done = subprocess.run(list(command), cwd=folder, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    lines = [line for line in (done.stderr + done.stdout).strip().splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {done.returncode}"
