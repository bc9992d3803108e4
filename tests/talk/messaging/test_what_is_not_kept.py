"""Typing and presence leave no trace, and the log of a person ends after a week: then a device loads afresh."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.siblings.redis_siblings import PREFIX
from miaohui.schema import all_tables
from miaohui.talk.messaging.tables import person_event
from tests.cast import Cast
from tests.flows.street import Street, open_street
from tests.redis_server import let_redis_pass_time
from tests.talk.calls.friends import befriend
from tests.until_quiet import until_quiet


@pytest.fixture
def street(tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast) -> Iterator[Street]:
    with open_street(tmp_path, database_url, db, clock, cast, kind=Street) as opened:
        yield opened


@pytest.fixture
def shared_street(
    tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast, redis_url: str
) -> Iterator[Street]:
    """One that other web processes may join."""
    with open_street(tmp_path, database_url, db, clock, cast, kind=Street, redis_url=redis_url) as opened:
        yield opened


def everything(tx: Tx) -> dict[str, list[str]]:
    return {table.name: sorted(map(repr, tx.execute(sa.select(table)))) for table in all_tables().sorted_tables}


@pytest.mark.parametrize("kind", ["street", "shared_street"])
def test_typing_and_presence_leave_no_trace(kind: str, request: pytest.FixtureRequest, redis_url: str) -> None:
    street: Street = request.getfixturevalue(kind)
    place = befriend(street.db, street.id("mei"), street.id("bo"))
    live = f"conversations:{place}:live"
    ear = street.listens("bo", live)
    assert not street.ok("bo", "GET", f"/conversations/{place}/presence")["online"]
    phone = street.listens("mei", live)
    street.quiet()
    before = street.db.read_sync(everything)
    street.ok("mei", "POST", f"/conversations/{place}/typing")
    heard = ear.event("typing")
    assert (heard["data"], "seq" in heard) == ({"person_id": str(street.id("mei"))}, False)
    assert street.ok("bo", "GET", f"/conversations/{place}/presence")["online"]
    assert street.db.read_sync(everything) == before
    # Nor is it kept for who comes a moment later.
    late = street.listens("bo", device="tablet")
    epoch = late.subscribe(live)["epoch"]
    assert late.subscribe(live, epoch=epoch, after=0)["seq"] == 0
    # In Redis, whatever there is has an end.
    let_redis_pass_time(redis_url, PREFIX, 0)
    phone.close()
    street.eventually(lambda: not street.ok("bo", "GET", f"/conversations/{place}/presence")["online"])


def test_a_week_is_kept_and_who_was_away_for_longer_loads_afresh(street: Street) -> None:
    place = befriend(street.db, street.id("mei"), street.id("bo"))
    topic = f"people:{street.id('bo')}:inbox"

    def writes(n: int) -> None:
        body = {"client_id": f"message-{n:04}", "kind": "text", "body": {"text": str(n)}}
        street.ok("mei", "POST", f"/conversations/{place}/messages", body)

    writes(1)
    old = street.ok("bo", "GET", "/inbox")
    street.pass_time(days=4)
    writes(2)
    middle = street.ok("bo", "GET", "/inbox")
    street.pass_time(days=3, seconds=1)
    writes(3)
    _prune(street)

    device = street.listens("bo")
    device.subscribe(topic, epoch=middle["epoch"], after=middle["seq"])
    assert device.event("message")["data"]["message"]["body"] == {"text": "3"}, "within the week nothing is missing"
    away = street.listens("bo", device="tablet")
    away.subscribe(topic, epoch=old["epoch"], after=0)
    reset = away.until(lambda frame: frame.get("op") == "reset")
    head = street.ok("bo", "GET", "/inbox")
    assert (reset["epoch"], reset["seq"]) == (head["epoch"], head["seq"])
    # From there on it hears what all hear.
    writes(4)
    assert away.event("message")["data"]["message"]["body"] == {"text": "4"}
    a_week_ago = street.clock.now() - timedelta(days=7)
    assert min(street.db.read_sync(lambda tx: tx.scalars(sa.select(person_event.c.at)))) >= a_week_ago


def _prune(street: Street) -> None:
    from miaohui.kit.jobs import stage_job

    street.db.write_sync(stage_job, kind="messaging.prune")
    until_quiet(street.db, street.clock)
