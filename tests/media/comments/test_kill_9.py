"""What was acknowledged stays and nothing is doubled, whenever the server is killed."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.media.comments.events import CommentPosted
from miaohui.media.comments.tables import comment
from miaohui.media.reactions.events import VideoLiked, VideoUnliked
from miaohui.media.reactions.queries import own_reactions, reaction_counts
from miaohui.people.accounts.actions.open_session import open_session
from tests.cast import Cast
from tests.emitted import emitted
from tests.killable_house import KillableHouse
from tests.media.comments.counted import counts_match_rows
from tests.media.reactions.test_like_video import counts_match_rows as reactions_match_rows
from tests.media.shelf import shelve_video

KILLS = 12
PEOPLE = 4


class Talker:
    """Somebody who comments, and likes and unlikes in turns, and repeats what was not acknowledged."""

    def __init__(self, house: KillableHouse, account_id: int, clip: int) -> None:
        token = house.db.write_sync(open_session, account_id=account_id, user_agent="").token
        self._client = httpx.Client(base_url=house.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self._clip = clip
        self.account_id = account_id
        self.acknowledged = 0

    @property
    def comments(self) -> int:
        """How many comments were acknowledged."""
        return (self.acknowledged + 1) // 2

    @property
    def likes(self) -> bool:
        """Whether the last acknowledged tap was a like."""
        return self.acknowledged // 2 % 2 == 1

    def act(self) -> None:
        """Do the next thing, or the same again if it was not acknowledged. Raises when the server dies."""
        number = self.acknowledged
        if number % 2 == 0:
            answer = self._client.post(
                f"/api/v1/videos/{self._clip}/comments",
                json={"body": f"no. {number}"},
                headers={"Idempotency-Key": f"act-{number}"},
            )
            assert answer.status_code == 201, answer.text
            assert answer.json()["body"] == f"no. {number}"
        else:
            method = "PUT" if number % 4 == 1 else "DELETE"
            answer = self._client.request(method, f"/api/v1/videos/{self._clip}/like")
            assert answer.status_code == 200, answer.text
            assert answer.json()["liked"] == (method == "PUT")
        self.acknowledged += 1

    def act_until_killed(self, told: threading.Semaphore) -> None:
        """Act without a pause; `told` counts what was acknowledged."""
        try:
            while True:
                self.act()
                told.release()
        except httpx.TransportError:
            self._client.close()
            self._client = httpx.Client(
                base_url=self._client.base_url, headers=self._client.headers, timeout=self._client.timeout
            )


@pytest.fixture
def house(database_url: str) -> Iterator[KillableHouse]:
    with KillableHouse(database_url) as running:
        yield running


@pytest.mark.alone
@pytest.mark.timeout(600)
def test_kill_9_at_random_instants_loses_no_word_and_says_none_twice(house: KillableHouse):
    dice = random.Random(20260418)
    db, cast = house.db, Cast(house.db)
    clip = shelve_video(db, author_id=cast.mei)
    talkers = [Talker(house, who, clip) for who in cast.crowd(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        for _ in range(KILLS):
            told = threading.Semaphore(0)
            talking = [pool.submit(talker.act_until_killed, told) for talker in talkers]
            for _ in range(dice.randrange(1, 24)):
                told.acquire()
            house.kill()
            for one in talking:
                one.result()
            house.start()
    for talker in talkers:
        talker.act()  # Whatever was under way at the last kill is settled by repeating it.

    def said(tx: Tx) -> list[tuple[int, str]]:
        return list(tx.execute(sa.select(comment.c.author_id, comment.c.body)).tuples())

    expected = [(t.account_id, f"no. {2 * n}") for t in talkers for n in range(t.comments)]
    assert sorted(db.read_sync(said)) == sorted(expected)
    assert len(emitted(db, CommentPosted)) == len(expected) > KILLS
    for talker in talkers:
        own = db.read_sync(own_reactions, person_id=talker.account_id, video_ids=[clip])
        assert own[clip].liked == talker.likes
    likes = db.read_sync(reaction_counts, [clip])[clip].likes
    assert likes == len(emitted(db, VideoLiked)) - len(emitted(db, VideoUnliked)) == sum(t.likes for t in talkers)
    assert counts_match_rows(db)
    assert reactions_match_rows(db)
