"""Nobody leaves money behind."""

from miaohui.kit.db import Tx
from miaohui.kit.errors import Conflict
from miaohui.money.ledger.accounts import promoter, wallet, withdrawing
from miaohui.money.ledger.queries import accounts_that_hold


class MoneyLeft(Conflict):
    """An account cannot leave while it holds money. Data: account, amount_minor, currency; `account` is `wallet`,
    `promoter` or `withdrawing`."""

    code = "money_left"
    title = "There is still money of yours here. Draw it to your bank first, then you can leave"


def refuse_with_money(tx: Tx, account_id: int) -> None:
    """Let somebody leave who has nothing in the wallet, has earned nothing, and waits for no payout. Raises MoneyLeft."""
    mine = [wallet(account_id), promoter(account_id)]
    for held in accounts_that_hold(tx, codes=[*mine, *map(withdrawing, mine)]):
        word = held.code.partition(":")[0]
        raise MoneyLeft(account=word, amount_minor=held.balance_minor, currency=held.currency)
