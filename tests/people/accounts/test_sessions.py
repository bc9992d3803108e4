"""Devices: listed, signed out one by one or all but this one, and at once, in whichever process they come next."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Session
from miaohui.kit.outbox import Dispatcher
from miaohui.kit.realtime import Realtime
from miaohui.people.accounts.actions.change_roles import grant_role, withdraw_role
from miaohui.people.accounts.actions.open_session import MOST_DEVICES, open_session
from miaohui.people.accounts.actions.prune import prune
from miaohui.people.accounts.actions.revoke_devices import revoke_device
from miaohui.people.accounts.events import DeviceRevoked
from miaohui.people.accounts.queries import devices_of
from miaohui.people.accounts.sessions import Sessions
from miaohui.people.accounts.tables import device
from miaohui.subscriptions import pushes, subscriptions
from tests.cast import Cast
from tests.emitted import emitted
from tests.people.accounts.door import MEI, OMAR, Browser, Door
from tests.people.accounts.test_device_names import SAFARI


@pytest.fixture
def mei(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_up()
    return browser


def test_several_devices_are_in_at_once_and_listed_by_name(door: Door, mei: Browser):
    door.wait(hours=2)
    phone = door.browser(SAFARI)
    phone.sign_in()

    listed = mei.devices()

    assert [(d["name"], d["current"]) for d in listed] == [("Safari · iPhone", False), ("Firefox · Linux", True)]
    assert [d["current"] for d in phone.devices()] == [True, False]


def test_a_revoked_device_is_out_at_once(door: Door, db: Database, mei: Browser):
    phone = door.browser(SAFARI)
    phone.sign_in()
    assert phone.is_in
    listed = next(d for d in mei.devices() if not d["current"])

    assert mei.send("DELETE", f"/devices/{listed['id']}").status_code == 204

    assert not phone.is_in
    assert mei.is_in
    assert [e.device_id for e in emitted(db, DeviceRevoked)] == [int(listed["id"])]


def test_all_other_devices_are_out_at_once(door: Door, mei: Browser):
    others = [door.browser() for _ in range(3)]
    for other in others:
        other.sign_in()
        assert other.is_in

    assert mei.send("DELETE", "/devices").json() == {"revoked": 3}

    assert [other.is_in for other in others] == [False, False, False]
    assert [d["current"] for d in mei.devices()] == [True]


def test_nobody_signs_another_persons_device_out(door: Door, mei: Browser):
    omar = door.browser()
    omar.sign_up(OMAR)
    [listed] = mei.devices()

    assert omar.send("DELETE", f"/devices/{listed['id']}").status_code == 404
    assert omar.send("DELETE", "/devices/not-a-number").status_code in {400, 404}
    assert mei.is_in


def test_signing_out_ends_the_token_and_not_only_the_cookie(door: Door, mei: Browser):
    token = mei.client.cookies["mh_session"]
    program = door.program(token)
    assert program.is_in

    assert mei.send("DELETE", "/session").status_code == 204

    assert not program.is_in
    assert "mh_session" not in mei.client.cookies


def test_the_current_session_tells_who_and_where(door: Door, mei: Browser):
    current = mei.send("GET", "/session").json()

    assert current["account"] == mei.me()
    assert current["device"]["current"]
    assert door.browser().send("GET", "/session").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_of_plain_http(door: Door):
    answer = door.browser().sign_up()

    [cookie] = [c for c in answer.headers.get_list("set-cookie") if c.startswith("mh_session=")]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.json()["token"] in cookie


def test_another_site_cannot_act_with_the_cookie(door: Door, mei: Browser):
    forged = mei.send("DELETE", "/devices", headers={"Sec-Fetch-Site": "cross-site"})

    assert (forged.status_code, forged.json()["code"]) == (403, "forbidden")


def test_another_site_cannot_sign_a_browser_in_as_somebody_else(door: Door, mei: Browser):
    """Login CSRF: a form of another site posts JSON as plain text, and the browser has no cookie yet."""
    code = door.browser().ask_for_code()
    body = f'{{"method": "code", "channel": "email", "address": "{MEI}", "code": "{code}", "x": "="}}'
    forged = {"Content-Type": "text/plain", "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}
    old_browser = {"Content-Type": "text/plain", "Origin": "https://evil.test"}
    victim = door.browser()

    for headers in (forged, old_browser):
        answer = victim.client.post("/api/v1/sessions", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    assert not victim.is_in
    assert victim.sign_in(code=code).status_code == 201


def test_last_seen_is_coarse_so_that_watching_does_not_write(door: Door, db: Database, mei: Browser):
    def seen() -> str:
        return str(mei.devices()[0]["last_seen_at"])

    first = seen()
    writes = db.stats.actions
    door.wait(minutes=59)
    assert seen() == first
    assert db.stats.actions == writes
    door.accounts.sessions.forget_account(int(mei.me()["id"]))
    door.wait(minutes=2)
    assert seen() > first


class Process:
    """Another web process on the same database."""

    def __init__(self, db: Database, tick: Callable[[], float]) -> None:
        self.db = db
        self.sessions = Sessions(db, monotonic=tick)
        self.asked = 0
        self.closed: list[int] = []

    async def hear(self) -> None:
        """Look once at what has been committed, as the dispatcher does all the time."""
        realtime = Realtime(db=self.db, authenticate=self.sessions.authenticate)
        await realtime.start()
        realtime.close_device = self.closed.append  # type: ignore[method-assign]  # to hear of it
        told = pushes(realtime=realtime, db=self.db, sessions=self.sessions)
        dispatcher = Dispatcher(self.db, subscriptions(), told)
        await dispatcher.drain()


def who(process: Process, token: str) -> Session | None:
    return asyncio.run(process.sessions.authenticate(token))


def test_a_revocation_reaches_the_other_processes_with_its_event(db: Database, cast: Cast):
    opened = db.write_sync(open_session, account_id=cast.mei, user_agent="")
    there = Process(db, tick=lambda: 0.0)
    assert who(there, opened.token) is not None

    db.write_sync(revoke_device, account_id=cast.mei, device_id=opened.device_id)
    assert who(there, opened.token) is not None, "remembered until it hears of it"
    asyncio.run(there.hear())

    assert who(there, opened.token) is None
    assert there.closed == [opened.device_id]


def test_even_without_the_event_a_session_is_remembered_for_thirty_seconds_only(db: Database, cast: Cast):
    opened = db.write_sync(open_session, account_id=cast.mei, user_agent="")
    passed = [0.0]
    there = Process(db, tick=lambda: passed[0])
    assert who(there, opened.token) is not None
    db.write_sync(revoke_device, account_id=cast.mei, device_id=opened.device_id)

    passed[0] = 30.1

    assert who(there, opened.token) is None


def test_a_revocation_during_the_look_is_not_papered_over(db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    opened = db.write_sync(open_session, account_id=cast.mei, user_agent="")
    sessions = Sessions(db)
    read = db.read

    async def read_then_revoke(*args: Any, **kw: Any) -> Any:
        found = await read(*args, **kw)
        await asyncio.to_thread(db.write_sync, revoke_device, account_id=cast.mei, device_id=opened.device_id)
        sessions.forget_device(opened.device_id)
        return found

    monkeypatch.setattr(db, "read", read_then_revoke)
    asyncio.run(sessions.authenticate(opened.token))
    monkeypatch.setattr(db, "read", read)

    assert asyncio.run(sessions.authenticate(opened.token)) is None


def test_a_remembered_session_asks_the_database_nothing(db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    opened = db.write_sync(open_session, account_id=cast.mei, user_agent="")
    sessions = Sessions(db)
    first = asyncio.run(sessions.authenticate(opened.token))

    async def must_not(*args: Any, **kw: Any) -> Any:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(db, "read", must_not)

    assert asyncio.run(sessions.authenticate(opened.token)) == first


def test_a_new_name_is_seen_in_every_process(door: Door, db: Database, mei: Browser):
    token = mei.client.cookies["mh_session"]
    there = Process(db, tick=lambda: 0.0)
    assert who(there, token).nickname == "阿梅"

    mei.send("PATCH", "/me", {"nickname": "Mei"})
    asyncio.run(there.hear())

    assert who(there, token).nickname == "Mei"


def test_a_role_comes_and_goes_without_signing_in_again(db: Database, cast: Cast):
    opened = db.write_sync(open_session, account_id=cast.bo, user_agent="")
    there = Process(db, tick=lambda: 0.0)
    assert who(there, opened.token).roles == frozenset()

    db.write_sync(grant_role, account_id=cast.bo, role="operator")
    db.write_sync(grant_role, account_id=cast.bo, role="operator")
    asyncio.run(there.hear())
    assert who(there, opened.token).roles == {"operator"}

    db.write_sync(withdraw_role, account_id=cast.bo, role="operator")
    asyncio.run(there.hear())
    assert who(there, opened.token).roles == frozenset()


def test_the_session_of_a_minor_says_so(db: Database, cast: Cast):
    opened = db.write_sync(open_session, account_id=cast.xiaoyu, user_agent="")

    session = asyncio.run(Sessions(db).authenticate(opened.token))

    assert session is not None
    assert session.is_minor


def test_a_device_that_was_not_seen_for_a_year_is_out(db: Database, cast: Cast, clock: ManualClock):
    opened = db.write_sync(open_session, account_id=cast.mei, user_agent="")
    clock.advance(timedelta(days=365, seconds=1))

    assert asyncio.run(Sessions(db).authenticate(opened.token)) is None
    db.write_sync(prune)

    assert db.read_sync(devices_of, cast.mei) == []
    assert [e.device_id for e in emitted(db, DeviceRevoked)] == [opened.device_id]


def test_beyond_what_anybody_owns_the_longest_idle_device_is_out(db: Database, cast: Cast, clock: ManualClock):
    first = db.write_sync(open_session, account_id=cast.mei, user_agent="")
    clock.advance(timedelta(hours=2))

    def open_many(tx: Tx) -> None:
        for _ in range(MOST_DEVICES - 1):
            open_session(tx, account_id=cast.mei, user_agent="")

    db.write_sync(open_many)
    assert emitted(db, DeviceRevoked) == []
    last = db.write_sync(open_session, account_id=cast.mei, user_agent="")

    assert len(db.read_sync(devices_of, cast.mei)) == MOST_DEVICES
    assert [e.device_id for e in emitted(db, DeviceRevoked)] == [first.device_id]
    assert asyncio.run(Sessions(db).authenticate(last.token)) is not None


def test_tokens_are_kept_as_digests_of_their_own(db: Database, cast: Cast):
    opened = [db.write_sync(open_session, account_id=cast.mei, user_agent="") for _ in range(3)]

    def digests(tx: Tx) -> list[bytes]:
        return tx.scalars(sa.select(device.c.token_digest))

    stored = db.read_sync(digests)
    assert len(set(stored)) == 3
    assert {len(digest) for digest in stored} == {32}
    assert all(session.token.encode() not in b"".join(stored) for session in opened)
    assert all(len(session.token) == 43 for session in opened)


def test_garbage_is_nobody(door: Door):
    for token in ("", "x", "a" * 5000, "0" * 43):
        assert not door.program(token).is_in
    assert asyncio.run(door.accounts.sessions.authenticate("é" * 40)) is None
