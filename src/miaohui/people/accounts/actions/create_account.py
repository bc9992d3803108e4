"""Create an account."""

import random
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.people.accounts.actions.claim_handle import HandleTaken, claim_handle
from miaohui.people.accounts.ages import check_birth_date
from miaohui.people.accounts.events import AccountCreated
from miaohui.people.accounts.handles import check_handle, propose_handle
from miaohui.people.accounts.profile_texts import clean_bio, clean_nickname
from miaohui.people.accounts.tables import account, account_role

_PROPOSALS = 20
"""There are 23 million handles to propose, so even a full town needs two or three."""
_UNPREDICTABLE = random.SystemRandom()


def create_account(
    tx: Tx,
    *,
    nickname: str,
    birth_date: date,
    locale: str = "zh-Hans",
    handle: str | None = None,
    bio: str = "",
    avatar: str | None = None,
    roles: Sequence[str] = (),
    terms_accepted_at: datetime | None = None,
    created_at: datetime | None = None,
    rng: random.Random = _UNPREDICTABLE,
) -> int:
    """Create an account that has no way in yet, and return its id; sign-up, the demo and operators call it.

    handle: proposed with `rng` when None. avatar: what `store_avatar` returned.
    Raises InvalidNickname, InvalidBio, InvalidBirthDate, TooYoung, InvalidHandle, HandleReserved,
    HandleTaken.
    """
    check_birth_date(birth_date, now=tx.now)
    account_id = new_id()
    values = {
        "id": account_id,
        "state": "active",
        "handle": _placeholder(account_id),
        "nickname": clean_nickname(nickname),
        "bio": clean_bio(bio),
        "avatar": avatar,
        "birth_date": birth_date,
        "locale": locale,
        "terms_accepted_at": terms_accepted_at,
        "created_at": created_at or tx.now,
    }
    tx.execute(sa.insert(account).values(values))
    claimed = _claim_proposed(tx, account_id, rng) if handle is None else _claim_wanted(tx, account_id, handle)
    tx.execute(sa.update(account).where(account.c.id == account_id).values(handle=claimed))
    for role in roles:
        tx.execute(sa.insert(account_role).values(account_id=account_id, role=role, granted_at=tx.now))
    tx.emit(AccountCreated(account_id=account_id))
    return account_id


def _placeholder(account_id: int) -> str:
    """A handle's row needs an account to belong to; until there is one, digits stand where no handle can."""
    return str(account_id)


def _claim_wanted(tx: Tx, account_id: int, handle: str) -> str:
    wanted = check_handle(handle)
    claim_handle(tx, account_id=account_id, handle=wanted)
    return wanted


def _claim_proposed(tx: Tx, account_id: int, rng: random.Random) -> str:
    for _ in range(_PROPOSALS):
        proposed = propose_handle(rng)
        try:
            claim_handle(tx, account_id=account_id, handle=proposed)
        except HandleTaken:
            continue
        return proposed
    raise HandleTaken
