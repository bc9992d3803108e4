"""Who sees what somebody shows: friends, those who were chosen, and nobody from the second on in which that ends."""

from datetime import timedelta

import pytest

import miaohui.card_kinds  # noqa: F401  the kinds
from miaohui.kit.cards import Card, CardNotFound, make_card
from miaohui.kit.clock import ManualClock
from miaohui.kit.db import Database
from miaohui.kit.errors import NotFound
from miaohui.people.graph.actions.block_person import block_person
from miaohui.people.graph.actions.follow_person import follow_person
from miaohui.people.graph.actions.mute_person import mute_person
from miaohui.people.graph.actions.unfollow_person import unfollow_person
from miaohui.talk.moments.access import access_moment
from miaohui.talk.moments.actions.delete_moment import delete_moment
from miaohui.talk.moments.actions.post_moment import post_moment
from miaohui.talk.moments.actions.set_window import set_window
from miaohui.talk.moments.queries import album_of, timeline_of
from tests.cast import Cast
from tests.talk.moments.friendships import befriend
from tests.until_quiet import until_quiet


class Town:
    """Mei's friends are Bo and Lan, who do not know each other; Ines follows Mei, and Mei does not follow back."""

    def __init__(self, db: Database, clock: ManualClock, cast: Cast) -> None:
        self.db, self.clock, self.cast = db, clock, cast
        befriend(db, cast.mei, cast.bo)
        befriend(db, cast.mei, cast.lan)
        db.write_sync(follow_person, follower_id=cast.ines, followee_id=cast.mei)
        until_quiet(db, clock)

    def posts(self, body: str = "灯会", **more) -> int:
        posted = self.db.write_sync(post_moment, author_id=self.cast.mei, body=body, **more).id
        until_quiet(self.db, self.clock)
        return posted

    def sees(self, person_id: int) -> list[int]:
        """The person's friends' tab; album and single page must say the same."""
        listed = [one.id for one in self.db.read_sync(timeline_of, viewer_id=person_id, after=None, limit=50)]
        album = self.db.read_sync(album_of, author_id=self.cast.mei, viewer_id=person_id, after=None, limit=50)
        assert [one.id for one in album] == listed
        for moment_id in listed:
            assert self.db.read_sync(access_moment, moment_id, viewer_id=person_id).id == moment_id
        return listed

    def refuses(self, moment_id: int, person_id: int) -> bool:
        with pytest.raises(NotFound):
            self.db.read_sync(access_moment, moment_id, viewer_id=person_id)
        return True


@pytest.fixture
def town(db: Database, clock: ManualClock, cast: Cast) -> Town:
    return Town(db, clock, cast)


def test_friends_see_it_and_followers_do_not(town: Town, cast: Cast):
    posted = town.posts()

    assert [town.sees(who) for who in (cast.mei, cast.bo, cast.lan)] == [[posted]] * 3
    assert town.sees(cast.ines) == []
    assert town.refuses(posted, cast.ines)


def test_only_those_who_were_chosen(town: Town, cast: Cast):
    some = town.posts(audience="some", named_ids=[cast.lan, cast.ines])
    not_some = town.posts(audience="not_some", named_ids=[cast.lan])

    assert town.sees(cast.mei) == [not_some, some]
    assert town.sees(cast.lan) == [some]
    assert town.sees(cast.bo) == [not_some]
    assert town.sees(cast.ines) == []
    assert town.refuses(some, cast.bo)
    assert town.refuses(not_some, cast.lan)


@pytest.mark.parametrize("end", ["unfollowed", "unfollowed by", "blocked", "blocked by"])
def test_the_end_of_a_friendship_counts_at_once(town: Town, cast: Cast, end: str):
    posted = town.posts()
    one, other = (cast.bo, cast.mei) if end.endswith("by") else (cast.mei, cast.bo)

    if end.startswith("un"):
        town.db.write_sync(unfollow_person, follower_id=one, followee_id=other)
    else:
        town.db.write_sync(block_person, blocker_id=one, blocked_id=other)

    # Nothing was handed on in between: it is the read that decides.
    assert town.sees(cast.bo) == []
    assert town.refuses(posted, cast.bo)
    assert town.sees(cast.lan) == [posted]


def test_friends_again_see_it_again_and_new_friends_see_what_was_before(town: Town, cast: Cast):
    posted = [town.posts(), town.posts(audience="not_some", named_ids=[cast.lan])]
    town.db.write_sync(unfollow_person, follower_id=cast.mei, followee_id=cast.bo)
    befriend(town.db, cast.mei, cast.bo)
    befriend(town.db, cast.mei, cast.ines)
    until_quiet(town.db, town.clock)

    assert town.sees(cast.bo) == town.sees(cast.ines) == posted[::-1]
    assert town.sees(cast.lan) == posted[:1]


def test_who_is_muted_stays_out_of_the_tab_but_not_out_of_the_album(town: Town, cast: Cast):
    posted = town.posts()
    town.db.write_sync(mute_person, muter_id=cast.bo, muted_id=cast.mei)

    assert town.db.read_sync(timeline_of, viewer_id=cast.bo, after=None, limit=9) == []
    assert town.db.read_sync(access_moment, posted, viewer_id=cast.bo).id == posted


def test_the_last_three_days(town: Town, cast: Cast):
    old = town.posts("昨天")
    town.clock.advance(timedelta(days=3, seconds=1))
    new = town.posts("今天")
    assert town.sees(cast.bo) == [new, old]

    town.db.write_sync(set_window, person_id=cast.mei, days=3)
    assert town.sees(cast.bo) == [new]
    assert town.refuses(old, cast.bo)
    assert town.sees(cast.mei) == [new, old]

    town.db.write_sync(set_window, person_id=cast.mei, days=30)
    assert town.sees(cast.bo) == [new, old]
    town.db.write_sync(set_window, person_id=cast.mei, days=3)
    town.db.write_sync(set_window, person_id=cast.mei, days=None)
    assert town.sees(cast.bo) == [new, old]


def test_deleted_is_gone_for_everybody(town: Town, cast: Cast):
    posted = town.posts()
    for _ in range(2):
        town.db.write_sync(delete_moment, moment_id=posted, by_id=cast.mei)

    assert [town.sees(who) for who in (cast.mei, cast.bo, cast.lan)] == [[]] * 3
    assert town.refuses(posted, cast.mei)


def test_page_by_page(town: Town, cast: Cast):
    posted = []
    for n in range(7):
        posted.append(town.posts(str(n)))
        # Two of each pair in the same moment, so that the id has to tell them apart.
        town.clock.advance(timedelta(seconds=n % 2))

    found, after = [], None
    while page := town.db.read_sync(timeline_of, viewer_id=cast.bo, after=after, limit=2):
        found += [one.id for one in page]
        after = (page[-1].posted_at, page[-1].id)

    assert found == posted[::-1]


def test_a_moment_that_is_sent_on_is_seen_by_whom_its_author_shows_it(town: Town) -> None:
    """Bo hands it to Lan, who may see it, and to Ines, who may not; a card opens nothing to anybody."""
    shown = town.posts("灯会开始了", audience="some", named_ids=[town.cast.bo, town.cast.lan])

    def card(viewer_id: int) -> Card:
        return town.db.read_sync(make_card, kind="moment", ref=str(shown), viewer_id=viewer_id)

    assert (card(town.cast.lan).title, card(town.cast.lan).url) == ("灯会开始了", f"/moments/{shown}")
    with pytest.raises(CardNotFound):
        card(town.cast.ines)
    town.db.write_sync(delete_moment, moment_id=shown, by_id=town.cast.mei)
    with pytest.raises(CardNotFound):
        card(town.cast.bo)
