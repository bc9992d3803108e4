"""Cases and disputes as the API shows them."""

from datetime import datetime

import msgspec

from miaohui.care.aftersales.access import see_case
from miaohui.care.aftersales.queries import (
    Case,
    Dispute,
    Move,
    Piece,
    cases_of_buyer,
    cases_of_shop,
    dispute_by_id,
    dispute_of_case,
    disputes_to_decide,
    evidence_of_case,
    moves_of_case,
    moves_of_dispute,
)
from miaohui.care.aftersales.rules import acts_of
from miaohui.care.aftersales.states import CaseState, DisputeState, Kind, Party, Side, Verdict
from miaohui.commerce.merchants.access import access_operator, access_shop
from miaohui.commerce.orders.queries import OrderLine, line_by_id
from miaohui.kit.db import Tx
from miaohui.kit.errors import NotFound
from miaohui.kit.ids import Id, format_id
from miaohui.kit.paging import cut_page, decode_cursor


class MoveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One step, who took it, and what they said. by_side: buyer, shop, platform, clock, carrier or provider."""

    from_state: str | None
    to_state: str
    by_side: Side
    words: str
    at: datetime


class EvidenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one side has shown. picture: an address that only the two sides and the platform can open."""

    id: Id
    by_side: Party
    words: str
    picture: str | None
    at: datetime


class DisputeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute. proof_from: who is asked in this round. awarded_minor: what the buyer gets by the judgement."""

    id: Id
    aftersale_id: Id
    shop_id: Id
    buyer_id: Id
    state: DisputeState
    round: int
    proof_from: str | None
    verdict: Verdict | None
    awarded_minor: int | None
    appealed_by: Party | None
    deadline_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    moves: list[MoveAnswer]


class OfferAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop offers instead. kind `refund_only`: money alone, and the goods stay."""

    amount_minor: int
    kind: Kind


class AftersaleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A case. acts: what the asking side may do now.

    deadline_at: when this state ends by itself; while the platform decides, that of the dispute.
    """

    id: Id
    order_id: Id
    order_line_id: Id
    shop_id: Id
    buyer_id: Id
    title: str
    options: dict[str, str]
    kind: Kind
    state: CaseState
    is_open: bool
    reason: str
    words: str
    quantity: int
    asked_minor: int
    offer: OfferAnswer | None
    agreed_minor: int | None
    currency: str
    wanted_variant_id: Id | None
    deadline_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    side: Side
    acts: list[str]


class AftersaleDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A case with all that has happened in it."""

    aftersale: AftersaleAnswer
    moves: list[MoveAnswer]
    evidence: list[EvidenceAnswer]
    dispute: DisputeAnswer | None


class Aftersales(msgspec.Struct, frozen=True, kw_only=True):
    """A page of cases, newest first."""

    items: list[AftersaleAnswer]
    cursor: str | None


class Disputes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of disputes, those that have waited longest in front."""

    items: list[DisputeAnswer]
    cursor: str | None


def read_aftersale(tx: Tx, *, aftersale_id: int, account_id: int) -> AftersaleDetail:
    """Return a case to one of its sides or to an operator. Raises NotFound, Forbidden."""
    found, side = see_case(tx, aftersale_id=aftersale_id, account_id=account_id)
    about = dispute_of_case(tx, aftersale_id=aftersale_id)
    return AftersaleDetail(
        aftersale=_case(tx, found, side, about),
        moves=[_move(move) for move in moves_of_case(tx, aftersale_id=aftersale_id)],
        evidence=[_evidence(piece) for piece in evidence_of_case(tx, aftersale_id=aftersale_id)],
        dispute=None if about is None else _dispute(tx, about),
    )


def read_own_aftersales(tx: Tx, *, buyer_id: int, cursor: str | None, limit: int) -> Aftersales:
    """Return a page of a buyer's cases. Raises InvalidCursor."""
    found = cases_of_buyer(tx, buyer_id=buyer_id, after=decode_cursor(cursor), limit=limit + 1)
    return _page(tx, found, side="buyer", limit=limit)


def read_shop_aftersales(
    tx: Tx,
    *,
    shop_id: int,
    account_id: int,
    state: CaseState | None,
    only_open: bool,
    cursor: str | None,
    limit: int,
) -> Aftersales:
    """Return a page of a shop's cases to those who serve its customers. Raises NotFound, Forbidden, InvalidCursor."""
    access_shop(tx, shop_id=shop_id, account_id=account_id, to="service")
    found = cases_of_shop(
        tx, shop_id=shop_id, state=state, only_open=only_open, after=decode_cursor(cursor), limit=limit + 1
    )
    return _page(tx, found, side="shop", limit=limit)


def read_disputes(tx: Tx, *, by_id: int, state: DisputeState | None, cursor: str | None, limit: int) -> Disputes:
    """Return a page of disputes to an operator. Raises Forbidden, InvalidCursor."""
    access_operator(tx, by_id)
    found = disputes_to_decide(tx, state=state, after=decode_cursor(cursor), limit=limit + 1)
    shown, after = cut_page(found, limit=limit, position=lambda one: (one.opened_at, one.id))
    return Disputes(items=[_dispute(tx, one) for one in shown], cursor=after)


def read_disputed(tx: Tx, *, dispute_id: int, by_id: int) -> AftersaleDetail:
    """Return a dispute's case to an operator. Raises Forbidden, NotFound."""
    access_operator(tx, by_id)
    found = dispute_by_id(tx, dispute_id)
    if found is None:
        raise NotFound
    return read_aftersale(tx, aftersale_id=found.aftersale_id, account_id=by_id)


def _page(tx: Tx, found: list[Case], *, side: Side, limit: int) -> Aftersales:
    shown, after = cut_page(found, limit=limit, position=lambda one: (one.opened_at, one.id))
    return Aftersales(
        items=[_case(tx, one, side, dispute_of_case(tx, aftersale_id=one.id)) for one in shown], cursor=after
    )


def _case(tx: Tx, found: Case, side: Side, about: Dispute | None) -> AftersaleAnswer:
    line: OrderLine | None = line_by_id(tx, found.order_line_id)
    offered = None
    if found.offered_minor is not None and found.offered_kind is not None:
        offered = OfferAnswer(amount_minor=found.offered_minor, kind=found.offered_kind)
    wanted = found.wanted_variant_id
    return AftersaleAnswer(
        id=format_id(found.id),
        order_id=format_id(found.order_id),
        order_line_id=format_id(found.order_line_id),
        shop_id=format_id(found.shop_id),
        buyer_id=format_id(found.buyer_id),
        title="" if line is None else line.title,
        options={} if line is None else line.options,
        kind=found.kind,
        state=found.state,
        is_open=found.is_open,
        reason=found.reason,
        words=found.words,
        quantity=found.quantity,
        asked_minor=found.asked_minor,
        offer=offered,
        agreed_minor=found.agreed_minor,
        currency=found.currency,
        wanted_variant_id=None if wanted is None else format_id(wanted),
        deadline_at=about.deadline_at if about is not None and found.state == "disputed" else found.deadline_at,
        opened_at=found.opened_at,
        closed_at=found.closed_at,
        side=side,
        acts=list(acts_of(side, found.state, None if about is None else about.state)),
    )


def _dispute(tx: Tx, found: Dispute) -> DisputeAnswer:
    return DisputeAnswer(
        id=format_id(found.id),
        aftersale_id=format_id(found.aftersale_id),
        shop_id=format_id(found.shop_id),
        buyer_id=format_id(found.buyer_id),
        state=found.state,
        round=found.round,
        proof_from=found.proof_from if found.state == "wait_proof" else None,
        verdict=found.verdict,
        awarded_minor=found.awarded_minor,
        appealed_by=found.appealed_by,
        deadline_at=found.deadline_at,
        opened_at=found.opened_at,
        closed_at=found.closed_at,
        moves=[_move(move) for move in moves_of_dispute(tx, dispute_id=found.id)],
    )


def _move(move: Move) -> MoveAnswer:
    return MoveAnswer(
        from_state=move.from_state, to_state=move.to_state, by_side=move.by_side, words=move.words, at=move.at
    )


def _evidence(piece: Piece) -> EvidenceAnswer:
    address = f"/api/v1/aftersales/{piece.aftersale_id}/evidence/{piece.id}/picture"
    return EvidenceAnswer(
        id=format_id(piece.id),
        by_side=piece.by_side,
        words=piece.words,
        picture=None if piece.file is None else address,
        at=piece.at,
    )
