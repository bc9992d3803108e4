"""What becomes of shops by itself."""

from miaohui.commerce.merchants.actions.end_probation import end_probation
from miaohui.kit.jobs import JobContext, job


@job("merchants.end_probation")
def end_probation_of_shop(context: JobContext, *, shop_id: int) -> None:
    """End a shop's probation, if it has passed it."""
    context.finish(end_probation, shop_id=shop_id)
