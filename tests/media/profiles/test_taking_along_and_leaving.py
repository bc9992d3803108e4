"""What a person takes along in a copy of their data, and what stays of them when they have left."""

import asyncio
from typing import Any

import msgspec

import miaohui.job_kinds  # noqa: F401  declares what each domain puts into an export
from miaohui.kit.db import Database, Tx
from miaohui.kit.outbox import Dispatcher, count_waiting
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.comments.queries import comment_by_id, comment_counts
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.media.reactions.queries import ReactionCounts, reaction_counts
from miaohui.media.videos.events import VideoRemoved
from miaohui.people.accounts.events import AccountDeleted
from miaohui.people.accounts.export import contributions
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.people.graph.actions.remark_person import remark_person
from miaohui.people.graph.queries import GraphCounts, graph_counts
from miaohui.subscriptions import subscriptions
from tests.cast import Cast
from tests.media.shelf import shelve_video


def live_a_little(db: Database, cast: Cast) -> tuple[int, int]:
    """Bo follows, likes, keeps, shares and talks; returns the clip and Lan's answer to him."""
    clip = shelve_video(db, author_id=cast.mei)
    db.write_sync(follow_person, follower_id=cast.bo, followee_id=cast.mei)
    db.write_sync(follow_person, follower_id=cast.lan, followee_id=cast.bo)
    db.write_sync(block_person, blocker_id=cast.bo, blocked_id=cast.hao)
    db.write_sync(mute_person, muter_id=cast.bo, muted_id=cast.ines)
    db.write_sync(remark_person, owner_id=cast.bo, person_id=cast.mei, name="Sugar Mei")
    for act in (like_video, favourite_video, share_video):
        db.write_sync(act, video_id=clip, account_id=cast.bo)
        db.write_sync(act, video_id=clip, account_id=cast.lan)
    said = db.write_sync(post_comment, video_id=clip, author_id=cast.bo, body="Where is it?")
    answer = db.write_sync(post_comment, video_id=clip, author_id=cast.lan, body="桥边", reply_to_id=said.id)
    db.write_sync(like_comment, comment_id=answer.id, account_id=cast.bo)
    return clip, answer.id


def hand_on(db: Database) -> None:
    """Run what reacts to what has happened."""
    asyncio.run(Dispatcher(db, subscriptions()).drain())
    assert db.read_sync(count_waiting) == 0


def copy_of(db: Database, account_id: int) -> dict[str, list[dict[str, Any]]]:
    """What an export holds, as JSON, by name."""

    def read(tx: Tx) -> dict[str, Any]:
        return {one.name: list(one.rows(tx, account_id)) for one in contributions()}

    found: dict[str, list[dict[str, Any]]] = msgspec.json.decode(msgspec.json.encode(db.read_sync(read)))
    return found


def test_a_copy_holds_ones_own_ties_taps_and_words(db: Database, cast: Cast):
    clip, answer = live_a_little(db, cast)

    mine = copy_of(db, cast.bo)

    assert [one["handle"] for one in mine["following"]] == ["mei_fair"]
    assert [one["handle"] for one in mine["followers"]] == ["lan_fair"]
    assert [one["handle"] for one in mine["blocks"]] == ["hao_fair"]
    assert [one["handle"] for one in mine["mutes"]] == ["ines_fair"]
    assert mine["remark_names"] == [{"handle": "mei_fair", "name": "Sugar Mei"}]
    for name in ("likes", "favourites", "shares"):
        assert [(one["video_id"], one["caption"]) for one in mine[name]] == [(str(clip), "糖画 #街头美食")]
    assert [one["body"] for one in mine["comments"]] == ["Where is it?"]
    assert [one["comment_id"] for one in mine["comment_likes"]] == [str(answer)]
    # Nobody learns from their copy who has blocked or muted them.
    assert copy_of(db, cast.hao)["blocks"] == copy_of(db, cast.ines)["mutes"] == []


def test_of_who_has_left_only_empty_places_stay(db: Database, cast: Cast):
    clip, answer = live_a_little(db, cast)

    db.write_sync(lambda tx: tx.emit(AccountDeleted(account_id=cast.bo)))
    hand_on(db)

    left = copy_of(db, cast.bo)
    assert not any(
        left[name] for name in ("following", "followers", "blocks", "mutes", "remark_names", "likes", "favourites")
    )
    assert not any(left[name] for name in ("shares", "comments", "comment_likes"))
    assert db.read_sync(reaction_counts, [clip])[clip] == ReactionCounts(likes=1, favourites=1, shares=1)
    assert db.read_sync(comment_counts, [clip])[clip] == 1
    assert db.read_sync(comment_by_id, answer).likes == 0
    assert db.read_sync(graph_counts, cast.mei) == GraphCounts()


def test_with_a_video_goes_what_was_said_and_done_about_it(db: Database, cast: Cast):
    clip, answer = live_a_little(db, cast)

    db.write_sync(lambda tx: tx.emit(VideoRemoved(video_id=clip, author_id=cast.mei, was_published=True)))
    hand_on(db)

    assert db.read_sync(comment_by_id, answer) is None
    assert db.read_sync(reaction_counts, [clip])[clip] == ReactionCounts()
    mine = copy_of(db, cast.bo)
    assert mine["likes"] == mine["comments"] == []
    assert [one["handle"] for one in mine["following"]] == ["mei_fair"]
