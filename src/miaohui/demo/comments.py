"""Who says what under which clip, and when: planned from a seed, so that every start plans the same."""

import random
from datetime import timedelta

import msgspec

from miaohui.demo.ideas import Idea
from miaohui.demo.people import BY_HANDLE, PEOPLE, Townsperson
from miaohui.demo.remarks import ANYWHERE, BY_CLIP, BY_TOPIC, Remark


class PlannedReply(msgspec.Struct, frozen=True):
    """An answer below a comment. after: time since the comment."""

    author: str
    body: str
    after: timedelta


class PlannedComment(msgspec.Struct, frozen=True):
    """A comment of the town. after: time since the clip was published. likers: handles."""

    author: str
    body: str
    after: timedelta
    replies: tuple[PlannedReply, ...]
    likers: tuple[str, ...]


def plan_comments(idea: Idea, *, rng: random.Random) -> list[PlannedComment]:
    """Three to eight comments by people who care for the topic, each in the speaker's language.

    No line appears twice under a clip, nobody speaks first twice, and authors answer only others.
    """
    special = list(BY_CLIP.get(idea.key, ()))
    usual = [*BY_TOPIC[idea.topic], *rng.sample(ANYWHERE, 2)]
    rng.shuffle(usual)
    count = rng.randint(3, 8)
    speakers = _speakers(idea, rng)
    after = timedelta(minutes=rng.randint(2, 40))
    planned = []
    for remark, speaker in zip((special + usual)[:count], speakers, strict=False):
        planned.append(_comment(idea, remark, speaker, after, rng))
        after += timedelta(minutes=rng.expovariate(1 / 300))
    return planned


def _speakers(idea: Idea, rng: random.Random) -> list[Townsperson]:
    """Everybody but the author, the likeliest to speak first."""
    others = [person for person in PEOPLE if person.handle != idea.author]
    # Exponential keys give a weighted order without replacement (Efraimidis & Spirakis 2006).
    return sorted(
        others,
        key=lambda person: rng.expovariate(0.02 + person.talk * person.interests.get(idea.topic, 0.05)),
    )


def _comment(idea: Idea, remark: Remark, speaker: Townsperson, after: timedelta, rng: random.Random) -> PlannedComment:
    author = BY_HANDLE[idea.author]
    replies: list[PlannedReply] = []
    answer = remark.answer_zh if author.language == "zh" else remark.answer_en
    if answer and rng.random() < 0.75:
        replies.append(PlannedReply(author.handle, answer, timedelta(minutes=rng.randint(3, 600))))
        if rng.random() < 0.3:
            thanks = (
                ("好嘞", "哈哈，收到", "一言为定") if speaker.language == "zh" else ("Deal", "Ha, fair", "On my way")
            )
            later = replies[0].after + timedelta(minutes=rng.randint(1, 200))
            replies.append(PlannedReply(speaker.handle, rng.choice(thanks), later))
    fans = [
        person.handle
        for person in PEOPLE
        if person.handle != speaker.handle
        and rng.random() < 0.28 * person.warmth * person.interests.get(idea.topic, 0.1)
    ]
    body = remark.zh if speaker.language == "zh" else remark.en
    return PlannedComment(speaker.handle, body, after, tuple(replies), tuple(fans))
