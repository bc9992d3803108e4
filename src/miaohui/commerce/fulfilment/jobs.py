"""What the worker does for parcels: the sandbox carrier walks them, the real ones are asked to tell of them."""

from datetime import timedelta

from miaohui.commerce.fulfilment.actions.record_tracking import record_tracking
from miaohui.commerce.fulfilment.carriers.choose import carrier_for
from miaohui.commerce.fulfilment.carriers.contract import CarrierTrouble, Shipment
from miaohui.commerce.fulfilment.carriers.sandbox import Step, journey, outcome_of
from miaohui.commerce.fulfilment.queries import Parcel, parcel_by_id
from miaohui.commerce.fulfilment.states import Scan
from miaohui.kit.db import Tx
from miaohui.kit.jobs import JobContext, PermanentJobFailure, job, stage_job


@job("fulfilment.walk_parcel")
def walk_parcel(context: JobContext, *, parcel_id: int, step: int = 0) -> None:
    """Let a parcel of the sandbox carrier make its next step, and come again for the one after it."""
    found = _parcel(context, parcel_id)
    steps = journey(sender=found.sender, receiver=found.receiver, outcome=outcome_of(found.waybill))
    if step < len(steps):
        pace = timedelta(seconds=context.settings.carrier_pace_s)
        context.finish(_take_step, found=found, steps=steps, step=step, pace=pace)


@job("fulfilment.subscribe_parcel", max_attempts=10, backoff_s=30)
def subscribe_parcel(context: JobContext, *, parcel_id: int) -> None:
    """Ask the carrier to tell us of a parcel from now on."""
    found = _parcel(context, parcel_id)
    shipment = Shipment(
        company=found.carrier,
        waybill=found.waybill,
        sender_place=_place(found.sender),
        receiver_place=_place(found.receiver),
        phone_tail=str(found.receiver.get("phone", ""))[-4:],
    )
    try:
        carrier_for(found.carrier, context.settings).subscribe(shipment)
    except CarrierTrouble as trouble:
        if trouble.permanent:
            raise PermanentJobFailure(str(trouble)) from None
        raise


def _take_step(tx: Tx, *, found: Parcel, steps: list[Step], step: int, pace: timedelta) -> None:
    due = found.created_at + pace * steps[step].at
    if due <= tx.now:
        scan = Scan(state=steps[step].state, carrier_at=due, text=steps[step].text, place=steps[step].place)
        record_tracking(tx, carrier=found.carrier, waybill=found.waybill, events=[scan])
        step += 1
    if step < len(steps):
        run_at = found.created_at + pace * steps[step].at
        stage_job(
            tx,
            "fulfilment.walk_parcel",
            unique_key=f"parcel:{found.id}:{step}",
            run_at=max(run_at, tx.now),
            parcel_id=found.id,
            step=step,
        )


def _parcel(context: JobContext, parcel_id: int) -> Parcel:
    found = context.db.read_sync(parcel_by_id, parcel_id)
    if found is None:
        raise PermanentJobFailure("there is no such parcel")
    return found


def _place(address: dict[str, object]) -> str:
    return "".join(str(address.get(part) or "") for part in ("province", "city", "district"))
