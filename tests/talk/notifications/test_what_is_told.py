"""The whole way: somebody does something, and whoever it concerns is told of it, and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from miaohui.care.aftersales.events import AftersaleMoved
from miaohui.care.aftersales.notices import tell_of_step
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.media.comments.actions.delete_comment import delete_comment
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.actions.unlike_comment import unlike_comment
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.unlike_video import unlike_video
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.people.shake.events import RendezvousBegan, ShakeEnded, ShakeMatched
from miaohui.talk.messaging.actions.mark_read import mark_read
from miaohui.talk.messaging.actions.open_direct import open_direct
from miaohui.talk.messaging.actions.send_message import send_message
from miaohui.talk.notifications import handlers
from miaohui.talk.notifications.answers import read_notices
from miaohui.talk.notifications.kinds import registered_kinds
from tests.cast import Cast
from tests.house import House
from tests.market import Market
from tests.media.shelf import shelve_video
from tests.talk.notifications.push_service import PushService
from tests.until_quiet import until_quiet

Told = Callable[[int], list[str]]


@pytest.fixture
def told(db: Database, clock: ManualClock) -> Told:
    """What stands in somebody's list, newest first, once all events have been handed on."""

    def read(account_id: int) -> list[str]:
        until_quiet(db, clock)
        page = db.read_sync(read_notices, account_id=account_id, locale="en", cursor=None, limit=50)
        return [f"{one.title} {one.body}".strip() for one in page.items]

    return read


def test_following_and_following_back(db: Database, cast: Cast, told: Told) -> None:
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    assert told(cast.mei) == ["Bo follows you"]
    db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.bo)
    assert told(cast.bo) == ["阿梅 follows you back: you are friends now"]
    db.write_sync(unfollow_person, follower_id=cast.bo, followee_id=cast.mei)
    assert told(cast.mei) == []
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    assert told(cast.mei) == ["Bo follows you back: you are friends now"], "it is said once for each"


def test_likes_are_told_together_and_taken_back(db: Database, cast: Cast, told: Told, clock: ManualClock) -> None:
    video_id = shelve_video(db, author_id=cast.mei)
    for who in (cast.mei, cast.bo, cast.lan):
        db.write_sync(like_video, video_id=video_id, account_id=who)
        until_quiet(db, clock)
        clock.advance(timedelta(seconds=1))
    assert told(cast.mei) == ["兰兰 and one other like your clip 糖画 #街头美食"]
    db.write_sync(unlike_video, video_id=video_id, account_id=cast.lan)
    assert told(cast.mei) == ["Bo likes your clip 糖画 #街头美食"]
    db.write_sync(block_person, blocker_id=cast.mei, blocked_id=cast.bo)
    assert told(cast.mei) == []


def test_comments_answers_and_their_end(db: Database, cast: Cast, told: Told) -> None:
    video_id = shelve_video(db, author_id=cast.mei)
    said = db.write_sync(post_comment, video_id=video_id, author_id=cast.bo, body="Where is this?")
    answer = db.write_sync(post_comment, video_id=video_id, author_id=cast.lan, body="南门外", reply_to_id=said.id)
    own = db.write_sync(post_comment, video_id=video_id, author_id=cast.mei, body="对", reply_to_id=answer.id)
    assert told(cast.mei) == ["兰兰 says under your clip: 南门外", "Bo says under your clip: Where is this?"]
    assert told(cast.bo) == ["兰兰 answers you: 南门外"]
    assert told(cast.lan) == ["阿梅 answers you: 对"]
    db.write_sync(like_comment, comment_id=own.id, account_id=cast.bo)
    assert told(cast.mei)[0] == "Bo likes your comment 对"
    db.write_sync(unlike_comment, comment_id=own.id, account_id=cast.bo)
    db.write_sync(delete_comment, comment_id=answer.id, by_id=cast.lan)
    assert told(cast.mei) == ["Bo says under your clip: Where is this?"]
    assert told(cast.bo) == [], "deleted words stand nowhere"


def test_an_order_is_told_to_both_sides(market: Market, told: Told) -> None:
    order = market.bought({market.lantern: 1})
    assert told(market.buyer) == ["Paid: 灯火 will send “走马灯”"]
    assert told(market.seller)[0].startswith("A new order for 灯火: “走马灯”, CN¥")
    market.bought({market.lantern: 1})
    assert told(market.seller)[0] == "2 new orders for 灯火"
    market.ship(order.id)
    assert told(market.buyer)[0] == "灯火 has sent “走马灯”"


def test_steps_of_a_case_are_told_to_the_other_side(market: Market, db: Database, told: Told) -> None:
    order = market.bought({market.lantern: 1})
    (line,) = market.lines(order.id)
    step = AftersaleMoved(
        aftersale_id=7, order_id=order.id, order_line_id=line.id, shop_id=market.shop, buyer_id=market.buyer,
        kind="refund_only", from_state="applied", to_state="rejected", by_side="shop", at=db.clock.now(),
    )  # fmt: skip
    db.write_sync(tell_of_step, step)
    assert told(market.buyer)[0] == "“走马灯”: the shop refuses; you can call the market"
    assert not any("case" in one for one in told(market.seller))


def test_shakes_that_come_to_something_late(db: Database, cast: Cast, clock: ManualClock, told: Told) -> None:
    met = {"match_id": 1, "one_id": cast.mei, "other_id": cast.bo, "at": clock.now()}
    db.write_sync(handlers.tell_of_late_match, ShakeMatched(**met, late=False))
    assert told(cast.mei) == []
    db.write_sync(handlers.tell_of_late_match, ShakeMatched(**met, late=True))
    assert told(cast.mei) == told(cast.bo) == ["Somebody has come to your lantern. Say hello?"]
    db.write_sync(handlers.tell_that_nobody_came, ShakeEnded(person_id=cast.lan, listed=True, at=clock.now()))
    db.write_sync(handlers.tell_of_rendezvous, RendezvousBegan(person_id=cast.lan, at=clock.now()))
    assert told(cast.lan) == ["The shake for which you wanted to come has begun"], "that nobody came is not kept"


def test_a_message_is_pushed_unless_it_was_read(
    notice_house: House, db: Database, cast: Cast, service: PushService, work: Callable[..., int]
) -> None:
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    db.write_sync(follow_person, follower_id=cast.mei, followee_id=cast.bo)
    place = db.write_sync(open_direct, one_id=cast.mei, other_id=cast.bo, reason="friends")
    browser = service.browser()
    mei = notice_house.member(cast.mei)
    mei.ok("PUT", "/push/subscription", browser.subscription)

    def write(text: str) -> int:
        body = {"text": text}
        said = {"conversation_id": place, "client_id": text, "kind": "text", "body": body}
        return db.write_sync(send_message, sender_id=cast.bo, **said).seq

    seq = write("hello")
    db.write_sync(mark_read, conversation_id=place, person_id=cast.mei, seq=seq)
    work(10)
    assert service.received == []
    write("are you there?")
    work(10)
    (message,) = service.received
    assert (browser.read(message)["body"], browser.read(message)["link"]) == ("你有新消息", f"/messages/{place}")
    assert mei.ok("GET", "/notifications")["items"] == [], "conversations have a list of their own"


def test_every_kind_can_be_read_in_both_languages() -> None:
    """A blank that no data fills would break the list of whoever gets such a notice."""
    from miaohui.talk.notifications.words import body_of, discreet_of, title_of

    for kind in registered_kinds().values():
        if kind.name.startswith("fair."):
            continue
        data = dict.fromkeys(kind.missing({}), "x") | {"amount_minor": 100, "currency": "CNY"}
        for locale in ("en", "zh-Hans"):
            for n in (1, 2, 5):
                assert title_of(kind, data=data, names=["Bo"], people=n, times=n, locale=locale)
            body_of(kind, data=data, locale=locale)
            assert discreet_of(kind, locale=locale)
