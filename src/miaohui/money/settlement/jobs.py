"""What the worker does with money that is due."""

from miaohui.kit.jobs import JobContext, job
from miaohui.money.settlement.actions.settle_line import settle_line
from miaohui.money.settlement.queries import due_lines


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
