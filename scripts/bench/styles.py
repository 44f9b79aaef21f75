"""product_helper once more, with rows of other kinds: generated into the folder of the benchmarks.

In: the project and a database with its migrations. Out: the packages `product_helper_dataclass` and
`product_helper_msgspec`, on the PYTHONPATH of workers. The surprise: they are generated for each run, so that they are
never older than the generator.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["STYLES", "generate_styles", "style_folders"]

STYLES = ("dataclass", "msgspec")

_CONFIGURATION = """\
queries = ["../../../queries"]
migrations = "../../../migrations"
package = "product_helper_{style}"
output = "product_helper_{style}"
rows = "{style}"

[json]
"projects.collected_data" = "product_helper.types:CollectedData"
"""


def style_folders(root: Path) -> list[Path]:
    """Where the packages are, in folders of their own."""
    return [root / ".bench" / "styles" / style for style in STYLES]


def generate_styles(root: Path, source: Path, conninfo: str) -> None:
    """Generate the packages; raises subprocess.CalledProcessError when the generator fails."""
    for style, folder in zip(STYLES, style_folders(root), strict=True):
        shutil.rmtree(folder, ignore_errors=True)
        package = folder / f"product_helper_{style}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('"""Rows of another kind."""\n', encoding="utf-8")
        (folder / "sqlwright.toml").write_text(_CONFIGURATION.format(style=style), encoding="utf-8")
        variables = {**os.environ, "DATABASE_URL": conninfo, "PYTHONPATH": str(source)}
        subprocess.run(
            [sys.executable, "-m", "sqlwright", "generate", "--project", str(folder)],
            env=variables,
            check=True,
            stdout=subprocess.DEVNULL,
        )
