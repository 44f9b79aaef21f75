# This file is derived from ../aio/pipeline.py by scripts/async_to_sync.py: change that one and run the script.

"""Several calls in one round trip and one transaction.

In: generated functions with their arguments. Out: a `Pending` for each, filled when the block ends. The surprise: until
then nothing is sent and no connection is taken, so a block that raises has done nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlwright.runtime.errors import ExecutorError, PipelineOver
from sqlwright.runtime.pending import Pending, Recorded, Recorder, Step
from sqlwright.runtime.rows import Outcome
from sqlwright.runtime.sync.flavour import at_once
from sqlwright.runtime.sync.session import Session

if TYPE_CHECKING:
    from sqlwright.runtime.sync.executor import Executor

__all__ = ["Pipeline", "open_pipeline"]

P = ParamSpec("P")
T = TypeVar("T")


class _Call(NamedTuple):
    """A call that was recorded."""

    #: without the statement's outcome it records, with it it returns
    function: Callable[[], Any]
    recorder: Recorder
    step: Step
    pending: Pending[Any]


class Pipeline:
    """Calls that will be made together. `pipeline()` of a Database or a Transaction makes it."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._over = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._calls)} calls{', over' if self._over else ''}>"

    def run(self, function: Callable[Concatenate[Executor, P], T], *args: P.args, **kwargs: P.kwargs) -> Pending[T]:
        """Add a call of a generated function, with its arguments after `db`.

        Raises:
            ParameterError: an argument is not what its parameter takes.
            ExecutorError: the function is no generated one, or one that streams rows or runs a script.
            PipelineOver: the block has ended.
        """
        name = getattr(function, "__name__", repr(function))
        if self._over:
            raise PipelineOver(f"{name} came too late: the pipeline's `with` block has ended")
        recorder = Recorder()
        db: Any = recorder
        called = partial(function, db, *args, **kwargs)
        try:
            at_once(called)
        except Recorded as recorded:
            pending = Pending[T](name)
            self._calls.append(_Call(called, recorder, recorded.step, pending))
            return pending
        raise ExecutorError(f"{name} cannot be part of a pipeline: it runs no statement, or streams its rows")

    @property
    def steps(self) -> list[Step]:
        """What to run."""
        return [call.step for call in self._calls]

    def end(self) -> None:
        """Take no more calls, and let those that have no result say so."""
        self._over = True
        for call in self._calls:
            call.pending.fail()

    def finish(self, outcomes: list[Outcome]) -> None:
        """Fill in the results; raises the first error that comes of reading one."""
        failure: Exception | None = None
        for call, outcome in zip(self._calls, outcomes, strict=True):
            call.recorder.outcome = outcome
            try:
                call.pending.arrive(at_once(call.function))
            except Exception as error:  # whatever it is, the others have their results
                failure = failure or error
        if failure is not None:
            raise failure


@contextmanager
def open_pipeline(
    lend: Callable[[], AbstractContextManager[Session]],
) -> Generator[Pipeline]:
    """A pipeline that runs on the session that is lent when its block ends."""
    pipeline = Pipeline()
    try:
        yield pipeline
    finally:
        pipeline.end()
    if pipeline.steps:
        with lend() as session:
            outcomes = session.run_pipeline(pipeline.steps)
        pipeline.finish(outcomes)
