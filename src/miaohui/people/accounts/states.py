"""The states of an account, and the moves between them."""

from typing import Any, Literal

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.kit.ids import new_id
from miaohui.people.accounts.tables import account, account_move

AccountState = Literal["active", "leaving", "deleted"]

MOVES: dict[AccountState, tuple[AccountState, ...]] = {
    "active": ("leaving",),
    "leaving": ("active", "deleted"),
    "deleted": (),
}


def move_account(
    tx: Tx, *, account_id: int, origin: AccountState, target: AccountState, reason: str, **changes: Any
) -> bool:
    """Move an account from one state to another together with `changes` of its row, and keep when and why.

    Returns False, with nothing changed, if the account is not in `origin`.
    """
    if target not in MOVES[origin]:
        raise ValueError(f"an account does not go from {origin} to {target}")
    here = sa.and_(account.c.id == account_id, account.c.state == origin)
    if tx.changed(sa.update(account).where(here).values(state=target, **changes)) == 0:
        return False
    tx.execute(
        sa.insert(account_move).values(
            id=new_id(),
            account_id=account_id,
            from_state=origin,
            to_state=target,
            reason=reason,
            moved_at=tx.now,
        )
    )
    return True
