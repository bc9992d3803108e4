"""Let the town watch, like and discuss a clip that has been published."""

import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from miaohui.demo.comments import PlannedComment, plan_comments
from miaohui.demo.ideas import Idea
from miaohui.demo.programme import air_times, duration_ms, first_wave, plan_programme
from miaohui.demo.queries import Town, resident_ids
from miaohui.demo.tables import demo_clip
from miaohui.demo.watching import Airing, Viewing, plan_watching
from miaohui.discovery.feed.actions.record_past import PastAct, record_past
from miaohui.discovery.feed.signal_log import WatchKind
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound, Refusal
from miaohui.media.comments.actions.like_comment import like_comment
from miaohui.media.comments.actions.post_comment import post_comment
from miaohui.media.reactions.actions.favourite_video import favourite_video
from miaohui.media.reactions.actions.like_video import like_video
from miaohui.media.reactions.actions.share_video import share_video
from miaohui.people.graph.actions.follow_person import follow_person


def bring_audience(tx: Tx, *, town: Town, idea: Idea, video_id: int) -> None:
    """Plant the clip's share of the month: comments, answers, likes, follows and viewings, once.

    Expects the video to be published and listed by the feed. Whom a visitor has blocked or sent away
    meanwhile stays out of it.
    """
    this = sa.and_(demo_clip.c.key == idea.key, demo_clip.c.watched_at.is_(None))
    if not tx.changed(sa.update(demo_clip).where(this).values(watched_at=tx.now)):
        return
    residents = resident_ids(tx)
    aired_at = air_times(plan_programme(seed=town.seed), planted_at=town.planted_at, seed=town.seed)[idea.key]
    for planned in plan_comments(idea, rng=random.Random(f"{town.seed}:{idea.key}:comments")):
        # Nobody speaks to who is gone; what would be said after the planting, a visitor may say.
        if planned.author in residents and aired_at + planned.after < town.planted_at:
            _discuss(tx, planned, residents, video_id=video_id, aired_at=aired_at, until=town.planted_at)
    viewings = month_of(seed=town.seed, planted_at=town.planted_at).get(idea.key, [])
    watched = [viewing for viewing in viewings if viewing.person in residents]
    for viewing in watched:
        _react(tx, viewing, residents, video_id=video_id, author_id=residents.get(idea.author))
    record_past(tx, acts=[act for each in watched for act in _acts(each, residents[each.person], video_id)])


@lru_cache(maxsize=1)
def month_of(*, seed: int, planted_at: datetime) -> Mapping[str, list[Viewing]]:
    """The whole month of the town by clip; planned once in each process, which takes 0.15 s."""
    programme = plan_programme(seed=seed)
    times = air_times(programme, planted_at=planted_at, seed=seed)
    airings = [Airing(idea, duration_ms(idea), times[idea.key]) for idea in programme]
    wave = {idea.key for idea in first_wave(programme)}
    month: dict[str, list[Viewing]] = {}
    for viewing in plan_watching(airings, first_wave=wave, now=planted_at, seed=seed):
        month.setdefault(viewing.clip, []).append(viewing)
    return month


def _discuss(
    tx: Tx,
    planned: PlannedComment,
    residents: Mapping[str, int],
    *,
    video_id: int,
    aired_at: datetime,
    until: datetime,
) -> None:
    said_at = aired_at + planned.after
    with suppress(NotFound):
        said = post_comment(tx, video_id=video_id, author_id=residents[planned.author], body=planned.body, at=said_at)
        for reply in planned.replies:
            if reply.author in residents and said_at + reply.after < until:
                post_comment(
                    tx,
                    video_id=video_id,
                    author_id=residents[reply.author],
                    body=reply.body,
                    reply_to_id=said.id,
                    at=said_at + reply.after,
                )
        for liker in planned.likers:
            if liker in residents:
                like_comment(tx, comment_id=said.id, account_id=residents[liker], at=min(until, said_at))


def _react(tx: Tx, viewing: Viewing, residents: Mapping[str, int], *, video_id: int, author_id: int | None) -> None:
    chosen = {like_video: viewing.liked, favourite_video: viewing.favourited, share_video: viewing.shared}
    with suppress(NotFound):
        for react, done in chosen.items():
            if done:
                react(tx, video_id=video_id, account_id=residents[viewing.person], at=viewing.at)
    if viewing.followed_author and author_id is not None:
        # NotFound, or the visitor's own block, which stands above our script.
        with suppress(Refusal):
            follow_person(tx, follower_id=residents[viewing.person], followee_id=author_id, at=viewing.at)


def _acts(viewing: Viewing, person_id: int, video_id: int) -> list[PastAct]:
    """What a player would have reported of one viewing."""

    def act(kind: WatchKind, dwell_ms: int = 0) -> PastAct:
        return PastAct(
            person_id=person_id,
            item_id=video_id,
            kind=kind,
            dwell_ms=dwell_ms,
            duration_ms=viewing.duration_ms,
            at=viewing.at,
            client_id=f"demo:{viewing.clip}:{kind}",
        )

    acts = [act("impression")]
    if viewing.finished:
        acts.append(act("finish"))
    if viewing.dwell_ms > 2 * viewing.duration_ms:
        acts.append(act("replay"))
    return [*acts, act("dwell", viewing.dwell_ms)]
