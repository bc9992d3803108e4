"""A letter a day to whoever has not seen what they were told."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from miaohui.kit.db import Tx, insert_or_update
from miaohui.kit.signing import Signer
from miaohui.people.accounts.queries import identifiers_of, own_account
from miaohui.talk.notifications.actions.set_wishes import zone_of
from miaohui.talk.notifications.answers import describe_notices
from miaohui.talk.notifications.kinds import kind_of
from miaohui.talk.notifications.letter_page import END, GREETING, MORE, letter_page
from miaohui.talk.notifications.mails import Letter
from miaohui.talk.notifications.queries import (
    NoticeSettings,
    kinds_on,
    last_letter_seq,
    settings_of,
    unread_after,
)
from miaohui.talk.notifications.tables import digest_letter, notice
from miaohui.talk.notifications.words import catalogues, language, say

LETTERS_PURPOSE = "letters"
LETTER_HOUR = 8
"""In the person's own morning."""
_LONGEST_BACK = timedelta(days=7)
_MOST = 20
"""More than anybody reads in a letter; the list has them all."""


def accounts_to_write_to(tx: Tx) -> list[int]:
    """Return who has unread notices, and a morning that has begun since their last letter."""
    recent = sa.and_(notice.c.read_at.is_(None), notice.c.changed_at > tx.now - _LONGEST_BACK)
    last = digest_letter.c
    candidates = (
        sa.select(notice.c.account_id, last.sent_at)
        .join(digest_letter, last.account_id == notice.c.account_id, isouter=True)
        .where(recent, notice.c.seq > sa.func.coalesce(last.seq, 0))
        .group_by(notice.c.account_id, last.sent_at)
        .order_by(notice.c.account_id)
    )
    found = []
    for account_id, sent_at in tx.execute(candidates):
        settings = settings_of(tx, account_id)
        morning = last_morning(settings, now=tx.now)
        if settings.digest and (sent_at is None or sent_at < morning) and tx.now < morning + timedelta(hours=4):
            found.append(account_id)
    return found


def last_morning(settings: NoticeSettings, *, now: datetime) -> datetime:
    """Return when somebody's present day began for letters: at eight in their time zone, today or yesterday."""
    local = now.astimezone(zone_of(settings.time_zone))
    morning = local.replace(hour=LETTER_HOUR, minute=0, second=0, microsecond=0)
    return morning if morning <= local else morning - timedelta(days=1)


def compose_letter(tx: Tx, *, account_id: int, signer: Signer, base_url: str) -> tuple[Letter, int] | None:
    """Return somebody's letter and the number of the newest notice in it; None where there is nothing to write."""
    person = own_account(tx, account_id)
    addresses = [one.address for one in identifiers_of(tx, account_id) if one.channel == "email"]
    if person is None or not addresses or not settings_of(tx, account_id).digest:
        return None
    on = kinds_on(tx, account_id=account_id, channel="email")
    unread = [
        one
        for one in unread_after(tx, account_id=account_id, seq=last_letter_seq(tx, account_id), limit=10 * _MOST)
        if one.kind in on and _is_still_true(tx, one.kind, account_id, one.data)
    ]
    locale = language(person.locale)
    described = describe_notices(tx, unread, viewer_id=account_id, locale=locale)
    if not described:
        return None
    seq = described[-1].seq
    shown = [(f"{one.title}{_quoted(one.body)}", f"{base_url}{one.link}") for one in reversed(described[-_MOST:])]
    lines = [f"- {title}\n  {link}" for title, link in shown]
    words = catalogues()[locale].ngettext(
        "%(n)s thing you have not seen", "%(n)s things you have not seen", len(described)
    )
    unsubscribe_url = f"{base_url}/letters/{signer.sign(LETTERS_PURPOSE, str(account_id))}"
    parts = [
        say(locale, GREETING),
        "\n".join(lines),
        *([f"{say(locale, MORE)} {base_url}/notifications"] if len(described) > _MOST else []),
        f"{say(locale, END)} {unsubscribe_url}",
    ]
    subject = words % {"n": len(described)}
    letter = Letter(
        address=addresses[0],
        subject=subject,
        text="\n\n".join(parts) + "\n",
        html=letter_page(
            locale=locale,
            title=subject,
            lines=shown,
            more=f"{base_url}/notifications" if len(described) > _MOST else None,
            unsubscribe_url=unsubscribe_url,
        ),
        unsubscribe_url=unsubscribe_url,
        key=f"letter-{account_id}-{seq}",
        sent_at=tx.now,
    )
    return letter, seq


def note_letter(tx: Tx, *, account_id: int, seq: int) -> None:
    """Note up to where somebody's letters have told."""
    told = {"seq": seq, "sent_at": tx.now}
    insert_or_update(tx, digest_letter, {"account_id": account_id, **told}, key=["account_id"], changes=told)


def _is_still_true(tx: Tx, kind_name: str, account_id: int, data: dict[str, str | int]) -> bool:
    kind = kind_of(kind_name)
    return kind is not None and (kind.still_true is None or kind.still_true(tx, account_id, data))


def _quoted(body: str) -> str:
    return f" “{body}”" if body else ""
