"""Concurrent calls on one connection: libpq's pipeline mode, for statements that are proved to change nothing.

In: statements with their bound values, from many tasks. Out: their replies. A lane is a connection of the pool in
pipeline mode, for as long as calls are under way on it. Each call ends with a sync point of its own, so it is a
transaction of its own, and its error reaches nobody else. The surprise: a call may be sent twice. When one turns out to
be slow, those behind it go to another lane; a statement that changes nothing can be sent again.

There is no blocking twin: a thread that waits has nothing to share.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import psycopg
import psycopg_pool
from psycopg import errors, pq
from psycopg.adapt import AdaptersMap
from psycopg.pq.abc import PGresult

from sqlwright.runtime.adaptation import is_stale_plan
from sqlwright.runtime.aio.session import AsyncSession
from sqlwright.runtime.prepared import Prepared, Reply
from sqlwright.runtime.statement import Bound, Statement

__all__ = ["Lanes"]

FATAL_ERROR, PIPELINE_SYNC = pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_SYNC

#: Calls under way on a lane before another one is opened: few lanes mean few and large packets.
DEPTH = 24
#: Seconds after which a statement is slow: those behind it are sent elsewhere, and for a while it runs alone.
SLOW = 0.05
SLOW_FOR = 10.0
#: Seconds after which a lane takes no more calls, so that its connection comes round to those who wait for one.
TERM = 0.05
#: Seconds that cancelling may take, and closing may wait for what is under way.
PATIENCE = 5.0

#: The server is ending our session: operator_intervention, its query_canceled (57014) apart.
_ENDING = "57P"


class LostError(Exception):
    """The connection is gone, for a call that can be made again."""


class Call:
    """A statement that is under way."""

    __slots__ = ("adapters", "future", "prepared", "results", "statement", "values")

    def __init__(
        self, statement: Statement, values: Bound, adapters: AdaptersMap, future: asyncio.Future[Reply]
    ) -> None:
        self.statement = statement
        self.values = values
        self.adapters = adapters
        #: the answer; None when it was sent again elsewhere
        self.future: asyncio.Future[Reply] | None = future
        self.prepared: Prepared | None = None
        self.results: list[PGresult] = []

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for its answer here."""
        return self.future is not None and not self.future.done()

    def fail(self, error: BaseException) -> None:
        """Answer with an error."""
        if self.future is not None and not self.future.done():
            self.future.set_exception(error)


class Lane:
    """A connection in pipeline mode."""

    def __init__(self, session: AsyncSession, lanes: Lanes) -> None:
        assert session.prepared is not None
        self.session = session
        self.calls: deque[Call] = deque()
        self.lost = False
        self.returned = False
        self._lanes = lanes
        self._loop = lanes.loop
        self._pgconn = session.connection.pgconn
        self._socket = self._pgconn.socket
        self._prepared = session.prepared
        self._flushing = False
        self._writing = False
        #: somebody waited for the last answer, and will give the connection back when there are no more calls
        self._claimed = True
        self._watch: asyncio.TimerHandle | None = None
        self.opened_at = self._progress_at = self._loop.time()
        self._pgconn.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    # --------------------------------------------------------------------------------------------------------- sending

    def submit(self, call: Call) -> None:
        """Send the call; its future gets the reply, or the error."""
        if not self.calls:
            self._progress_at = self._loop.time()
        try:
            call.prepared = self._prepared.send(call.statement, call.values)
            self._pgconn.pipeline_sync()
        except psycopg.Error:
            call.fail(LostError())
            self._lose()
            return
        self.calls.append(call)
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)
        if self._watch is None:
            self._watch = self._loop.call_later(SLOW, self._look)

    def _flush(self) -> None:
        self._flushing = False
        if self.lost or self.returned:
            return
        try:
            unsent = bool(self._pgconn.flush())
        except psycopg.Error:
            self._lose()
            self._settle()
            return
        if unsent and not self._writing:
            self._loop.add_writer(self._socket, self._flush)
        elif self._writing and not unsent:
            self._loop.remove_writer(self._socket)
        self._writing = unsent

    # ------------------------------------------------------------------------------------------------------- receiving

    def _read(self) -> None:
        pgconn = self._pgconn
        try:
            pgconn.consume_input()
            while self.calls and not pgconn.is_busy():
                result = pgconn.get_result()
                if result is None:  # between two commands
                    continue
                if result.status == PIPELINE_SYNC:
                    self._finish(self.calls.popleft())
                else:
                    self.calls[0].results.append(result)
        except (psycopg.Error, LostError):
            self._lose()
        self._settle()

    def _settle(self) -> None:
        if not self.calls and not self._claimed and not self.returned:
            # Those who asked last were cancelled or have moved, so there is nobody to give the connection back.
            self._lanes.spawn(self._lanes.close(self))

    def _finish(self, call: Call) -> None:
        self._progress_at = self._loop.time()
        self._claimed = call.wanted
        failed = next((result for result in call.results if result.status == FATAL_ERROR), None)
        if failed is None:
            if call.wanted and call.future is not None and call.prepared is not None:
                # What came before it is about its preparation.
                reply = Reply(
                    self.session.connection,
                    call.adapters,
                    call.prepared,
                    call.results[-1:],
                    pause_gc=self._prepared.pause_gc,
                )
                call.future.set_result(reply)
            return
        error = errors.error_from_result(failed)
        if (error.sqlstate or "").startswith(_ENDING):
            call.fail(lost := LostError())
            raise lost
        if len(call.results) > 1 or is_stale_plan(error):
            self._prepared.forget(call.statement)
        call.fail(error)

    def _lose(self) -> None:
        """The connection is gone, and with it all calls that are under way."""
        self.lost = True
        self._detach()
        self._pgconn.finish()
        self._lanes.retire(self)
        self._claimed = self._claimed or any(call.wanted for call in self.calls)
        while self.calls:
            self.calls.popleft().fail(LostError())

    # ------------------------------------------------------------------------------------------------- slow statements

    def _look(self) -> None:
        """Has the first call been under way for too long?"""
        self._watch = None
        # First what is there already: when the loop was busy, the answer may have been waiting, and not the server.
        self._read()
        if not self.calls:
            return
        left = SLOW - (self._loop.time() - self._progress_at)
        if left > 0:
            self._watch = self._loop.call_later(left, self._look)
            return
        first, *others = self.calls
        self._lanes.slow(first.statement)
        self._lanes.retire(self)
        for call in others:
            if call.wanted and call.future is not None:
                self._lanes.spawn(self._lanes.send(Call(call.statement, call.values, call.adapters, call.future)))
                call.future = None

    # --------------------------------------------------------------------------------------------------------- the end

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for anything of what the server is doing."""
        return bool(self.calls) and not any(call.wanted for call in self.calls)

    def end(self) -> None:
        """Make it an ordinary connection again; no call may be under way."""
        if not self.lost:
            self._detach()
            self._pgconn.exit_pipeline_mode()

    def _detach(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self._loop.remove_reader(self._socket)
        if self._writing:
            self._loop.remove_writer(self._socket)
            self._writing = False


class Lanes:
    """All lanes of one database.

    Args:
        acquire: takes a connection out of the pool.
        release: gives it back.
        most: how many lanes there may be.
    """

    def __init__(
        self,
        acquire: Callable[[], Awaitable[AsyncSession]],
        release: Callable[[AsyncSession], Awaitable[None]],
        most: int,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self._acquire = acquire
        self._release = release
        self._most = most
        #: those that take calls
        self._lanes: list[Lane] = []
        #: and those that do not any more, but still have some under way
        self._all: set[Lane] = set()
        self._opening: asyncio.Future[None] | None = None
        self._slow_until: dict[Statement, float] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def takes(self, statement: Statement) -> bool:
        """Whether the statement may share a connection."""
        if not statement.read_only or statement.sets_session:
            return False
        until = self._slow_until.get(statement)
        if until is None:
            return True
        if until > self.loop.time():
            return False
        del self._slow_until[statement]
        return True

    async def run(self, statement: Statement, values: Bound, adapters: AdaptersMap) -> Reply | None:
        """Run the statement on a connection that others may use at the same time.

        None: it must be run again, on a connection of its own. This one was lost, or the plan went stale.

        Raises:
            psycopg.Error: what the server says about this statement.
            psycopg_pool.PoolTimeout: no connection became free in time.
        """
        future: asyncio.Future[Reply] = self.loop.create_future()
        call = Call(statement, values, adapters, future)
        lane = await self._lane()
        try:
            lane.submit(call)
            return await future
        except LostError:
            return None
        except psycopg.Error as error:
            if is_stale_plan(error):
                return None
            raise
        except asyncio.CancelledError:
            if lane.unwanted:
                with suppress(psycopg.Error):
                    await lane.session.connection.cancel_safe(timeout=PATIENCE)
            raise
        finally:
            if not lane.calls:
                await self.close(lane)

    async def send(self, call: Call) -> None:
        """Send a call that had to leave another lane."""
        try:
            lane = await self._lane()
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            call.fail(error)
            return
        if call.wanted:
            lane.submit(call)

    def slow(self, statement: Statement) -> None:
        """Let the statement have a connection to itself for a while."""
        self._slow_until[statement] = self.loop.time() + SLOW_FOR

    def retire(self, lane: Lane) -> None:
        """No more calls for this lane."""
        if lane in self._lanes:
            self._lanes.remove(lane)

    async def close(self, lane: Lane) -> None:
        """Give the lane's connection back."""
        if lane.returned:
            return
        lane.returned = True
        self.retire(lane)
        self._all.discard(lane)
        lane.end()
        await self._release(lane.session)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have it done, by nobody in particular."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait until nothing is under way, though not for long."""
        until = self.loop.time() + PATIENCE
        while (self._all or self._tasks or self._opening) and self.loop.time() < until:
            await asyncio.sleep(0.001)

    # ----------------------------------------------------------------------------------------------------------- parts

    async def _lane(self) -> Lane:
        """One that takes a call, now."""
        while True:
            lane = min(self._lanes, key=lambda lane: len(lane.calls), default=None)
            if lane is None:
                if self._opening is None:
                    return await self._open()
                await asyncio.wait([self._opening])
            elif self.loop.time() - lane.opened_at > TERM and lane.calls:
                self.retire(lane)
            else:
                if len(lane.calls) >= DEPTH and self._opening is None and len(self._lanes) < self._most:
                    self.spawn(self._open_another())
                return lane

    async def _open(self) -> Lane:
        self._opening = self.loop.create_future()
        try:
            session = await self._acquire()
        finally:
            # Those who waited look again, whatever came of it.
            self._opening.set_result(None)
            self._opening = None
        lane = Lane(session, self)
        self._all.add(lane)
        self._lanes.append(lane)
        return lane

    async def _open_another(self) -> None:
        if self._opening is not None:
            return
        with suppress(psycopg.Error, psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed):
            lane = await self._open()
            # It may have come too late for anybody.
            await asyncio.sleep(TERM)
            if not lane.calls:
                await self.close(lane)
