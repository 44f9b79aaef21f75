"""Calls that are gathered now and run later, together.

In: a generated function, called with a Recorder as its `db`. Out: what it would have run, and a `Pending` for what it
will return. The surprise: the function is called twice. The first call ends where a statement would be sent; the second
one, after the statements were run, gets the outcome there and goes on to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from sqlwright.runtime.errors import ExecutorError, ResultPending
from sqlwright.runtime.rows import Outcome
from sqlwright.runtime.statement import Bound, Statement

__all__ = ["Pending", "Recorded", "Recorder", "Step"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a pipeline."""

    statement: Statement
    #: one for a call; of a batch, one for each of its items
    values: Sequence[Bound]
    #: whether its rows are wanted, or their number alone
    returning: bool
    #: whether it is a batch
    many: bool


class Recorded(Exception):
    """Ends the first call."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class Recorder:
    """What a generated function gets as its `db`."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None

    def run(self, statement: Statement, arguments: Sequence[Any], *, returning: bool) -> Outcome:
        """Record the call, or return its outcome; raises ParameterError."""
        if self.outcome is not None:
            return self._outcome()
        raise Recorded(Step(statement, [statement.bind(arguments)], returning, many=False))

    def run_many(self, statement: Statement, rows: Iterable[Sequence[Any]], *, returning: bool) -> Outcome:
        """The same for a batch."""
        if self.outcome is not None:
            return self._outcome()
        raise Recorded(Step(statement, [statement.bind(arguments) for arguments in rows], returning, many=True))

    def _outcome(self) -> Outcome:
        outcome, self.outcome = self.outcome, _USED
        if outcome is None or outcome is _USED:
            raise ExecutorError("a function in a pipeline runs one statement: hand each call to the pipeline by itself")
        return outcome


class _Used:
    rowcount = 0

    def rows(self, statement: Statement, row: Any) -> list[Any]:  # noqa: ARG002 - the interface
        return []


_USED = _Used()


class Pending(Generic[T]):
    """What a call in a pipeline returns, once the pipeline's block has ended."""

    __slots__ = ("_name", "_reason", "_value")

    def __init__(self, name: str) -> None:
        self._name = name
        self._reason: str | None = "its pipeline has not run: the result is there after the `with` block"
        self._value: T | None = None

    def __repr__(self) -> str:
        return f"<Pending {self._name}{'' if self._reason is None else ', without a result'}>"

    @property
    def result(self) -> T:
        """What the function returned.

        Raises:
            ResultPending: the block has not ended, or it failed.
        """
        if self._reason is not None:
            raise ResultPending(f"{self._name} has no result: {self._reason}")
        return cast("T", self._value)

    def arrive(self, value: T) -> None:
        """Be the result; for pipelines."""
        self._value, self._reason = value, None

    def fail(self) -> None:
        """Say that there will be none; for pipelines."""
        self._reason = "its pipeline failed"
