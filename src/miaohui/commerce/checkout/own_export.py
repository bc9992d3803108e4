"""A person's address book in the copy of their data."""

from collections.abc import Iterator

import msgspec

from miaohui.commerce.checkout.queries import Address, addresses_of
from miaohui.kit.db import Tx
from miaohui.kit.ids import format_id


def addresses_for_export(tx: Tx, account_id: int) -> Iterator[dict[str, object]]:
    """Yield the addresses of the book, the default first."""
    for one in addresses_of(tx, account_id=account_id):
        yield _plain(one)


def _plain(one: Address) -> dict[str, object]:
    return {**msgspec.structs.asdict(one), "id": format_id(one.id)}
