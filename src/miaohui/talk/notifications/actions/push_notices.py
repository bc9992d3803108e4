"""Decide what is pushed to which device, and note what became of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.i18n import Locale, Msgid
from miaohui.kit.ids import format_id
from miaohui.kit.jobs import stage_job
from miaohui.people.accounts.queries import own_account
from miaohui.talk.notifications.actions.notify import PUSH_AFTER, stage_urgent_push
from miaohui.talk.notifications.actions.set_wishes import quiet_until
from miaohui.talk.notifications.answers import describe_notices
from miaohui.talk.notifications.kinds import kind_of
from miaohui.talk.notifications.push_service import Outcome, Payload
from miaohui.talk.notifications.queries import (
    Notice,
    NoticeSettings,
    Subscription,
    acknowledged_by,
    count_unread,
    kinds_on,
    last_seq,
    settings_of,
    subscriptions_of,
    unread_after,
    unread_by_id,
)
from miaohui.talk.notifications.tables import notice_counter, push_subscription
from miaohui.talk.notifications.words import catalogues, discreet_of, language, say

_ONE_BY_ONE = 3
"""So many at once are pushed each by itself; more become one line with their number."""
_LOOKED_AT = 100
_MOST_FAILURES = 20
URGENT_AGAIN_AFTER = timedelta(seconds=4)
_NAME: Msgid = "Miaohui"


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to one device; with it, everything up to `seq` has been dealt with."""

    subscription: Subscription
    payloads: tuple[Payload, ...]
    seq: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to push now, and when to look again, if there is a reason to."""

    parcels: tuple[Parcel, ...] = ()
    seq: int = 0
    look_again_at: datetime | None = None


def plan_pushes(tx: Tx, *, account_id: int) -> Plan:
    """Return what somebody's devices have not shown by themselves for 10 seconds, and are to be pushed."""
    person = own_account(tx, account_id)
    subscriptions = subscriptions_of(tx, account_id)
    if person is None or not subscriptions:
        return Plan(seq=last_seq(tx, account_id))
    settings = settings_of(tx, account_id)
    if (until := quiet_until(settings, now=tx.now)) is not None:
        return Plan(look_again_at=until)
    behind = min(one.pushed_seq for one in subscriptions)
    found = unread_after(tx, account_id=account_id, seq=behind, limit=_LOOKED_AT)
    ripe = [one for one in found if one.changed_at <= tx.now - PUSH_AFTER]
    # A device may still be about to show these.
    unripe = [one for one in found if one.changed_at > tx.now - PUSH_AFTER]
    again = unripe[0].changed_at + PUSH_AFTER if unripe else None
    if not ripe:
        return Plan(seq=last_seq(tx, account_id), look_again_at=again)
    upto = ripe[-1].seq if unripe or len(found) == _LOOKED_AT else last_seq(tx, account_id)
    on = kinds_on(tx, account_id=account_id, channel="push")
    wanted = [one for one in ripe if one.kind in on and not _is_urgent(one) and _is_still_true(tx, one)]
    acknowledged = acknowledged_by(tx, account_id)
    locale = language(person.locale)
    parcels = []
    for subscription in subscriptions:
        shown = max(subscription.pushed_seq, acknowledged.get(subscription.device_id, 0))
        news = [one for one in wanted if one.seq > shown]
        payloads = _payloads(tx, news, account_id=account_id, settings=settings, locale=locale)
        parcels.append(Parcel(subscription=subscription, payloads=payloads, seq=upto))
    return Plan(parcels=tuple(parcels), seq=upto, look_again_at=again)


def plan_urgent(tx: Tx, *, account_id: int, notice_id: int, left: Collection[int] | None) -> tuple[Parcel, ...]:
    """Return one notice for those devices that have not shown it by themselves; none in quiet hours.

    left: only the subscriptions with these ids.
    """
    person, settings = own_account(tx, account_id), settings_of(tx, account_id)
    one = unread_by_id(tx, account_id=account_id, notice_id=notice_id)
    if person is None or one is None or quiet_until(settings, now=tx.now) is not None:
        return ()
    if one.kind not in kinds_on(tx, account_id=account_id, channel="push") or not _is_still_true(tx, one):
        return ()
    shown = acknowledged_by(tx, account_id)
    payloads = _payloads(tx, [one], account_id=account_id, settings=settings, locale=language(person.locale))
    return tuple(
        # The number of what was dealt with stays: what came before this may not have been pushed yet.
        Parcel(subscription=subscription, payloads=payloads, seq=0)
        for subscription in subscriptions_of(tx, account_id)
        if shown.get(subscription.device_id, 0) < one.seq and (left is None or subscription.id in left)
    )


def try_urgent_again(tx: Tx, *, account_id: int, notice_id: int, unreached: Collection[int]) -> None:
    """Stage a further attempt for the devices that could not be reached; it ends when there is nothing to tell."""
    if unreached:
        again = tx.now + URGENT_AGAIN_AFTER
        stage_urgent_push(tx, account_id=account_id, notice_id=notice_id, run_at=again, left=unreached)


def note_pushed(tx: Tx, *, subscription_id: int, seq: int, outcome: Outcome) -> None:
    """Note what became of a push: a device that is gone is forgotten, one that fails for long too."""
    mine = push_subscription.c.id == subscription_id
    dealt_with = {
        "pushed_seq": sa.case((push_subscription.c.pushed_seq > seq, push_subscription.c.pushed_seq), else_=seq)
    }
    match outcome:
        case "gone":
            tx.execute(sa.delete(push_subscription).where(mine))
        case "sent":
            tx.execute(sa.update(push_subscription).where(mine).values(failures=0, **dealt_with))
        case "refused" | "later":
            again = {} if outcome == "later" else dealt_with
            failed = {"failures": push_subscription.c.failures + 1, **again}
            tx.execute(sa.update(push_subscription).where(mine).values(failed))
            tx.execute(sa.delete(push_subscription).where(mine, push_subscription.c.failures >= _MOST_FAILURES))


def go_on(tx: Tx, *, account_id: int, plan: Plan) -> None:
    """Stage the next look, if there is a reason to: the end of quiet hours, or what has come meanwhile."""
    # Whoever tells this person of something holds this row until the commit: either we see their notice
    # here, or they see that our job is over and stage the next.
    tx.execute(sa.select(notice_counter.c.last_seq).where(notice_counter.c.account_id == account_id).with_for_update())
    run_at = plan.look_again_at
    if run_at is None and last_seq(tx, account_id) > plan.seq:
        run_at = tx.now + PUSH_AFTER
    if run_at is not None:
        key = f"notifications.push:{account_id}"
        stage_job(tx, "notifications.push", unique_key=key, run_at=run_at, account_id=account_id)


def give_up(tx: Tx, *, reason: str, account_id: int) -> None:
    """Let devices that could not be reached for long miss what was meant for them; the list has it."""
    seq = last_seq(tx, account_id)
    tx.execute(sa.update(push_subscription).where(push_subscription.c.account_id == account_id).values(pushed_seq=seq))


def _is_urgent(one: Notice) -> bool:
    kind = kind_of(one.kind)
    return kind is not None and kind.urgent


def _is_still_true(tx: Tx, one: Notice) -> bool:
    kind = kind_of(one.kind)
    if kind is None:
        return False
    return kind.still_true is None or kind.still_true(tx, one.account_id, one.data)


def _payloads(
    tx: Tx, news: list[Notice], *, account_id: int, settings: NoticeSettings, locale: Locale
) -> tuple[Payload, ...]:
    described = describe_notices(tx, news, viewer_id=account_id, locale=locale)
    if not described:
        return ()
    unread = count_unread(tx, account_id)
    if len(described) > _ONE_BY_ONE:
        words = catalogues()[locale].ngettext("%(n)s new notice", "%(n)s new notices", len(described))
        newest = described[-1]
        return (
            Payload(
                title=say(locale, _NAME),
                body=words % {"n": len(described)},
                link="/notifications",
                tag="many",
                unread=unread,
                seq=newest.seq,
            ),
        )
    found = []
    for one in described:
        kind = kind_of(one.kind)
        if kind is None:
            continue
        discreet = {"title": say(locale, _NAME), "body": discreet_of(kind, locale=locale)}
        said = {"title": one.title, "body": one.body} if settings.details else discreet
        tag = f"n{format_id(int(one.id))}"
        found.append(Payload(**said, link=one.link, tag=tag, unread=unread, seq=one.seq, urgent=kind.urgent))
    return tuple(found)
