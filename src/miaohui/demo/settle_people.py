"""Give the townspeople accounts and let them follow each other."""

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from miaohui.demo.clips import IDEAS
from miaohui.demo.people import PEOPLE, Townsperson
from miaohui.demo.queries import Town, resident_ids
from miaohui.demo.tables import demo_resident
from miaohui.demo.watching import NEWCOMERS
from miaohui.kit.db import Tx
from miaohui.kit.errors import Refusal
from miaohui.kit.jobs import stage_job
from miaohui.people.accounts.actions.claim_handle import HandleTaken
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.graph.actions.follow_person import follow_person

_OPERATORS = ("lena",)
_FRIENDS_AFTER = timedelta(seconds=20)
"""Two hundred follows take two seconds, which the first clips need more."""


def settle_people(tx: Tx, *, town: Town) -> None:
    """Create the accounts of all townspeople, and whom the first visitors follow, once.

    One transaction: either the town has its people, or it has none. The rest make friends in a job,
    behind the first clips.
    """
    if tx.scalar(sa.select(sa.func.count()).select_from(demo_resident)):
        return
    rng = random.Random(f"{town.seed}:people")
    for place, person in enumerate(PEOPLE):
        account_id = _create(tx, person, town, rng)
        tx.execute(sa.insert(demo_resident).values(handle=person.handle, account_id=account_id, place=place))
    make_friends(tx, town=town, people=NEWCOMERS)
    others = [person.handle for person in PEOPLE if person.handle not in NEWCOMERS]
    stage_job(tx, "demo.make_friends", run_at=tx.now + _FRIENDS_AFTER, people=others)
    stage_job(tx, "demo.gather_friends", unique_key="demo.gather_friends", run_at=tx.now + _FRIENDS_AFTER)


def make_friends(tx: Tx, *, town: Town, people: Sequence[str]) -> None:
    """Let these townspeople, named by handle, follow whom they follow from the beginning."""
    residents = resident_ids(tx)
    plan = plan_follows(seed=town.seed)
    for follower in people:
        rng = random.Random(f"{town.seed}:{follower}:followed")
        for followee in plan[follower]:
            at = town.planted_at - timedelta(days=rng.uniform(1, 30))
            if follower in residents and followee in residents:
                # NotFound, or a block that a visitor has set meanwhile, which stands above our script.
                with suppress(Refusal):
                    follow_person(tx, follower_id=residents[follower], followee_id=residents[followee], at=at)


def plan_follows(*, seed: int) -> Mapping[str, list[str]]:
    """Whom each of the townspeople follows: a few who make what they like to watch. Handles."""
    makers: dict[str, set[str]] = {}
    for idea in IDEAS:
        makers.setdefault(idea.author, set()).add(idea.topic)
    rng = random.Random(f"{seed}:follows")
    follows: dict[str, list[str]] = {}
    for person in PEOPLE:
        pull = {
            maker: max(person.interests.get(topic, 0.0) for topic in topics)
            for maker, topics in makers.items()
            if maker != person.handle
        }
        liked = [maker for maker, strength in pull.items() if strength >= 0.4]
        liked.sort(key=lambda maker: rng.expovariate(pull[maker] ** 2))
        follows[person.handle] = liked[: 2 + round(5 * person.warmth)]
    return follows


def _create(tx: Tx, person: Townsperson, town: Town, rng: random.Random) -> int:
    create = partial(
        create_account,
        tx,
        nickname=person.nickname,
        bio=person.bio,
        birth_date=person.birth_date(now=town.planted_at),
        locale="zh-Hans" if person.language == "zh" else "en",
        roles=["operator"] if person.handle in _OPERATORS else [],
        terms_accepted_at=town.planted_at,
        created_at=town.planted_at - timedelta(days=rng.uniform(32, 400)),
    )
    try:
        return create(handle=person.handle)
    except HandleTaken:
        # The demo was planted into a folder where somebody has this name already.
        return create(handle=f"{person.handle}_town")
