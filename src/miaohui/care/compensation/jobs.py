"""Asks shops again for what was paid for them."""

from miaohui.care.compensation.actions.recover_advances import recover_advances
from miaohui.care.compensation.queries import shops_that_owe
from miaohui.kit.jobs import JobContext, job


@job("compensation.recover_from_shop", max_attempts=10)
def recover_from_shop(context: JobContext, *, shop_id: int, currency: str) -> None:
    """Take back what a shop owes and has."""
    context.finish(recover_advances, shop_id=shop_id, currency=currency)


@job("compensation.recover")
def recover(context: JobContext) -> None:
    """Ask every shop that owes, each in a transaction of its own; scheduled daily."""
    for shop_id, currency in context.db.read_sync(shops_that_owe):
        context.write(recover_advances, shop_id=shop_id, currency=currency)
