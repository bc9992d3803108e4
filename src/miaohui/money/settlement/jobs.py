"""What the worker does with money that is due."""

from miaohui.kit.jobs import JobContext, job
from miaohui.money.settlement.actions.finish_payout import finish_payout
from miaohui.money.settlement.actions.settle_line import settle_line
from miaohui.money.settlement.banks import Transfer, open_bank
from miaohui.money.settlement.departures import refuse_with_money
from miaohui.money.settlement.queries import due_lines, payout_by_id
from miaohui.people.accounts.departures import before_leaving

before_leaving(refuse_with_money)


@job("settlement.settle_order", max_attempts=10)
def settle_order(context: JobContext, *, order_id: int) -> None:
    """Settle the lines of one order at their date."""
    for line_id in context.db.read_sync(due_lines, order_id=order_id):
        context.write(settle_line, order_line_id=line_id)


@job("settlement.settle_due", max_attempts=3)
def settle_due(context: JobContext) -> None:
    """Settle whatever is due and was missed, each line in a transaction of its own."""
    last = 0
    while found := context.db.read_sync(due_lines, after=last):
        for line_id in found:
            context.write(settle_line, order_line_id=line_id)
        last = found[-1]


@job("settlement.send_payout", max_attempts=20, backoff_s=30)
def send_payout(context: JobContext, *, payout_id: int) -> None:
    """Let the bank pay, under the same number each time; while it does not answer, the money stays set aside."""
    found = context.db.read_sync(payout_by_id, payout_id)
    if found is None or found.state != "requested":
        return
    order = Transfer(
        out_no=f"po{payout_id}",
        amount_minor=found.amount_minor,
        currency=found.currency,
        bank_account=found.bank_account,
    )
    result = open_bank(context.db).transfer(order)
    context.finish(finish_payout, payout_id=payout_id, failure=result.failure)
