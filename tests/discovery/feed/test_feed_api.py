"""The feed over HTTP: pages that change with what was watched, and the person's hand on them."""

import base64
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from miaohui.discovery.feed.answers import FeedPage
from miaohui.discovery.feed.tables import impression, signal
from miaohui.discovery.feed.weights import WEIGHTS
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.media.reactions.actions.unlike_video import unlike_video
from miaohui.media.videos.actions.edit_caption import edit_caption
from miaohui.media.videos.actions.remove_video import remove_video
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from tests.cast import Cast
from tests.discovery.feed.fair import Fair, ids, topics
from tests.discovery.feed.fair import signal as report


def stalls(fair: Fair, authors: list[int], *, each: int = 8) -> dict[str, list[int]]:
    """Clips of two crafts in turn, by many hands."""
    clips: dict[str, list[int]] = {"tea": [], "cats": []}
    for number in range(each):
        clips["tea"].append(fair.publish("一壶好茶 #tea", author=authors[(2 * number) % len(authors)]))
        clips["cats"].append(fair.publish("猫在屋顶 #cats", author=authors[(2 * number + 1) % len(authors)]))
    return clips


def test_the_same_page_for_two_until_they_linger_on_different_things(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12))
    one, other = fair.stranger(), fair.stranger()
    for tea, cat in zip(clips["tea"][:5], clips["cats"][:5], strict=True):
        one.watch(tea)
        one.swipe_away(cat)
        other.watch(cat)
        other.swipe_away(tea)

    one_sees, other_sees = topics(one.for_you(limit=5)), topics(other.for_you(limit=5))

    assert one_sees[0] == "tea"
    assert one_sees.count("tea") > one_sees.count("cats")
    assert other_sees[0] == "cats"
    assert other_sees.count("cats") > other_sees.count("tea")


def test_a_card_has_all_that_it_shows(fair: Fair, cast: Cast):
    clip = fair.publish("一壶好茶 #Tea", author=cast.mei)
    bo = fair.member(cast.bo)
    fair.do(like_video, video_id=clip, account_id=cast.bo)
    fair.do(favourite_video, video_id=clip, account_id=cast.lan)
    fair.do(post_comment, video_id=clip, author_id=cast.lan, body="好")
    fair.do(share_video, video_id=clip, account_id=cast.lan)
    fair.do(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    (card,) = bo.following()["items"]

    assert card.pop("impression").endswith("-0")
    assert card == {
        "id": str(clip),
        "kind": "video",
        "title": "一壶好茶 #Tea",
        "author": {
            "id": str(cast.mei),
            "handle": "mei_fair",
            "nickname": "阿梅",
            "avatar": None,
            "followed": True,
        },
        "media": {
            "hls": f"/media/videos/{clip}/master.m3u8",
            "mp4": f"/media/videos/{clip}/first.mp4",
            "poster": f"/media/videos/{clip}/poster.webp",
            "preview": None,
            "width": 1080,
            "height": 1920,
            "duration_ms": 10_000,
        },
        "topics": ["Tea"],
        "counts": {"likes": 1, "comments": 1, "favourites": 1, "shares": 1},
        "liked": True,
        "favourited": False,
        "products": [],
        "reason": {"code": "following", "text": "From 阿梅, whom you follow", "source": "following"},
        "published_at": "2026-04-18T19:31:00Z",
    }


def test_a_session_walks_the_whole_town_once_and_then_sees_again_what_it_saw_first(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12), each=4)
    everything = {*clips["tea"], *clips["cats"]}
    visitor = fair.stranger()

    shown: list[int] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = visitor.for_you(limit=3, **cursor)
        cursor = {"cursor": page["cursor"]}
        shown += ids(page)
        for item in ids(page):
            visitor.watch(item)

    assert set(shown[:8]) == everything
    assert shown[8] == shown[0]
    assert page["items"][-1]["reason"]["source"] == "again"


def test_the_feed_goes_on_for_ever_in_a_town_of_three_clips(fair: Fair, cast: Cast):
    for author in cast.crowd(3):
        fair.publish("茶 #tea", author=author)
    visitor = fair.stranger()
    cursor: dict[str, str] = {}
    for _ in range(30):
        page = visitor.for_you(limit=2, **cursor)
        assert len(page["items"]) == 2
        assert len(set(ids(page))) == 2
        cursor = {"cursor": page["cursor"]}
        for item in ids(page):
            visitor.watch(item)


def test_a_new_session_begins_with_what_was_met_longest_ago(fair: Fair, cast: Cast):
    clips = [fair.publish("茶 #tea", author=author) for author in cast.crowd(4)]
    visitor = fair.stranger()
    in_this_order = [clips[2], clips[0], clips[3], clips[1]]
    for clip in in_this_order:
        visitor.watch(clip)
    visitor.watch(clips[2])  # Watched again, so it was met last.

    page = visitor.for_you(limit=4)

    assert ids(page) == [*in_this_order[1:], clips[2]]


def test_an_empty_town_has_an_empty_page_and_no_next_one(fair: Fair):
    assert fair.stranger().for_you() == {"items": [], "cursor": None}


def test_a_next_page_repeats_nothing_though_nothing_was_reported(fair: Fair, cast: Cast):
    stalls(fair, cast.crowd(12))
    visitor = fair.stranger()
    first = visitor.for_you(limit=8)

    second = visitor.for_you(limit=8, cursor=first["cursor"])

    assert not set(ids(first)) & set(ids(second))


@pytest.mark.parametrize("limit", [1, 3, 20])
def test_a_page_is_as_long_as_it_was_asked_to_be(fair: Fair, cast: Cast, limit: int):
    stalls(fair, cast.crowd(12), each=12)

    assert len(fair.stranger().for_you(limit=limit)["items"]) == limit


@pytest.mark.parametrize("limit", [0, 21, -1, "many"])
def test_a_limit_that_is_none_is_refused(fair: Fair, limit: object):
    answer = fair.stranger().send("GET", "/feed/for-you", limit=limit)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"


def test_a_cursor_that_was_touched_is_refused(fair: Fair, cast: Cast):
    stalls(fair, cast.crowd(6), each=2)
    visitor = fair.stranger()
    cursor = visitor.for_you(limit=1)["cursor"]
    made_up = base64.urlsafe_b64encode(msgspec.msgpack.encode(["f", [1, 2]])).decode().rstrip("=")

    for touched in ("", "x", cursor[:-1], cursor[1:], cursor + "A", "A" + cursor, made_up, made_up + ".AAAA", "茶"):
        answer = visitor.send("GET", "/feed/for-you", cursor=touched)
        assert answer.status_code == 400, touched
        assert answer.json()["code"] == "invalid_cursor"


def test_a_cursor_of_another_feed_is_refused(fair: Fair, cast: Cast):
    fair.publish("茶 #tea", author=cast.mei)
    fair.publish("茶 #tea", author=cast.mei)
    bo = fair.member(cast.bo)
    fair.do(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    for_you, following = bo.for_you(limit=1)["cursor"], bo.following(limit=1)["cursor"]

    assert bo.send("GET", "/feed/following", cursor=for_you).status_code == 400
    assert bo.send("GET", "/feed/for-you", cursor=following).status_code == 400


def test_following_is_newest_first_and_ends(fair: Fair, cast: Cast):
    clips = [fair.publish("茶 #tea", author=author) for author in (cast.mei, cast.lan, cast.hao, cast.mei)]
    bo = fair.member(cast.bo)
    for followee in (cast.mei, cast.lan):
        fair.do(follow_person, follower_id=cast.bo, followee_id=followee)

    first = bo.following(limit=2)
    second = bo.following(limit=2, cursor=first["cursor"])

    assert ids(first) == [clips[3], clips[1]]
    assert ids(second) == [clips[0]]
    assert second["cursor"] is None


def test_somebody_without_an_account_follows_nobody(fair: Fair, cast: Cast):
    fair.publish("茶 #tea", author=cast.mei)

    assert fair.stranger().following() == {"items": [], "cursor": None}


def test_blocked_people_do_not_meet_and_the_muted_are_not_heard(fair: Fair, cast: Cast):
    by = {name: fair.publish("茶 #tea", author=getattr(cast, name)) for name in ("mei", "lan", "hao", "ines")}
    fair.do(follow_person, follower_id=cast.bo, followee_id=cast.lan)
    fair.do(block_person, blocker_id=cast.bo, blocked_id=cast.hao)
    fair.do(block_person, blocker_id=cast.ines, blocked_id=cast.bo)
    fair.do(mute_person, muter_id=cast.bo, muted_id=cast.lan)
    bo = fair.member(cast.bo)

    assert ids(bo.for_you()) == [by["mei"]]
    assert bo.following()["items"] == []
    assert bo.send("GET", f"/feed/why/{by['ines']}").status_code == 404
    assert bo.send("GET", f"/feed/why/{by['hao']}").status_code == 404
    assert bo.send("GET", f"/feed/why/{by['lan']}").status_code == 200


def test_ones_own_clips_are_not_in_for_you(fair: Fair, cast: Cast):
    fair.publish("茶 #tea", author=cast.mei)

    assert fair.member(cast.mei).for_you() == {"items": [], "cursor": None}


def test_a_clip_that_was_taken_down_is_gone_from_the_next_page(fair: Fair, cast: Cast):
    kept, gone = (fair.publish("茶 #tea", author=author) for author in (cast.lan, cast.mei))
    visitor = fair.stranger()
    assert set(ids(visitor.for_you())) == {kept, gone}

    fair.do(remove_video, video_id=gone, person_id=cast.mei)

    assert ids(visitor.for_you()) == [kept]


def test_a_clip_that_was_taken_down_a_moment_ago_leaves_no_hole(fair: Fair, cast: Cast):
    """Its row is gone, the event about it still on its way."""
    clips = [fair.publish("茶 #tea", author=author) for author in cast.crowd(5)]
    visitor = fair.stranger()
    for gone in clips[2:]:
        fair.db.write_sync(remove_video, video_id=gone, person_id=fair.live.folded.catalogue.items[gone].author_id)

    assert set(ids(visitor.for_you(limit=2))) == set(clips[:2])


def test_a_changed_caption_is_read_anew(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(6), each=3)
    turned = fair.publish("一壶好茶 #tea", author=cast.mei)
    visitor = fair.stranger()
    for cat in clips["cats"]:
        visitor.watch(cat)

    fair.do(edit_caption, video_id=turned, person_id=cast.mei, caption="猫在屋顶 #cats")

    assert ids(visitor.for_you(limit=1)) == [turned]


def test_a_feed_without_the_person_is_one_parameter_away(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12))
    visitor = fair.stranger()
    for tea in clips["tea"][:5]:
        visitor.watch(tea)

    page = visitor.for_you(limit=10, personal=False)

    assert {item["reason"]["source"] for item in page["items"]} <= {"popular", "fresh", "chance", "explore"}
    assert {item["reason"]["code"] for item in page["items"]} <= {"popular", "fresh", "chance", "explore"}


def test_who_pauses_is_neither_learned_from_nor_read(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12))
    bo = fair.member(cast.bo)
    for tea in clips["tea"][:3]:
        bo.watch(tea)
    believed = bo.interests()["interests"]

    answer = bo.send("PUT", "/interests/settings", {"personalised": False})
    bo.watch(clips["cats"][0], client_id="while paused")

    assert answer.status_code == 200
    assert answer.json()["personalised"] is False
    page = bo.for_you(limit=12)
    assert {item["reason"]["source"] for item in page["items"]} <= {"popular", "fresh", "chance", "explore"}
    assert clips["cats"][0] not in ids(page)
    assert [each["name"] for each in bo.interests()["interests"]] == [each["name"] for each in believed]
    kept = fair.rows(sa.select(signal.c.dwell_ms).where(signal.c.client_id == "while paused"))
    assert kept == [(None,)]

    bo.send("PUT", "/interests/settings", {"personalised": True})
    assert topics(bo.for_you(limit=1)) == ["tea"]


def test_a_reset_forgets_and_does_not_repeat(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12))
    bo = fair.member(cast.bo)
    for tea in clips["tea"][:3]:
        bo.watch(tea)
    assert bo.interests()["interests"][0] == {"name": "tea", "kind": "topic", "weight": 1.0, "author_id": None}

    answer = bo.send("POST", "/interests/reset")

    assert answer.status_code == 200
    assert answer.json() == {"personalised": True, "reset_at": "2026-04-18T19:46:00Z", "interests": []}
    assert not set(clips["tea"][:3]) & set(ids(bo.for_you(limit=13)))


def test_each_to_their_own(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12))
    bo, lan = fair.member(cast.bo), fair.member(cast.lan)
    for tea in clips["tea"][:3]:
        bo.watch(tea)
    lan.send("POST", "/interests/reset")
    lan.send("PUT", "/interests/settings", {"personalised": False})

    assert lan.interests()["interests"] == []
    assert bo.interests()["interests"] != []
    assert bo.interests()["personalised"] is True
    assert lan.why(clips["tea"][0])["served_at"] is None


def test_likes_comments_shares_and_follows_count_as_well(fair: Fair, cast: Cast):
    tea = fair.publish("一壶好茶 #tea", author=cast.mei)
    fair.publish("一壶好茶 #tea", author=cast.lan)
    fair.publish("猫 #cats", author=cast.mei)
    bo = fair.member(cast.bo)
    fair.do(like_video, video_id=tea, account_id=cast.bo)
    fair.do(like_video, video_id=tea, account_id=cast.bo)
    fair.do(favourite_video, video_id=tea, account_id=cast.bo)
    fair.do(post_comment, video_id=tea, author_id=cast.bo, body="好茶")
    fair.do(share_video, video_id=tea, account_id=cast.bo)
    fair.do(unlike_video, video_id=tea, account_id=cast.bo)
    fair.do(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    kinds = fair.rows(sa.select(signal.c.kind).where(signal.c.person_id == cast.bo).order_by(signal.c.seq))
    assert [kind for (kind,) in kinds] == ["like", "favourite", "comment", "share", "unlike", "follow_author"]
    assert "阿梅" in [each["name"] for each in bo.interests()["interests"]]


def test_a_follow_without_a_clip_teaches_nothing(fair: Fair, cast: Cast):
    fair.do(follow_person, follower_id=cast.bo, followee_id=cast.mei)

    assert fair.rows(sa.select(signal.c.kind)) == []


def test_why_names_the_clips_and_topics_that_moved_it(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(12))
    for guest in cast.crowd(8):
        fan = fair.member(guest)
        for tea in clips["tea"][:3]:
            fan.watch(tea)
    bo = fair.member(cast.bo, "zh")
    bo.watch(clips["tea"][0])
    (item,) = bo.for_you(limit=1)["items"]

    why = bo.why(item["id"])

    assert why["source"] == item["reason"]["source"]
    assert why["position"] == 0
    assert why["probability"] == 1
    assert why["model_version"] == fair.live.model_version
    kinds = [part["kind"] for part in why["parts"]]
    assert "watched_item" in kinds
    watched = why["parts"][kinds.index("watched_item")]
    assert (watched["item_id"], watched["text"]) == (str(clips["tea"][0]), "一壶好茶 #tea")
    assert "#tea" in [part["token"] for part in why["parts"]]
    assert "tea" not in [part["token"] for part in why["parts"]], "the hashtag speaks for its word"
    assert "一壶好茶" in why["text"]
    assert "#tea" in why["text"]


def test_why_is_answered_from_the_log_when_the_page_is_old(fair: Fair, cast: Cast):
    fair.publish("茶 #tea", author=cast.mei)
    visitor = fair.stranger()
    (item,) = visitor.for_you(limit=1)["items"]
    served_at = fair.clock.now()
    visitor.client.blocking_portal.call(fair.live.impressions.flush)
    fair.clock.advance(timedelta(days=2))

    why = visitor.why(item["id"])

    assert why["served_at"] == served_at.isoformat().replace("+00:00", "Z")
    assert why["text"]


def test_why_of_nothing_is_nothing(fair: Fair):
    for unknown in ("1", "9223372036854775807", "9" * 30, "x"):
        assert fair.stranger().send("GET", f"/feed/why/{unknown}").status_code == 404


def test_every_served_card_is_logged_with_its_chance(fair: Fair, cast: Cast):
    fair.live.weights = WEIGHTS
    stalls(fair, cast.crowd(12))
    visitor = fair.stranger()
    pages = [visitor.for_you(limit=10, personal=personal) for personal in (True, False)]

    visitor.client.blocking_portal.call(fair.live.impressions.flush)

    logged = fair.rows(sa.select(impression).order_by(impression.c.page_id, impression.c.position))
    assert [f"{row.page_id}-{row.position}" for row in logged] == [
        item["impression"] for page in pages for item in page["items"]
    ]
    assert [row.item_id for row in logged] == [item for page in pages for item in ids(page)]
    assert {row.probability == 1 for row in logged if row.source != "explore"} == {True}
    assert {0 < row.probability < 1 for row in logged if row.source == "explore"} == {True}
    assert {row.model_version for row in logged} == {fair.live.model_version}
    assert len({row.person_id for row in logged}) == 1


def test_a_page_reads_the_same_after_a_journey_through_its_own_description(fair: Fair, cast: Cast):
    fair.publish("茶 #tea", author=cast.mei)
    page = fair.stranger().for_you()

    assert msgspec.json.decode(msgspec.json.encode(msgspec.convert(page, FeedPage))) == page


@pytest.mark.parametrize("path", ["/", "/following", "/settings/interests"])
def test_the_pages_are_served_to_strangers_and_members(fair: Fair, cast: Cast, path: str):
    clips = stalls(fair, cast.crowd(6), each=3)
    fair.do(follow_person, follower_id=cast.bo, followee_id=cast.crowd(1)[0])
    for visitor in (fair.stranger("zh"), fair.member(cast.bo)):
        visitor.watch(clips["tea"][0])
        answer = visitor.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "</html>" in answer.text


def test_the_first_page_is_in_the_html_and_logged(fair: Fair, cast: Cast):
    clips = stalls(fair, cast.crowd(6), each=3)
    visitor = fair.stranger()

    html = visitor.client.get("/", headers={"Accept": "text/html"}).text

    embedded = html.split('id="first-page">')[1].split("</script>")[0]
    page = msgspec.json.decode(embedded.encode(), type=FeedPage)
    assert len(page.items) == 3
    assert {int(item.id) for item in page.items} <= {*clips["tea"], *clips["cats"]}
    assert not set(ids(visitor.for_you(limit=3, cursor=page.cursor))) & {int(item.id) for item in page.items}


def test_a_signal_answers_the_card_that_it_speaks_of(fair: Fair, cast: Cast):
    fair.publish("茶 #tea", author=cast.mei)
    visitor = fair.stranger()
    (item,) = visitor.for_you()["items"]

    visitor.report(report(item["id"], impression=item["impression"]), report(item["id"], impression="9" * 19 + "-0"))

    page_id, position = item["impression"].split("-")
    rows = fair.rows(sa.select(signal.c.page_id, signal.c.position).where(signal.c.kind == "dwell"))
    assert rows == [(int(page_id), int(position)), (None, None)]
