"""Ask for money back, a return or an exchange."""

from miaohui.care.aftersales.events import AftersaleOpened
from miaohui.care.aftersales.moves import note_case, stage_case_deadline
from miaohui.care.aftersales.queries import Bought, Case, bought_line, cases_of_line
from miaohui.care.aftersales.refunds import most_refundable, ref_of
from miaohui.care.aftersales.rules import (
    MOST_CASES_A_LINE,
    STATE_LASTS,
    Application,
    UnfitApplication,
    check_application,
    was_shipped,
)
from miaohui.care.aftersales.states import Kind
from miaohui.care.aftersales.tables import aftersale
from miaohui.commerce.catalogue.queries import sellable_variants
from miaohui.commerce.orders.locks import lock_order
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Conflict, NotFound
from miaohui.kit.idempotency import remember
from miaohui.kit.ids import format_id, new_id
from miaohui.money.settlement.actions.hold_line import hold_line


class CaseOpen(Conflict):
    """The line has a case already; `aftersale_id` names it."""

    code = "aftersales_case_open"
    status = 409
    title = "There is a case about this already"


class TooManyCases(Conflict):
    """The line has had all the cases that it may have."""

    code = "too_many_aftersales_cases"
    status = 409
    title = "About this there have been enough cases. Please write to us"


def apply_aftersale(
    tx: Tx,
    *,
    order_id: int,
    order_line_id: int,
    buyer_id: int,
    kind: Kind,
    quantity: int,
    amount_minor: int | None,
    reason: str,
    words: str = "",
    wanted_variant_id: int | None = None,
    key: str | None = None,
    request_hash: bytes = b"",
) -> Case:
    """Open a case about a line of a paid order, and let the shop answer within 48 hours.

    quantity: pieces; 0 for money back while the goods stay where they are. amount_minor: None asks for all
    that these pieces cost; an exchange asks for nothing. wanted_variant_id: what comes instead; None for
    the same again. key, request_hash: see kit.idempotency. While the case is open, its line is not settled.
    Raises NotFound, UnfitApplication, CaseOpen, TooManyCases, IdempotencyKeyReused.
    """
    return remember(
        tx,
        actor_id=buyer_id,
        key=key,
        request_hash=request_hash,
        compute=lambda: _open(
            tx,
            order_id=order_id,
            order_line_id=order_line_id,
            buyer_id=buyer_id,
            kind=kind,
            quantity=quantity,
            amount_minor=amount_minor,
            reason=reason,
            words=words,
            wanted_variant_id=wanted_variant_id,
        ),
        kind=Case,
    )


def _open(
    tx: Tx,
    *,
    order_id: int,
    order_line_id: int,
    buyer_id: int,
    kind: Kind,
    quantity: int,
    amount_minor: int | None,
    reason: str,
    words: str,
    wanted_variant_id: int | None,
) -> Case:
    _line_of_buyer(tx, order_id=order_id, order_line_id=order_line_id, buyer_id=buyer_id)
    # Refunds hold the order, too: two applications, or one and a refund, come one after the other.
    lock_order(tx, order_id)
    line = _line_of_buyer(tx, order_id=order_id, order_line_id=order_line_id, buyer_id=buyer_id)
    _refuse_another(tx, order_line_id)
    left = _left(tx, line, quantity)
    asked = 0 if kind == "exchange" and amount_minor is None else left if amount_minor is None else amount_minor
    application = Application(kind=kind, reason=reason, quantity=quantity, amount_minor=asked)
    check_application(application, line, refundable_minor=left, now=tx.now)
    opened = Case(
        id=new_id(),
        order_id=order_id,
        order_line_id=order_line_id,
        shop_id=line.shop_id,
        buyer_id=buyer_id,
        kind=kind,
        state="applied",
        is_open=True,
        reason=reason,
        words=words,
        quantity=quantity,
        asked_minor=asked,
        offered_minor=None,
        offered_kind=None,
        offers=0,
        agreed_minor=None,
        currency=line.currency,
        was_shipped=was_shipped(line, application),
        refund_id=None,
        wanted_variant_id=_wanted(tx, line, wanted_variant_id) if kind == "exchange" else None,
        return_signed_at=None,
        deadline_at=tx.now + STATE_LASTS["applied"],
        opened_at=tx.now,
        closed_at=None,
    )
    if not insert_if_absent(tx, aftersale, {field: getattr(opened, field) for field in opened.__struct_fields__}):
        _refuse_another(tx, order_line_id)
        raise RuntimeError("a new id was drawn twice")
    hold_line(tx, order_line_id=order_line_id, reason=ref_of(opened.id))
    note_case(tx, opened, from_state=None, by_side="buyer", by_id=buyer_id, words=words)
    stage_case_deadline(tx, opened)
    tx.emit(
        AftersaleOpened(
            aftersale_id=opened.id,
            order_id=order_id,
            order_line_id=order_line_id,
            shop_id=line.shop_id,
            buyer_id=buyer_id,
            kind=kind,
            at=tx.now,
        )
    )
    return opened


def _line_of_buyer(tx: Tx, *, order_id: int, order_line_id: int, buyer_id: int) -> Bought:
    line = bought_line(tx, order_line_id)
    if line is None or line.order_id != order_id or line.buyer_id != buyer_id:
        raise NotFound
    return line


def _refuse_another(tx: Tx, order_line_id: int) -> None:
    earlier = cases_of_line(tx, order_line_id=order_line_id)
    for case in earlier:
        if case.is_open:
            raise CaseOpen(aftersale_id=format_id(case.id))
    if len(earlier) >= MOST_CASES_A_LINE:
        raise TooManyCases


def _left(tx: Tx, line: Bought, quantity: int) -> int:
    if not 0 <= quantity <= line.kept or line.kept == 0:
        raise UnfitApplication("So many pieces are not left.", "quantity")
    return most_refundable(tx, order_line_id=line.id, quantity=quantity)


def _wanted(tx: Tx, line: Bought, wanted_variant_id: int | None) -> int:
    """Another size or colour of the same product, on sale now; the same again needs no listing."""
    if wanted_variant_id is None or wanted_variant_id == line.variant_id:
        return line.variant_id
    found = sellable_variants(tx, variant_ids=[wanted_variant_id]).get(wanted_variant_id)
    if found is None or found.product_id != line.product_id:
        raise UnfitApplication("This cannot be had instead.", "wanted_variant")
    return wanted_variant_id
