"""A letter a day: to whom, when, what stands in it, and how it is stopped with one click."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import stage_job
from miaohui.kit.signing import Signer
from miaohui.people.accounts.tables import account_identifier
from miaohui.people.graph.actions.block_person import block_person
from miaohui.settings import Settings
from miaohui.talk.notifications import jobs
from miaohui.talk.notifications.letters import LETTERS_PURPOSE, accounts_to_write_to, last_morning
from miaohui.talk.notifications.mails import ConsoleMailSender, Letter
from miaohui.talk.notifications.queries import NoticeSettings, settings_of
from tests.cast import Cast
from tests.house import House

Tell = Callable[..., int | None]
Work = Callable[..., int]
MORNING = datetime(2026, 4, 19, 8, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


class Postbox(ConsoleMailSender):
    """Keeps the letters."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        super().send(letter)
        self.letters.append(letter)


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Postbox:
    box = Postbox()
    monkeypatch.setattr(jobs, "mail_sender", lambda settings: box)
    return box


@pytest.fixture
def mornings(db: Database, clock: ManualClock, work: Work) -> Callable[..., None]:
    """Let it be morning in Shanghai, on the next day or later, and the clock strike."""

    def come(days: int = 0) -> None:
        clock.advance(MORNING + timedelta(days=days) - clock.now())
        db.write_sync(stage_job, "notifications.digest")
        work()

    return come


def give_address(db: Database, account_id: int, address: str) -> None:
    row = {"id": account_id, "account_id": account_id, "channel": "email", "address": address}
    db.write_sync(lambda tx: tx.execute(sa.insert(account_identifier).values(verified_at=tx.now, **row)))


def test_a_morning_brings_what_was_not_seen(
    db: Database, cast: Cast, follow: Tell, mornings: Callable[..., None], postbox: Postbox
) -> None:
    give_address(db, cast.mei, "mei@fair.example")
    follow(cast.bo, to=cast.mei)
    follow(cast.bo, to=cast.lan)  # has no address
    mornings()
    (letter,) = postbox.letters
    assert (letter.address, letter.subject) == ("mei@fair.example", "你有 1 件事没看到")
    assert "Bo 关注了你\n  https://fair.example/me" in letter.text
    mornings()
    assert len(postbox.letters) == 1, "one a day"
    mornings(1)
    assert len(postbox.letters) == 1, "nothing new"
    follow(cast.lan, to=cast.mei, link="/v/1")
    mornings(2)
    assert len(postbox.letters) == 2
    assert "兰兰" in postbox.letters[1].text
    assert "Bo" not in postbox.letters[1].text, "that stood in the one before"


def test_what_was_read_or_switched_off_or_done_by_the_blocked_is_left_out(
    db: Database, cast: Cast, follow: Tell, mornings: Callable[..., None], postbox: Postbox, notice_house: House
) -> None:
    for name in ("mei", "lan", "ines", "omar"):
        give_address(db, getattr(cast, name), f"{name}@fair.example")
        follow(cast.bo, to=getattr(cast, name))
    notice_house.member(cast.mei).ok("POST", "/notifications/reading", {"seq": 1})
    notice_house.member(cast.lan).ok("PUT", "/notifications/settings/graph.followed/email", {"on": False})
    db.write_sync(block_person, blocker_id=cast.ines, blocked_id=cast.bo)
    notice_house.member(cast.omar).ok("PATCH", "/notifications/settings", {"digest": False})
    mornings()
    assert postbox.letters == []


def test_letters_come_in_the_persons_own_morning() -> None:
    lisbon = NoticeSettings(time_zone="Europe/Lisbon")
    at_seven = datetime(2026, 4, 19, 7, 0, tzinfo=ZoneInfo("Europe/Lisbon"))
    assert last_morning(lisbon, now=at_seven).day == 18
    assert last_morning(lisbon, now=at_seven + timedelta(hours=1)).day == 19


def test_nobody_is_written_to_in_the_evening(db: Database, cast: Cast, follow: Tell, clock: ManualClock) -> None:
    """It is half past three in the morning in Shanghai: the day's letters went out long ago."""
    give_address(db, cast.mei, "mei@fair.example")
    follow(cast.bo, to=cast.mei)
    assert db.read_sync(accounts_to_write_to) == []
    clock.advance(timedelta(hours=5))
    assert db.read_sync(accounts_to_write_to) == [cast.mei]


def test_mail_programs_can_stop_it_with_one_click(
    db: Database, cast: Cast, follow: Tell, mornings: Callable[..., None], postbox: Postbox, clock: ManualClock,
    settings: Settings,
) -> None:  # fmt: skip
    give_address(db, cast.mei, "mei@fair.example")
    follow(cast.bo, to=cast.mei)
    mornings()
    mail = postbox.letters[0].message(sender="miaohui@fair.example")
    link = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == postbox.letters[0].text
    token = link.removeprefix("https://fair.example/letters/")
    signer = Signer.from_file(settings.data_dir / "secret.key")
    assert signer.verify(LETTERS_PURPOSE, token) == str(cast.mei)


def test_numbers_are_enough_in_twenty_lines(
    db: Database, cast: Cast, follow: Tell, mornings: Callable[..., None], postbox: Postbox
) -> None:
    give_address(db, cast.mei, "mei@fair.example")
    for n in range(25):
        follow(cast.bo, to=cast.mei, link=f"/v/{n}")
    mornings()
    (letter,) = postbox.letters
    assert letter.subject == "你有 25 件事没看到"
    assert letter.text.count("\n- ") + letter.text.startswith("- ") == 20
    assert "https://fair.example/notifications" in letter.text


def test_settings_remember_the_click(db: Database, cast: Cast) -> None:
    from miaohui.talk.notifications.actions.set_wishes import stop_letters

    db.write_sync(stop_letters, account_id=cast.mei)
    assert db.read_sync(settings_of, cast.mei).digest is False
