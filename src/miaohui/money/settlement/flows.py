"""From which accounts an amount is taken, and to which it is given, when some of them are short or owe.

Whoever got money for a sale and has spent it when a refund takes it back owes the rest under `owed_back(…)`;
what comes to them next pays that first. So a refund never waits for anybody, and nobody pays for another.
"""

from collections.abc import Iterable, Mapping, Sequence

from miaohui.kit.db import Tx
from miaohui.money.ledger.accounts import class_of, deposit, owed_back
from miaohui.money.ledger.actions.post_entry import Leg
from miaohui.money.ledger.locks import lock_accounts

Flow = list[tuple[str, int]]
"""Amounts by account code."""


class Purses:
    """The balances of some accounts, and of what their owners owe, held until the end of the transaction."""

    def __init__(
        self, tx: Tx, *, codes: Iterable[str], held: Iterable[str] = (), shop_id: int | None, currency: str
    ) -> None:
        """codes: what may be taken from and given to. held: what else the transaction will change."""
        guarded = {code for code in codes if class_of(code).guarded}
        self._deposit = None if shop_id is None else deposit(shop_id)
        purses = {*guarded, *map(owed_back, guarded), *([self._deposit] if self._deposit else ())}
        self._balances = lock_accounts(tx, codes={*purses, *held}, currency=currency)

    def take(self, code: str, amount_minor: int) -> Flow:
        """Return from where an amount comes: the account, for a shop also its deposit, and for the rest a debt."""
        if not class_of(code).guarded:
            return [(code, amount_minor)]
        sources = [code]
        if self._deposit is not None and code.startswith("shop_available:"):
            sources.append(self._deposit)
        flow = []
        for source in sources:
            here = min(amount_minor, self._balances[source])
            self._balances[source] -= here
            amount_minor -= here
            flow.append((source, here))
        self._balances[owed_back(code)] += amount_minor
        return [*flow, (owed_back(code), amount_minor)]

    def give(self, code: str, amount_minor: int) -> Flow:
        """Return to where an amount goes: what the account's owner owes, then the account."""
        if not class_of(code).guarded:
            return [(code, amount_minor)]
        repaid = min(amount_minor, self._balances[owed_back(code)])
        self._balances[owed_back(code)] -= repaid
        self._balances[code] += amount_minor - repaid
        return [(owed_back(code), repaid), (code, amount_minor - repaid)]


def match_legs(sources: Sequence[tuple[str, int]], destinations: Sequence[tuple[str, int]]) -> list[Leg]:
    """Return legs that carry all of the sources to all of the destinations, both in their order.

    Raises ValueError if the sums differ: then somebody's money would appear or vanish.
    """
    if sum(amount for _, amount in sources) != sum(amount for _, amount in destinations):
        raise ValueError("what is taken is not what is given")
    legs = []
    waiting = [(code, amount) for code, amount in destinations if amount]
    for source, amount in sources:
        left = amount
        while left:
            destination, room = waiting.pop(0)
            moved = min(left, room)
            # What an account would give itself stays where it is.
            if source != destination:
                legs.append(Leg(source, destination, moved))
            left -= moved
            if room > moved:
                waiting.insert(0, (destination, room - moved))
    return legs


def summed(flows: Mapping[str, int]) -> tuple[Flow, Flow]:
    """Return what is to be taken (positive) and what is to be given (negative, as a positive amount)."""
    taken = [(code, amount) for code, amount in flows.items() if amount > 0]
    given = [(code, -amount) for code, amount in flows.items() if amount < 0]
    return taken, given
