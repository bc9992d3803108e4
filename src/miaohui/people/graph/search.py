"""Finds people by name or handle: first whom one knows, then whom many know.

Nobody finds who blocked them or whom they blocked, and no adult finds a minor who is not their friend.
"""

import msgspec
import sqlalchemy as sa

from miaohui.kit.db import Tx
from miaohui.people.accounts.queries import PersonCard, active_among, find_by_handle, minors_among, person_cards
from miaohui.people.graph.names import MOST_ASKED, fold_name, pieces_to_find
from miaohui.people.graph.queries import Relationship, hidden_accounts, relationships
from miaohui.people.graph.tables import follow, graph_count, name_piece, remark

_CANDIDATES = 200
"""So many are looked at of those who share the pieces; of common names the ones whom most follow."""
_SCANNED = 2_000
"""Of a piece that half the town has, so many rows are read; who is not among them is found by more letters."""


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a search has found, and how the asking person stands to them."""

    card: PersonCard
    relationship: Relationship


def search_people(tx: Tx, *, viewer_id: int, text: str, limit: int) -> list[FoundPerson]:
    """Return people whose nickname, handle or remark name contains `text`, the likeliest first.

    A whole handle, with or without the @, comes before all others.
    """
    asked = fold_name(text[:MOST_ASKED]).removeprefix("@")
    if not asked:
        return []
    exact = find_by_handle(tx, asked)
    remarked = _remarked(tx, viewer_id=viewer_id, asked=asked)
    pieces = pieces_to_find(asked)
    ids = set(remarked) | _candidates(tx, viewer_id=viewer_id, pieces=pieces)
    if exact is not None:
        ids.add(exact.id)
    cards = _may_be_found(tx, viewer_id=viewer_id, ids=ids)
    standing = relationships(tx, viewer_id=viewer_id, person_ids=cards)
    minors = frozenset() if _is_minor(tx, viewer_id) else minors_among(tx, cards)
    followers = _followers(tx, cards)

    def place(card: PersonCard) -> tuple[bool, bool, bool, bool, int, int]:
        name, ties = fold_name(card.nickname), standing[card.id]
        is_whole = asked in (name, fold_name(ties.remark or ""))
        return (
            exact is None or card.id != exact.id,
            not ties.friends,
            not ties.following,
            not is_whole,
            -followers.get(card.id, 0),
            card.id,
        )

    matching = [
        card
        for card in cards.values()
        if (card.id not in minors or standing[card.id].friends)
        and (
            card.id in remarked
            or (exact is not None and card.id == exact.id)
            or asked in fold_name(card.nickname)
            or asked in card.handle
        )
    ]
    return [FoundPerson(card=card, relationship=standing[card.id]) for card in sorted(matching, key=place)[:limit]]


def _remarked(tx: Tx, *, viewer_id: int, asked: str) -> set[int]:
    """Whom the viewer calls so; folded here, because the databases fold differently."""
    mine = sa.select(remark.c.person_id, remark.c.name).where(remark.c.owner_id == viewer_id)
    return {person_id for person_id, name in tx.execute(mine).tuples() if asked in fold_name(name)}


def _candidates(tx: Tx, *, viewer_id: int, pieces: list[str]) -> set[int]:
    """Who has all the pieces: of those the viewer follows all, of the others whom most follow."""
    if not pieces:
        return set()
    first, *others = pieces
    has_all = [name_piece.c.piece == first]
    for piece in others:
        again = name_piece.alias()
        has_all.append(sa.exists().where(again.c.piece == piece, again.c.account_id == name_piece.c.account_id))
    known = sa.select(name_piece.c.account_id).join(
        follow, sa.and_(follow.c.follower_id == viewer_id, follow.c.followee_id == name_piece.c.account_id)
    )
    anyone = sa.select(name_piece.c.account_id).where(*has_all).limit(_SCANNED).subquery()
    most_followed = (
        sa.select(anyone.c.account_id)
        .outerjoin(graph_count, graph_count.c.account_id == anyone.c.account_id)
        .order_by(sa.func.coalesce(graph_count.c.followers, 0).desc(), anyone.c.account_id)
        .limit(_CANDIDATES)
    )
    return {*tx.scalars(known.where(*has_all)), *tx.scalars(most_followed)}


def _may_be_found(tx: Tx, *, viewer_id: int, ids: set[int]) -> dict[int, PersonCard]:
    hidden = set(tx.scalars(hidden_accounts(viewer_id)))
    return person_cards(tx, active_among(tx, ids - hidden - {viewer_id}))


def _is_minor(tx: Tx, viewer_id: int) -> bool:
    return viewer_id in minors_among(tx, [viewer_id])


def _followers(tx: Tx, ids: dict[int, PersonCard]) -> dict[int, int]:
    counts = sa.select(graph_count.c.account_id, graph_count.c.followers)
    return dict(tx.execute(counts.where(graph_count.c.account_id.in_(list(ids)))).tuples().all())
