"""Pushes: to whom, when, with which words, and what happens to devices that are gone."""

import stat
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.jobs import job_table
from miaohui.people.graph.actions.block_person import block_person
from miaohui.settings import Settings
from miaohui.talk.notifications.actions.push_notices import plan_pushes
from miaohui.talk.notifications.tables import push_subscription
from tests.cast import Cast
from tests.house import House, Visitor
from tests.talk.notifications.push_service import Browser, PushService, claims_of

Tell = Callable[..., int | None]
Work = Callable[..., int]


def subscribed(house: House, account_id: int, browser: Browser) -> Visitor:
    visitor = house.member(account_id)
    visitor.ok("PUT", "/push/subscription", browser.subscription)
    return visitor


def devices(db: Database) -> list[str]:
    return db.read_sync(lambda tx: tx.scalars(sa.select(push_subscription.c.endpoint)))


def test_a_device_that_stays_silent_is_pushed_to_after_ten_seconds(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    browser = service.browser()
    mei = subscribed(notice_house, cast.mei, browser)
    mei.ok("PATCH", "/notifications/settings", {"details": True})

    follow(cast.bo, to=cast.mei)
    work(9)
    assert service.received == []
    work(1)

    (message,) = service.received
    assert browser.read(message) == {
        "title": "Bo 关注了你",
        "body": "",
        "link": "/me",
        "tag": f"n{mei.ok('GET', '/notifications')['items'][0]['id']}",
        "unread": 1,
        "seq": 1,
    }
    claims = claims_of(message, public_key=mei.ok("GET", "/push/key")["public_key"])
    assert (claims["aud"], claims["sub"]) == (service.address, "https://fair.example")
    assert int(message.headers["ttl"]) > 0
    work(60)
    assert len(service.received) == 1, "once is enough"


def test_a_locked_screen_says_nothing_of_anybody(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    browser = service.browser()
    subscribed(notice_house, cast.mei, browser)
    follow(cast.bo, to=cast.mei)
    work(10)
    said = browser.read(service.received[0])
    assert (said["title"], said["body"]) == ("庙会", "有人关注了你")
    assert "Bo" not in str(said)


def test_a_device_that_has_shown_it_is_left_alone_and_the_other_is_not(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    phone, desk = service.browser("phone"), service.browser("desk")
    subscribed(notice_house, cast.mei, phone)
    at_desk = subscribed(notice_house, cast.mei, desk)
    follow(cast.bo, to=cast.mei)
    at_desk.ok("POST", "/notifications/acknowledgement", {"seq": 1})
    work(10)
    assert len(service.received) == 1
    assert phone.read(service.received[0])["seq"] == 1


def test_what_was_read_meanwhile_is_not_pushed(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    mei = subscribed(notice_house, cast.mei, service.browser())
    follow(cast.bo, to=cast.mei)
    mei.ok("POST", "/notifications/reading", {"seq": 1})
    follow(cast.hao, to=cast.mei)
    block = {"blocker_id": cast.mei, "blocked_id": cast.hao}
    notice_house.db.write_sync(block_person, **block)
    work(10)
    assert service.received == []


def test_gone_devices_are_forgotten(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService, db: Database
) -> None:
    for status in (404, 410):
        service.status = status
        subscribed(notice_house, cast.mei, service.browser(str(status)))
        follow(cast.bo, to=cast.mei, link=f"/v/{status}")
        assert len(devices(db)) == 1
        work(10)
        assert devices(db) == []


def test_a_service_that_is_down_gets_it_later_and_a_refusal_is_not_repeated(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService, db: Database
) -> None:
    subscribed(notice_house, cast.mei, service.browser())
    service.status = 503
    follow(cast.bo, to=cast.mei)
    work(10)
    service.status = 201
    work(10)
    assert len(service.received) == 2

    service.status = 413
    follow(cast.lan, to=cast.mei, link="/v/1")
    work(10)
    work(600)
    assert len(service.received) == 3
    assert len(devices(db)) == 1


def test_many_at_once_are_one_push(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    browser = service.browser()
    subscribed(notice_house, cast.mei, browser)
    for n in range(5):
        follow(cast.bo, to=cast.mei, link=f"/v/{n}")
    work(10)
    (message,) = service.received
    assert (browser.read(message)["body"], browser.read(message)["link"]) == ("5 条新通知", "/notifications")


def test_quiet_hours_hold_pushes_back_until_they_end(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService, clock: ManualClock, db: Database
) -> None:
    """It is 19:30 in London's winter time zone, and half past three in the morning in Shanghai."""
    mei = subscribed(notice_house, cast.mei, service.browser())
    mei.ok(
        "PATCH",
        "/notifications/settings",
        {"quiet_from": "22:30", "quiet_until": "07:00", "time_zone": "Asia/Shanghai"},
    )
    follow(cast.bo, to=cast.mei)
    work(10)
    assert service.received == []
    (again,) = db.read_sync(lambda tx: tx.scalars(sa.select(job_table.c.run_at).where(job_table.c.state == "queued")))
    assert (again - clock.now()) == timedelta(hours=3, minutes=29, seconds=50)
    work(3.5 * 3600)
    assert len(service.received) == 1


def test_what_comes_while_a_push_is_under_way_is_not_lost(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService, db: Database, clock: ManualClock
) -> None:
    subscribed(notice_house, cast.mei, service.browser())
    follow(cast.bo, to=cast.mei)
    clock.advance(timedelta(seconds=6))
    follow(cast.lan, to=cast.mei, link="/v/9")
    assert db.read_sync(plan_pushes, account_id=cast.mei).parcels == ()
    work(4)
    assert len(service.received) == 1
    work(6)
    assert len(service.received) == 2


def test_a_switched_off_kind_is_not_pushed_but_listed(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    mei = subscribed(notice_house, cast.mei, service.browser())
    mei.ok("PUT", "/notifications/settings/graph.followed/push", {"on": False})
    follow(cast.bo, to=cast.mei)
    work(10)
    assert service.received == []
    assert mei.ok("GET", "/notifications/unread")["unread"] == 1


def test_a_browser_belongs_to_who_signed_in_last(
    notice_house: House, cast: Cast, follow: Tell, work: Work, service: PushService
) -> None:
    browser = service.browser()
    subscribed(notice_house, cast.mei, browser)
    subscribed(notice_house, cast.bo, browser)
    follow(cast.lan, to=cast.mei)
    work(10)
    assert service.received == []


def test_a_signed_out_device_is_pushed_to_no_more(
    notice_house: House, cast: Cast, service: PushService, db: Database
) -> None:
    from miaohui.people.accounts.events import DeviceRevoked
    from miaohui.people.accounts.queries import devices_of
    from miaohui.talk.notifications.handlers import forget_signed_out

    subscribed(notice_house, cast.mei, service.browser())
    (device,) = db.read_sync(devices_of, cast.mei)
    db.write_sync(forget_signed_out, DeviceRevoked(account_id=cast.mei, device_id=device.id))
    assert devices(db) == []


def test_the_key_is_made_once_and_is_nobody_elses(notice_house: House, cast: Cast, settings: Settings) -> None:
    mei = notice_house.member(cast.mei)
    assert mei.ok("GET", "/push/key") == mei.ok("GET", "/push/key")
    file = settings.data_dir / "vapid.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in settings.data_dir.iterdir()] == ["vapid.pem"]


def test_keys_that_no_browser_made_are_refused(notice_house: House, cast: Cast, service: PushService) -> None:
    wrong = service.browser().subscription | {"keys": {"p256dh": "A" * 80, "auth": "A" * 22}}
    assert notice_house.member(cast.mei).refused("PUT", "/push/subscription", wrong) == (400, "invalid_push_keys")


def test_nobody_lets_the_server_knock_at_doors_inside_its_own_network(
    db: Database, clock: ManualClock, settings: Settings, cast: Cast, service: PushService
) -> None:
    from miaohui.talk.notifications.routes import route_handlers

    keys = service.browser().subscription["keys"]
    with House(db=db, clock=clock, routes=route_handlers, data_dir=settings.data_dir) as strict:
        mei = strict.member(cast.mei)
        for endpoint in (
            service.address,
            "http://push.example.com/1",
            "https://127.0.0.1/1",
            "https://[::1]/1",
            "https://localhost/1",
            "https://push.example.com:8443/1",
            "https://me@push.example.com/1",
            "ftp://push.example.com/1",
            "https://[bad/1",
        ):
            answer = mei.refused("PUT", "/push/subscription", {"endpoint": endpoint, "keys": keys})
            assert answer == (400, "unusable_push_service"), endpoint
        mei.ok("PUT", "/push/subscription", {"endpoint": "https://push.example.com/1", "keys": keys})
