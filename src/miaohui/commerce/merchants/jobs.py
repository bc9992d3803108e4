"""What becomes of shops by itself."""

from miaohui.commerce.merchants.actions.end_probation import end_probation
from miaohui.commerce.merchants.actions.settle_closing import settle_closing
from miaohui.commerce.merchants.departures import refuse_with_shop
from miaohui.kit.jobs import JobContext, job
from miaohui.people.accounts.departures import before_leaving

before_leaving(refuse_with_shop)


@job("merchants.end_probation")
def end_probation_of_shop(context: JobContext, *, shop_id: int) -> None:
    """End a shop's probation, if it has passed it."""
    context.finish(end_probation, shop_id=shop_id)


@job("merchants.settle_closing", max_attempts=20)
def settle_closing_shop(context: JobContext, *, shop_id: int) -> None:
    """Give a closing shop its deposit back once nothing is open with it."""
    context.finish(settle_closing, shop_id=shop_id)
