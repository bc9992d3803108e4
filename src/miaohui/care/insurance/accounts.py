"""The ledger's accounts that only the insurance uses."""

from miaohui.money.ledger.accounts import owed_back


def premium_owed(shop_id: int) -> str:
    """Premiums that a shop could not pay when its covers began. Apart from its advances, which compensation keeps."""
    return owed_back(f"premium:{shop_id}")
