"""`make soundness`: try statements on all processors, print findings and figures, and fail when there are findings."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence

from soundness.checking import Tally, laboratory
from soundness.working import try_all
from sqlwright.embedded import start


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soundness", description=__doc__)
    parser.add_argument("--statements", type=int, default=2000, help="how many statements to try (2000)")
    parser.add_argument("--seed", type=int, help="what schemas, rows and statements are made from (random)")
    parser.add_argument("--only", type=int, metavar="N", help="show the N-th statement with its schema, and try it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument("--needless", action="store_true", help="count the reasons of columns that never were NULL")
    parser.add_argument("--refused", action="store_true", help="count the reasons of statements that were refused")
    options = parser.parse_args()
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    with start() as server:
        print(f"seed {seed}, on PostgreSQL {server.version}", flush=True)
        if options.only is not None:
            with laboratory(server, seed) as trial:
                print(*(f"{text.strip().rstrip(';')};" for text in trial.schema(options.only)), sep="\n")
                print(f"\n{trial.statement(options.only)};\n", flush=True)
                tally = trial.try_one(options.only)
            _show(tally, seed)
        else:
            tally = _try_all(server.conninfo(), seed, options.statements, options.jobs)
    _summarise(tally)
    if options.needless:
        _list(tally.needless.most_common(40))
    if options.refused:
        _list([each for each in tally.counts.most_common() if each[0].startswith("refused: ")][:40])
    return 1 if tally.findings else 0


def _try_all(conninfo: str, seed: int, statements: int, jobs: int) -> Tally:
    whole = Tally()
    began = time.monotonic()
    for done, tally in try_all(conninfo, seed, statements, jobs):
        whole.add(tally)
        _show(tally, seed)
        speed = done / (time.monotonic() - began)
        _progress(f"{done} of {statements} statements, {len(whole.findings)} findings, {speed:.0f} a second")
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return whole


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _show(tally: Tally, seed: int) -> None:
    texts = [(f"claimed: {each.claim}\nbecause: {each.reason}\n{each.sql}", each.number) for each in tally.findings]
    texts += [(f"the server closed the connection at\n{each.sql}", each.number) for each in tally.lost]
    for text, number in texts:
        print(f"\n{text}\nagain:   make soundness ARGS='--seed {seed} --only {number}'", flush=True)


def _summarise(tally: Tally) -> None:
    print(*_lines(tally), f"findings: {len(tally.findings)}", sep="\n")


def _lines(tally: Tally) -> Iterator[str]:
    counts = tally.counts
    yield f"statements: {counts['analysed']} analysed, {counts['refused']} refused by the server"
    yield (
        f"runs: {counts['run']} with {counts['rows']} rows; "
        f"{counts['failed']} failed with an error, {counts['too slow']} were too slow"
    )
    if tally.lost:
        yield f"crashes: {len(tally.lost)} statements after which the server had closed the connection"
    yield f"columns: {counts['columns']}, of which {counts['not null']} not null"
    yield f"claims: {counts['one row at most']} of one row at most, {counts['read only']} of reading only"
    share = 100 * counts["never NULL"] / max(counts["nullable and returned"], 1)
    yield (
        f"precision: {counts['never NULL']} of {counts['nullable and returned']} nullable columns "
        f"were never NULL ({share:.1f} %)"
    )


def _list(counted: Sequence[tuple[str, int]]) -> None:
    for text, count in counted:
        print(f"{count:8}  {text}")


if __name__ == "__main__":
    sys.exit(main())
