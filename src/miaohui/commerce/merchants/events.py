"""What happens to shops."""

from miaohui.kit.outbox import Event


class ShopReviewed(Event, frozen=True, kw_only=True):
    """An operator has accepted or rejected an application."""

    shop_id: int
    accepted: bool


class ShopOpened(Event, frozen=True, kw_only=True):
    """A shop sells from now on: it is accepted, and its deposit is there."""

    shop_id: int
    owner_id: int


class ShopLimited(Event, frozen=True, kw_only=True):
    """What a shop may not do has changed; with no limits it is back to normal."""

    shop_id: int
    limits: list[str]


class ShopClosing(Event, frozen=True, kw_only=True):
    """A shop sells no more, and settles what is still open."""

    shop_id: int


class ShopDepositReturned(Event, frozen=True, kw_only=True):
    """Nothing is open with a closing shop, so its deposit is its own again."""

    shop_id: int
    owner_id: int
    amount_minor: int
    currency: str


class ShopClosed(Event, frozen=True, kw_only=True):
    """A shop is over: it owes nothing, and nothing is owed to it."""

    shop_id: int
