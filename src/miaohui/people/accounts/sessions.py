"""Finds out who is behind a token, without asking the database each time."""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from miaohui.kit.db import Database, Tx
from miaohui.kit.http import Session
from miaohui.people.accounts.ages import is_minor
from miaohui.people.accounts.queries import avatar_url, roles_of, session_of_token
from miaohui.people.accounts.tables import device
from miaohui.people.accounts.tokens import token_digest

SEEN_EVERY = timedelta(hours=1)
"""`last_seen_at` is no finer than this, so that watching does not write."""
IDLE_AFTER = timedelta(days=365)
"""A device that was not seen for so long is signed out; the cookie lives as long."""
_REMEMBERED_S = 30.0
_MOST_REMEMBERED = 20_000


class Sessions:
    """Remembers valid sessions of this process for at most 30 seconds.

    What ends or changes a session calls `forget_…` here: at once in the process where it happens, and in
    the others when its event arrives (pushes.py). Belongs to the event loop's thread.
    """

    def __init__(self, db: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._monotonic = monotonic
        self._remembered: OrderedDict[bytes, tuple[float, Session]] = OrderedDict()
        self._forgotten = 0

    async def authenticate(self, token: str) -> Session | None:
        """Return the session of a token, None if it is not valid or no longer. Implements kit's Authenticate."""
        digest = token_digest(token)
        remembered = self._remembered.get(digest)
        if remembered is not None and remembered[0] > self._monotonic():
            return remembered[1]
        asked = self._forgotten
        stored = await self._db.read(_load, digest)
        if stored is None:
            self._remembered.pop(digest, None)
            return None
        session, last_seen_at = stored
        now = self._db.clock.now()
        if now - last_seen_at > IDLE_AFTER:
            return None
        if now - last_seen_at > SEEN_EVERY:
            await self._db.write(note_seen, device_id=session.device_id)
        # What was revoked while we asked must not be remembered.
        if self._forgotten == asked:
            self._remember(digest, session)
        return session

    def forget_device(self, device_id: int) -> None:
        """Ask the database again when this device comes next."""
        self._forget(lambda session: session.device_id == device_id)

    def forget_account(self, account_id: int) -> None:
        """Ask the database again when a device of this account comes next."""
        self._forget(lambda session: session.account_id == account_id)

    def _remember(self, digest: bytes, session: Session) -> None:
        self._remembered[digest] = (self._monotonic() + _REMEMBERED_S, session)
        self._remembered.move_to_end(digest)
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    def _forget(self, matches: Callable[[Session], bool]) -> None:
        self._forgotten += 1
        for digest in [digest for digest, (_, session) in self._remembered.items() if matches(session)]:
            del self._remembered[digest]


def note_seen(tx: Tx, *, device_id: int) -> None:
    """Write down that a device is in use, at most once an hour."""
    long_ago = sa.and_(device.c.id == device_id, device.c.last_seen_at < tx.now - SEEN_EVERY)
    tx.execute(sa.update(device).where(long_ago).values(last_seen_at=tx.now))


def _load(tx: Tx, digest: bytes) -> tuple[Session, datetime] | None:
    stored = session_of_token(tx, digest)
    if stored is None:
        return None
    session = Session(
        account_id=stored.account_id,
        device_id=stored.device_id,
        handle=stored.handle,
        nickname=stored.nickname,
        avatar_url=avatar_url(stored.avatar) or "",
        is_minor=is_minor(stored.birth_date, now=tx.now),
        roles=roles_of(tx, stored.account_id),
    )
    return session, stored.last_seen_at
