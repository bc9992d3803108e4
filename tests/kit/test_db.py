"""Actions share commits, and still each is alone: it happens whole or not at all."""

import asyncio
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from miaohui.kit.db import Database, Prepared, Tx, insert_if_absent, insert_or_update, open_database
from miaohui.kit.db.change_mark import change_mark
from miaohui.kit.errors import BadText, Conflict

lantern = sa.Table(
    "test_lantern",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("oil", sa.Integer, sa.CheckConstraint("oil >= 0"), nullable=False),
)

_SAID = Prepared(sa.select(sa.cast(sa.bindparam("words", type_=sa.Text), sa.Text)))


@pytest.fixture(autouse=True)
def table(db: Database) -> None:
    lantern.create(db.engine)


def says(tx: Tx, *, prepared: bool, words: str) -> str:
    """Ask the database to repeat a text."""
    if prepared:
        return str(tx.scalar(_SAID, words=words))
    return str(tx.scalar(sa.select(sa.cast(sa.literal(words), sa.Text))))


def hang(tx: Tx, *, number: int, oil: int = 3) -> int:
    tx.execute(sa.insert(lantern).values(id=number, oil=oil))
    return number


def burn(tx: Tx, *, number: int) -> None:
    lit = sa.update(lantern).where(lantern.c.id == number, lantern.c.oil > 0).values(oil=lantern.c.oil - 1)
    if tx.changed(lit) == 0:
        raise Conflict("The lantern is dry.")


def count(tx: Tx) -> int:
    return int(tx.scalar(sa.select(sa.func.count()).select_from(lantern)))


def oil_of(tx: Tx, *, number: int) -> int:
    return int(tx.scalar(sa.select(lantern.c.oil).where(lantern.c.id == number)))


@pytest.mark.parametrize("prepared", [True, False])
def test_a_text_with_nul_is_kept_or_refused_and_never_a_fault(db: Database, prepared: bool) -> None:
    words = "lan\x00tern"
    for ask in (db.write_sync, db.read_sync):
        if db.engine.dialect.name == "sqlite":
            assert ask(says, prepared=prepared, words=words) == words
        else:
            with pytest.raises(BadText):
                ask(says, prepared=prepared, words=words)
        assert ask(says, prepared=prepared, words="lantern") == "lantern"


def test_a_hundred_writers_at_once_share_few_commits_on_sqlite(db: Database) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL groups commits by itself")

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*[db.write(hang, number=n) for n in range(1, 101)])

    assert asyncio.run(all_at_once()) == list(range(1, 101))
    assert db.read_sync(count) == 100
    assert db.stats.actions == 100
    assert db.stats.commits <= 20


def test_one_that_is_refused_leaves_nothing_and_does_not_disturb_its_neighbours(db: Database) -> None:
    def hang_and_regret(tx: Tx, *, number: int) -> None:
        hang(tx, number=number)
        raise Conflict("Too windy.")

    async def neighbours() -> list[object]:
        acts = [db.write(hang_and_regret if n % 2 else hang, number=n) for n in range(1, 21)]
        return await asyncio.gather(*acts, return_exceptions=True)

    results = asyncio.run(neighbours())
    assert [type(r) for r in results if not isinstance(r, int)] == [Conflict] * 10
    assert db.read_sync(count) == 10


def test_the_last_drop_burns_once_however_many_reach_for_it(db: Database) -> None:
    db.write_sync(hang, number=1, oil=5)
    barrier = threading.Barrier(12)
    burnt: list[bool] = []

    def reach() -> None:
        barrier.wait()
        try:
            db.write_sync(burn, number=1)
            burnt.append(True)
        except Conflict:
            burnt.append(False)

    threads = [threading.Thread(target=reach) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(burnt) == [False] * 7 + [True] * 5
    assert db.read_sync(oil_of, number=1) == 0


def test_a_broken_constraint_reaches_the_caller(db: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        db.write_sync(hang, number=1, oil=-1)
    assert db.read_sync(count) == 0


def test_a_query_cannot_write(db: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        db.read_sync(hang, number=1)
    assert db.read_sync(count) == 0


def test_an_action_cannot_start_another_transaction_and_wait_for_itself(db: Database) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only a single writer would wait for itself")

    def nested(tx: Tx) -> None:
        db.write_sync(hang, number=1)

    with pytest.raises(RuntimeError, match="another transaction"):
        db.write_sync(nested)


def test_what_waits_for_the_commit_runs_after_it_and_never_without_it(db: Database) -> None:
    heard: list[str] = []

    def whisper(tx: Tx, *, word: str, fail: bool) -> None:
        tx.after_commit(lambda: heard.append(word))
        if fail:
            raise Conflict

    db.write_sync(whisper, word="kept", fail=False)
    with pytest.raises(Conflict):
        db.write_sync(whisper, word="lost", fail=True)
    assert heard == ["kept"]


def test_insert_if_absent_and_insert_or_update_tell_first_from_second(db: Database) -> None:
    def twice(tx: Tx) -> tuple[bool, bool]:
        return (
            insert_if_absent(tx, lantern, {"id": 1, "oil": 1}),
            insert_if_absent(tx, lantern, {"id": 1, "oil": 9}),
        )

    assert db.write_sync(twice) == (True, False)
    db.write_sync(insert_or_update, lantern, {"id": 1, "oil": 0}, key=["id"], changes={"oil": lantern.c.oil + 4})
    assert db.read_sync(oil_of, number=1) == 5


def test_the_change_mark_moves_when_somebody_writes_and_only_then(db: Database) -> None:
    before = db.read_sync(change_mark)
    assert db.read_sync(change_mark) == before
    db.write_sync(hang, number=1)
    assert db.read_sync(change_mark) != before


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    closed = open_database(f"sqlite:///{tmp_path / 'closed.db'}")
    closed.close()
    with pytest.raises(RuntimeError, match="closed"):
        closed.write_sync(count)


WRITER = """
import sys
from miaohui.kit.db import open_database
import sqlalchemy as sa
db = open_database(sys.argv[1])
def add(tx, n):
    tx.execute(sa.text("INSERT INTO test_lantern (id, oil) VALUES (:n, 1)"), {"n": n})
import asyncio
async def one(n):
    await db.write(add, n)
    print(n, flush=True)
async def main():
    start = int(sys.argv[2])
    for first in range(start, start + 100_000, 8):
        await asyncio.gather(*[one(n) for n in range(first, first + 8)])
asyncio.run(main())
"""


def test_whatever_was_acknowledged_is_there_after_kill_9(db: Database, database_url: str) -> None:
    chance = random.Random(9)
    acknowledged: set[int] = set()
    for round_number in range(6):
        start = str(1 + round_number * 1_000_000)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, database_url, start], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        for _ in range(chance.randrange(20, 200)):
            acknowledged.add(int(writer.stdout.readline()))
        writer.kill()
        # What was on its way through the pipe had been acknowledged, too.
        acknowledged |= {int(line) for line in writer.stdout.read().splitlines() if line.strip()}
        writer.wait()
    stored = db.read_sync(lambda tx: set(tx.scalars(sa.select(lantern.c.id))))
    assert acknowledged <= stored
    assert len(acknowledged) > 100
