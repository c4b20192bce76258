"""Group commit: units that fail alone, commits that fail for all, callers that give up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.database import SqliteFile
from storage.errors import CommitFailed, DiskFull, StoreClosed, StoreError
from storage.signals import Topic
from storage.writer import SHARED_COMMIT, Wake, Writer

Run = Callable[[AsyncConnection, Wake], Awaitable[int]]


class Bench:
    """A writer on a real file with one table of numbers, and what it signalled."""

    def __init__(self, file: SqliteFile, room: int) -> None:
        self.woken: list[Topic] = []
        self.engine: AsyncEngine = file.writer()
        self.readers: AsyncEngine = file.readers()
        self.writer = Writer(self.engine, self.woken.append, room=room)

    async def numbers(self) -> list[int]:
        async with self.readers.connect() as connection:
            return [row[0] for row in await connection.exec_driver_sql("SELECT n FROM numbers ORDER BY n")]

    async def close(self) -> None:
        await self.writer.close()
        await self.engine.dispose()
        await self.readers.dispose()


async def make_bench(path: Path, room: int = 100) -> Bench:
    file = SqliteFile(path)
    file.prepare()
    bench = Bench(file, room)
    bench.writer.start()

    async def table(connection: AsyncConnection, _wake: Wake) -> None:
        await connection.exec_driver_sql("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
        await connection.exec_driver_sql(
            "CREATE TABLE children (n INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)"
        )

    await bench.writer.submit(table)
    return bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = await make_bench(tmp_path / "numbers.db")
    yield made
    await made.close()


def insert(number: int, *, fails: bool = False, yields: int = 0, wakes: Topic | None = None) -> Run:
    async def run(connection: AsyncConnection, wake: Wake) -> int:
        await connection.exec_driver_sql("INSERT INTO numbers VALUES (?)", (number,))
        for _ in range(yields):
            await asyncio.sleep(0)
        if wakes is not None:
            wake(wakes)
        if fails:
            raise LookupError(number)
        return number

    return run


def submit(bench: Bench, run: Callable[[AsyncConnection, Wake], Awaitable[Any]]) -> asyncio.Task[Any]:
    return asyncio.create_task(bench.writer.submit(run))


async def settle(*tasks: asyncio.Task[Any]) -> list[Any]:
    return list(await asyncio.gather(*tasks, return_exceptions=True))


async def test_a_failing_unit_is_undone_alone_and_its_neighbours_stay(bench: Bench) -> None:
    results = await settle(*(submit(bench, insert(n, fails=n == 2)) for n in (1, 2, 3)))
    assert results[0] == 1
    assert isinstance(results[1], LookupError)
    assert results[2] == 3
    assert await bench.numbers() == [1, 3]


async def test_a_failing_first_unit_leaves_the_ones_behind_it(bench: Bench) -> None:
    await settle(*(submit(bench, insert(n, fails=n < 3)) for n in (1, 2, 3)))
    assert await bench.numbers() == [3]


async def test_a_unit_that_broke_a_constraint_may_go_on_in_its_own_way(bench: Bench) -> None:
    async def careful(connection: AsyncConnection, _wake: Wake) -> str:
        try:
            await connection.exec_driver_sql("INSERT INTO numbers VALUES (1)")
        except Exception:  # noqa: BLE001 - whatever the driver raises
            await connection.exec_driver_sql("INSERT INTO numbers VALUES (2)")
        return "done"

    await bench.writer.submit(insert(1))
    assert await bench.writer.submit(careful) == "done"
    assert await bench.numbers() == [1, 2]


async def test_more_units_than_one_commit_holds_all_happen(bench: Bench) -> None:
    results = await settle(*(submit(bench, insert(n)) for n in range(SHARED_COMMIT * 2 + 5)))
    assert results == list(range(SHARED_COMMIT * 2 + 5))
    assert await bench.numbers() == results


async def test_units_without_statements_return_what_they_return(bench: Bench) -> None:
    async def idle(_connection: AsyncConnection, _wake: Wake) -> str:
        return "idle"

    async def idle_and_broken(_connection: AsyncConnection, _wake: Wake) -> str:
        raise LookupError

    results = await settle(submit(bench, idle), submit(bench, idle_and_broken), submit(bench, insert(1)))
    assert results[0] == "idle"
    assert isinstance(results[1], LookupError)
    assert await bench.numbers() == [1]


async def test_only_committed_units_wake(bench: Bench) -> None:
    await settle(submit(bench, insert(1, wakes=Topic.ORDERS)), submit(bench, insert(2, fails=True, wakes=Topic.EVENTS)))
    assert bench.woken == [Topic.ORDERS]


async def test_a_topic_is_signalled_once_for_a_shared_commit(bench: Bench) -> None:
    await settle(*(submit(bench, insert(n, wakes=Topic.ORDERS)) for n in range(10)))
    assert bench.woken == [Topic.ORDERS]


async def test_a_caller_that_gives_up_before_its_turn_takes_its_unit_with_it(bench: Bench) -> None:
    gate = asyncio.Event()
    entered = asyncio.Event()

    async def slow(connection: AsyncConnection, _wake: Wake) -> None:
        entered.set()
        await gate.wait()

    first = submit(bench, slow)
    await entered.wait()
    second, third = submit(bench, insert(2)), submit(bench, insert(3))
    await asyncio.sleep(0)
    second.cancel()
    gate.set()
    await settle(first, second, third)
    assert await bench.numbers() == [3]


async def test_a_caller_that_gives_up_during_its_turn_leaves_a_whole_unit(bench: Bench) -> None:
    gate = asyncio.Event()
    entered = asyncio.Event()

    async def two_steps(connection: AsyncConnection, wake: Wake) -> None:
        await insert(1)(connection, wake)
        entered.set()
        await gate.wait()
        await insert(2)(connection, wake)

    impatient = submit(bench, two_steps)
    await entered.wait()
    impatient.cancel()
    await asyncio.sleep(0)
    gate.set()
    await bench.writer.submit(insert(3))
    assert await bench.numbers() == [1, 2, 3]
    assert impatient.cancelled()


async def test_a_unit_whose_own_wait_was_cancelled_fails_alone(bench: Bench) -> None:
    async def cancelled_within(connection: AsyncConnection, wake: Wake) -> None:
        await insert(1)(connection, wake)
        raise asyncio.CancelledError

    results = await settle(submit(bench, cancelled_within), submit(bench, insert(2)))
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1] == 2
    assert await bench.numbers() == [2]


async def test_a_commit_that_fails_fails_every_unit_of_it_and_wakes_nobody(bench: Bench) -> None:
    async def orphan(connection: AsyncConnection, wake: Wake) -> None:
        # A deferred foreign key is checked by COMMIT, which then refuses.
        await connection.exec_driver_sql("INSERT INTO children VALUES (99)")
        wake(Topic.EVENTS)

    results = await settle(submit(bench, insert(1, wakes=Topic.ORDERS)), submit(bench, orphan))
    assert [type(result) for result in results] == [CommitFailed, CommitFailed]
    assert bench.woken == []
    assert await bench.numbers() == []
    assert await bench.writer.submit(insert(5)) == 5
    assert await bench.numbers() == [5]


async def test_a_transaction_that_the_database_gave_up_fails_every_unit_and_nothing_runs_outside_of_it(
    bench: Bench,
) -> None:
    async def loses_it(connection: AsyncConnection, wake: Wake) -> None:
        # What SQLite does by itself when it cannot go on, such as on an I/O error.
        await connection.exec_driver_sql("ROLLBACK")
        await insert(2)(connection, wake)

    results = await settle(submit(bench, insert(1)), submit(bench, loses_it), submit(bench, insert(3)))
    assert all(isinstance(result, StoreError) for result in results)
    assert await bench.numbers() == []
    assert await bench.writer.submit(insert(4)) == 4
    assert await bench.numbers() == [4]


async def test_a_full_disk_is_named_and_the_writer_works_again_when_there_is_room(bench: Bench) -> None:
    async def limit(connection: AsyncConnection, _wake: Wake, pages: int) -> None:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async def heavy(connection: AsyncConnection, _wake: Wake) -> None:
        await connection.exec_driver_sql("CREATE TABLE heavy AS SELECT zeroblob(1000000) AS b")

    await bench.writer.submit(lambda connection, wake: limit(connection, wake, 10))
    with pytest.raises(DiskFull, match="no room"):
        await bench.writer.submit(heavy)
    await bench.writer.submit(lambda connection, wake: limit(connection, wake, 1_000_000))
    assert await bench.writer.submit(insert(1)) == 1
    assert await bench.numbers() == [1]


async def test_units_that_still_wait_for_room_when_the_writer_closes_are_done_or_refused(tmp_path: Path) -> None:
    bench = await make_bench(tmp_path / "numbers.db", room=2)
    tasks = [submit(bench, insert(number)) for number in range(30)]
    await asyncio.sleep(0)
    await bench.writer.close()
    results = await settle(*tasks)
    done = [result for result in results if isinstance(result, int)]
    assert {type(result) for result in results} <= {int, StoreClosed}
    assert await bench.numbers() == done
    await bench.close()


async def test_a_read_that_is_given_up_leaves_the_connections_usable(bench: Bench) -> None:
    for _ in range(20):
        reading = asyncio.create_task(bench.numbers())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
    await bench.writer.submit(insert(1))
    assert await bench.numbers() == [1]


Plan = tuple[bool, int, bool]
plans = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.booleans()), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans)
def test_any_interleaving_leaves_exactly_the_units_that_returned(
    tmp_path_factory: pytest.TempPathFactory, plan: list[Plan]
) -> None:
    asyncio.run(interleave(tmp_path_factory.mktemp("units") / "numbers.db", plan))


async def interleave(path: Path, plan: list[Plan]) -> None:
    bench = await make_bench(path)
    tasks: list[asyncio.Task[Any]] = []
    for number, (fails, yields, gives_up) in enumerate(plan):
        tasks.append(submit(bench, insert(number, fails=fails, yields=yields)))
        for _ in range(yields):
            await asyncio.sleep(0)
        if gives_up:
            tasks[-1].cancel()
    results = await settle(*tasks)
    returned = {result for result in results if isinstance(result, int)}
    failed = {number for number, (fails, _, _) in enumerate(plan) if fails}
    present = set(await bench.numbers())
    await bench.close()
    given_up = {number for number, (_, _, gives_up) in enumerate(plan) if gives_up}
    # A caller that gave up may find its unit done or not, but a failed unit never leaves anything.
    assert returned <= present
    assert not present & failed
    assert present - returned <= given_up
