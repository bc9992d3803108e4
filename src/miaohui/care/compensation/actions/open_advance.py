"""Write down what the platform has paid first."""

from miaohui.care.compensation.events import AdvanceOpened
from miaohui.care.compensation.queries import Advance, advance_by_ref, debited_by_refund
from miaohui.care.compensation.states import AdvanceReason
from miaohui.care.compensation.tables import advance
from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.ids import new_id
from miaohui.kit.jobs import stage_job
from miaohui.money.ledger.accounts import owed_back, receivable, shop_available
from miaohui.money.ledger.actions.post_entry import Leg, post_entry


def open_advance(
    tx: Tx,
    *,
    aftersale_id: int,
    order_line_id: int,
    shop_id: int,
    buyer_id: int,
    currency: str,
    reason: AdvanceReason,
    ref: str,
) -> Advance | None:
    """Turn what a shop could not pay of a refund into an advance; None if it paid all.

    The refund with this `ref` has been funded in this transaction, and has left what neither the shop's
    available money nor its deposit covered as a debt of that account. From there it goes to
    `receivable:{shop}`, where advances alone stand. The same `ref` again returns the first advance.
    """
    debt = owed_back(shop_available(shop_id))
    amount = debited_by_refund(tx, ref=ref, code=debt)
    if amount == 0:
        return None
    opened = Advance(
        id=new_id(),
        ref=ref,
        aftersale_id=aftersale_id,
        order_line_id=order_line_id,
        shop_id=shop_id,
        buyer_id=buyer_id,
        amount_minor=amount,
        currency=currency,
        reason=reason,
        # Nobody is asked: the buyer's claim is agreed, overdue or judged already.
        state="approved",
        recovered_minor=0,
        written_off_minor=0,
        opened_at=tx.now,
        paid_at=None,
        closed_at=None,
    )
    if not insert_if_absent(tx, advance, {field: getattr(opened, field) for field in opened.__struct_fields__}):
        return advance_by_ref(tx, ref)
    legs = [Leg(receivable(shop_id), debt, amount)]
    post_entry(tx, kind="advance", ref=str(opened.id), currency=currency, legs=legs, memo=ref)
    stage_job(
        tx,
        "compensation.recover_from_shop",
        unique_key=f"compensation.recover:{shop_id}:{currency}",
        shop_id=shop_id,
        currency=currency,
    )
    tx.emit(
        AdvanceOpened(
            advance_id=opened.id,
            aftersale_id=aftersale_id,
            shop_id=shop_id,
            buyer_id=buyer_id,
            amount_minor=amount,
            currency=currency,
            reason=reason,
            at=tx.now,
        )
    )
    return opened
