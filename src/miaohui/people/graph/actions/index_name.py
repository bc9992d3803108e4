"""Keep the pieces by which a person is found."""

import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.queries import person_cards
from miaohui.people.graph.names import fold_name, pieces_of
from miaohui.people.graph.tables import name_piece


def index_name(tx: Tx, *, account_id: int) -> None:
    """Replace the pieces of a person's nickname and handle; who is gone has none."""
    card = person_cards(tx, [account_id]).get(account_id)
    wanted = frozenset[str]() if card is None else pieces_of(fold_name(card.nickname)) | pieces_of(card.handle)
    mine = name_piece.c.account_id == account_id
    kept = frozenset(tx.scalars(sa.select(name_piece.c.piece).where(mine)))
    if stale := kept - wanted:
        tx.execute(sa.delete(name_piece).where(mine, name_piece.c.piece.in_(sorted(stale))))
    if fresh := wanted - kept:
        tx.execute(sa.insert(name_piece), [{"piece": piece, "account_id": account_id} for piece in sorted(fresh)])
