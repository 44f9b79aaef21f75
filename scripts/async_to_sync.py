#!/usr/bin/env python3
"""Derive the blocking side of the runtime from the async side, which is the one written by hand.

In: src/sqlwright/runtime/aio/*.py. Out: the same modules in src/sqlwright/runtime/sync/, without `async` and `await`,
with names exchanged by the table below, and without what stands between `# async only: …` and `# end of async only`.
Comments and layout stay, since words are exchanged and no tree is printed. The surprise: `flavour.py` is not derived;
it is where the two sides truly differ, and it is written twice.

    python scripts/async_to_sync.py           # write
    python scripts/async_to_sync.py --check   # show what would change; exit code 1 if anything would
"""

from __future__ import annotations

import argparse
import ast
import difflib
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

RUNTIME = Path(__file__).resolve().parent.parent / "src" / "sqlwright" / "runtime"
SOURCE, TARGET = RUNTIME / "aio", RUNTIME / "sync"

#: Modules that exist on both sides, each written by hand.
BY_HAND = {"flavour.py"}
#: Modules that have no blocking twin.
ASYNC_ONLY = {"lanes.py"}

#: What a name on the async side is called on the blocking side. Names that are missing here stay as they are.
NAMES = {
    # Ours.
    "AsyncDatabase": "Database",
    "AsyncExecutor": "Executor",
    "AsyncPipeline": "Pipeline",
    "AsyncPooledConnection": "PooledConnection",
    "AsyncRows": "Rows",
    "AsyncRowsToCopy": "RowsToCopy",
    "AsyncServerCursor": "ServerCursor",
    "AsyncSession": "Session",
    "AsyncStatementCursor": "StatementCursor",
    "AsyncStatementServerCursor": "StatementServerCursor",
    "AsyncTransaction": "Transaction",
    "aio": "sync",
    # psycopg's.
    "AsyncConnection": "Connection",
    "AsyncConnectionPool": "ConnectionPool",
    "AsyncRawCursor": "RawCursor",
    "AsyncRawServerCursor": "RawServerCursor",
    # Python's.
    "AbstractAsyncContextManager": "AbstractContextManager",
    "AsyncExitStack": "ExitStack",
    "AsyncGenerator": "Generator",
    "AsyncIterator": "Iterator",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    "enter_async_context": "enter_context",
}

#: `Awaitable[T]` is just a `T` here: a generic to unwrap rather than a name to exchange.
UNWRAPPED = "Awaitable"

HEADER = """\
# This file is derived from ../aio/{name} by scripts/async_to_sync.py: change that one and run the script.

"""

#: What taking words out can disturb: the order of imports and of __all__, names that are not needed, nested `with`s.
TIDIED = ("I", "F401", "F811", "RUF022", "SIM117")

#: Said, not found out: ruff looks for the files, and the first run makes them.
FIRST_PARTY = 'lint.isort.known-first-party = ["sqlwright"]'

ONLY = re.compile(r"^ *# async only:.*?^ *# end of async only\n", re.DOTALL | re.MULTILINE)

WORD = re.compile(r"\b(?:" + "|".join(sorted(NAMES, key=len, reverse=True)) + r")\b")


def derive(source: str, name: str) -> str:
    """The blocking version of a module of the async side, formatted."""
    ast.parse(source)
    text = "".join(_rewritten(ONLY.sub("", source)))
    text = _ruff(
        ["check", "--fix", "--quiet", "--select", ",".join(TIDIED), "--config", FIRST_PARTY],
        HEADER.format(name=name) + text,
        name,
    )
    return _ruff(["format", "--quiet"], text, name)


def _rewritten(source: str) -> list[str]:
    """The pieces of the new text: tokens that are exchanged or left out, with everything between them unchanged."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    pieces: list[str] = []
    position = 0
    closing: list[int] = []  # for each open bracket: 1 when it belongs to an unwrapped generic
    unwrap_next = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.NAME and token.string in ("async", "await"):
            pieces.append(source[position:start])
            position = end + len(source[end:]) - len(source[end:].lstrip(" "))
        elif token.type == tokenize.NAME and token.string == UNWRAPPED and source[end : end + 1] == "[":
            pieces.append(source[position:start])
            position = end
            unwrap_next = True
        elif token.type == tokenize.OP and token.string == "[":
            closing.append(1 if unwrap_next else 0)
            if unwrap_next:
                pieces.append(source[position:start])
                position = end
            unwrap_next = False
        elif token.type == tokenize.OP and token.string == "]":
            if closing.pop():
                pieces.append(source[position:start])
                position = end
        elif token.type in (tokenize.NAME, tokenize.STRING, tokenize.COMMENT):
            new = WORD.sub(lambda match: NAMES[match[0]], token.string)
            if token.type == tokenize.STRING:
                new = new.replace("async with", "with")
            if new != token.string:
                pieces += [source[position:start], new]
                position = end
    pieces.append(source[position:])
    return pieces


def _ruff(arguments: list[str], text: str, name: str) -> str:
    command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(TARGET / name), "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", cwd=RUNTIME)
    if done.returncode:
        sys.exit(f"ruff failed on {name}:\n{done.stderr}{done.stdout}")
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Write or check; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="print a diff instead of writing; exit code 1 if there is one"
    )
    check = parser.parse_args(arguments).check
    wanted = {
        path.name: derive(path.read_text("utf-8"), path.name)
        for path in sorted(SOURCE.glob("*.py"))
        if path.name not in BY_HAND | ASYNC_ONLY
    }
    present = {path.name: path.read_text("utf-8") for path in TARGET.glob("*.py") if path.name not in BY_HAND}
    changed = 0
    for name in sorted(wanted | present):
        old, new = present.get(name, ""), wanted.get(name, "")
        if old == new:
            continue
        changed += 1
        target = TARGET / name
        if check:
            shown = f"sync/{name}"
            sys.stdout.writelines(
                difflib.unified_diff(
                    old.splitlines(True), new.splitlines(True), f"{shown} (present)", f"{shown} (derived)"
                )
            )
        elif name in wanted:
            target.write_text(new, "utf-8")
            print(f"wrote {target.relative_to(RUNTIME)}")
        else:
            target.unlink()
            print(f"removed {target.relative_to(RUNTIME)}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
