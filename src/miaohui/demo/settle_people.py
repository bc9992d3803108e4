"""Give the townspeople accounts and let them follow each other."""

import random
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from miaohui.demo.clips import IDEAS
from miaohui.demo.people import PEOPLE, Townsperson
from miaohui.demo.queries import Town, resident_ids
from miaohui.demo.tables import demo_resident
from miaohui.kit.db import Tx
from miaohui.people.accounts.actions.claim_handle import HandleTaken
from miaohui.people.accounts.actions.create_account import create_account
from miaohui.people.graph.actions.follow_person import follow_person

_OPERATORS = ("lena",)


def settle_people(tx: Tx, *, town: Town) -> None:
    """Create the accounts of all townspeople and whom they follow from the beginning, once.

    One transaction: either the town has its people, or it has none.
    """
    if tx.scalar(sa.select(sa.func.count()).select_from(demo_resident)):
        return
    rng = random.Random(f"{town.seed}:people")
    for place, person in enumerate(PEOPLE):
        account_id = _create(tx, person, town, rng)
        tx.execute(sa.insert(demo_resident).values(handle=person.handle, account_id=account_id, place=place))
    residents = resident_ids(tx)
    for follower, followees in plan_follows(seed=town.seed).items():
        for followee in followees:
            at = town.planted_at - timedelta(days=rng.uniform(1, 30))
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
