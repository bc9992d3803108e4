"""What the talking domains hold of a person is in the copy of their data, and is gone once their account is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.accounts.export import contributions
from miaohui.schema import all_tables
from tests.cast import Cast
from tests.flows.street import open_street
from tests.flows.village import Village

TALK = ("shake", "nearby", "conversation", "message", "attachment", "person_", "device_cursor", "call", "moment",
        "sticker", "notice", "push_", "digest")  # fmt: skip
COPIED = {
    "calls", "conversations", "messages", "moments", "moment_comments", "moment_likes", "moment_mood", "nearby",
    "notices", "notice_wishes", "shake_matches", "shake_venues", "stickers",
}  # fmt: skip
EMPTY_PLACES = {
    # The other's conversation stays, and in it the numbers of what was said, without the words.
    "conversation.low_id", "conversation.high_id", "conversation.first_sender_id",
    "conversation_member.account_id", "message.sender_id",
    # Without words, photos and client's name.
    "moment.author_id",
    # Closed and without its name.
    "shake_venue.owner_id",
    # Of what is said in others' logs only whose it was; gone after a week.
    "person_event.about_id",
}  # fmt: skip


@pytest.fixture
def village(tmp_path: Path, database_url: str, db: Database, clock: ManualClock, cast: Cast) -> Iterator[Village]:
    with open_street(tmp_path, database_url, db, clock, cast, kind=Village) as opened:
        opened.settle()
        found = opened.ok("bo", "POST", "/calls", {"person_id": str(opened.id("mei"))})["id"]
        opened.ok("bo", "POST", f"/calls/{found}/ending", {})
        opened.ok("bo", "POST", "/me/venues", {"name": "Tea"})
        opened.ok("bo", "PUT", "/notifications/settings/calls.missed/push", {"on": False})
        opened.quiet()
        yield opened


def copy_of(village: Village, name: str) -> dict[str, Any]:
    def read(tx: Tx) -> dict[str, list[object]]:
        return {each.name: list(each.rows(tx, village.id(name))) for each in contributions()}

    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(village.db.read_sync(read)))
    return {part: rows for part, rows in found.items() if part in COPIED}


def traces_of(village: Village, name: str) -> set[str]:
    """Where the person's id stands in a table of what people say to each other."""
    tables = [one for one in all_tables().sorted_tables if one.name.startswith(TALK)]
    who = village.id(name)

    def read(tx: Tx) -> set[str]:
        return {
            f"{table.name}.{column}"
            for table in tables
            for row in tx.execute(sa.select(table)).mappings()
            for column, value in row.items()
            # The tests' own names of what was said hold both people.
            if value == who or (str(who) in str(value) and not str(value).startswith("hello-"))
        }

    return village.db.read_sync(read)


def test_a_copy_holds_all_of_it_and_erasing_leaves_empty_places(village: Village) -> None:
    mine, hers = copy_of(village, "bo"), copy_of(village, "mei")
    assert {part for part, rows in mine.items() if rows} == COPIED
    assert "hello from mei" not in str(mine), "what others said is theirs"
    assert "hello from bo" in str(mine)
    assert len(traces_of(village, "bo")) > 20

    village.db.write_sync(lambda tx: tx.emit(AccountDeleted(account_id=village.id("bo"))))
    village.quiet()

    words = village.items("lan", f"/conversations/{village.things['group']}/messages")
    assert [one["body"]["names"] for one in words if one["kind"] == "system"] == [["阿梅"]]
    assert {part for part, rows in copy_of(village, "bo").items() if rows} <= {"conversations", "notice_wishes"}, (
        "only what all begin with"
    )
    assert traces_of(village, "bo") <= EMPTY_PLACES
    assert "hello from bo" not in str(village.ok("lan", "GET", f"/conversations/{village.things['group']}/messages"))
    assert copy_of(village, "mei")["messages"] == hers["messages"], "hers are untouched"
