"""Begin to pay for something."""

from collections.abc import Sequence
from datetime import datetime

from miaohui.kit.db import Tx, insert_if_absent
from miaohui.kit.errors import Refusal
from miaohui.kit.ids import new_id
from miaohui.money.payments.actions.close_payment import close_payment
from miaohui.money.payments.locks import lock_subject
from miaohui.money.payments.moves import note_payment_opened
from miaohui.money.payments.queries import Part, Payment, open_payment_of, parts_of, success_of
from miaohui.money.payments.states import Purpose
from miaohui.money.payments.tables import payment, payment_part


class AlreadyPaid(Refusal):
    """The thing has been paid for."""

    code = "already_paid"
    status = 409
    title = "This is paid already"


def open_payment(
    tx: Tx,
    *,
    purpose: Purpose,
    subject_id: int,
    payer_id: int,
    provider: str,
    parts: Sequence[Part],
    currency: str,
    description: str,
    closes_at: datetime,
    way: str = "",
) -> Payment:
    """Write down the intent to pay; the provider hears of it afterwards, from `Payments.begin`.

    parts: which accounts of the ledger the money goes to; each code once, amounts > 0.
    way: of the provider's, as `Payments.choose` has it.
    While an attempt is under way, the same provider, way and amounts get that one again; otherwise it is closed
    and a new one takes its place. However many ask at once, one payment comes of it.
    Raises AlreadyPaid.
    """
    wanted = sorted(parts, key=lambda part: part.account_code)
    # The second round is for who meets a competitor's new row, the third for who has closed that one meanwhile.
    for _ in range(3):
        lock_subject(tx, purpose=purpose, subject_id=subject_id)
        if success_of(tx, purpose=purpose, subject_id=subject_id) is not None:
            raise AlreadyPaid
        current = open_payment_of(tx, purpose=purpose, subject_id=subject_id)
        if current is not None:
            if _is_same(tx, current, (provider, way, currency, payer_id), wanted):
                return current
            close_payment(tx, payment_id=current.id, reason="replaced")
        payment_id = new_id()
        opened = Payment(
            id=payment_id,
            purpose=purpose,
            subject_id=subject_id,
            payer_id=payer_id,
            provider=provider,
            way=way,
            out_trade_no=f"MH{payment_id}",
            provider_txn_no=None,
            description=description[:120],
            amount_minor=sum(part.amount_minor for part in wanted),
            currency=currency,
            refunded_minor=0,
            state="created",
            handover=None,
            failure=None,
            created_at=tx.now,
            closes_at=closes_at,
            paid_at=None,
        )
        if insert_if_absent(tx, payment, {field: getattr(opened, field) for field in opened.__struct_fields__}):
            rows = [{"payment_id": payment_id, **_row(part)} for part in wanted]
            tx.insert(payment_part, rows)
            note_payment_opened(tx, payment_id=payment_id, state="created", reason="opened")
            return opened
    raise RuntimeError("somebody opens and closes payments of this subject without end")


def _row(part: Part) -> dict[str, object]:
    return {"account_code": part.account_code, "amount_minor": part.amount_minor}


def _is_same(tx: Tx, current: Payment, asked: tuple[str, str, str, int], wanted: Sequence[Part]) -> bool:
    # Who asks for a payment whose time is over wants a new one, not the one that is about to be closed.
    return (
        (current.provider, current.way, current.currency, current.payer_id) == asked
        and current.closes_at > tx.now
        and parts_of(tx, current.id) == list(wanted)
    )
