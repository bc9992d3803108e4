"""The log under many hands: whoever follows it by number misses nothing."""

import threading

from miaohui.discovery.feed.actions.record_signals import Watched, record_signals
from miaohui.discovery.feed.signal_log import append_signals, last_seq, signals_after
from miaohui.kit.db import Database

WRITERS, EACH = 8, 12


def test_who_follows_the_log_while_many_write_misses_no_row(db: Database):
    """On PostgreSQL a higher number could become visible first; the follower would then pass over the lower one."""
    barrier = threading.Barrier(WRITERS + 1)
    ended = threading.Event()

    def write(person: int) -> None:
        barrier.wait()
        for number in range(EACH):
            watched = [Watched(item_id=number + 1, kind="dwell", dwell_ms=each) for each in range(3)]
            db.write_sync(record_signals, person_id=person, watched=watched)

    followed: list[int] = []

    def follow() -> None:
        barrier.wait()
        while True:
            last_round = ended.is_set()
            rows = db.read_sync(signals_after, seq=followed[-1] if followed else 0, limit=50)
            followed.extend(row.seq for row in rows)
            if last_round and not rows:
                return

    follower = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(person,)) for person in range(1, WRITERS + 1)]
    for thread in [follower, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    ended.set()
    follower.join()

    assert followed == [row.seq for row in db.read_sync(signals_after, seq=0, limit=1000)]
    assert len(followed) == WRITERS * EACH * 3


def test_rows_come_back_as_they_will_be_read(db: Database):
    watched = [Watched(item_id=each, kind="dwell", dwell_ms=each, duration_ms=10_000) for each in (3, 1, 2)]

    appended = db.write_sync(record_signals, person_id=1, watched=watched)

    assert appended == db.read_sync(signals_after, seq=0, limit=10)
    assert [row.item_id for row in appended] == [3, 1, 2]


def test_an_empty_log_ends_at_zero(db: Database):
    assert db.write_sync(append_signals, signals=[]) == []
    assert db.read_sync(last_seq) == 0
