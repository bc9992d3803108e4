"""Who works in a shop, and what each role may do: one table."""

from typing import Literal

StaffRole = Literal["owner", "manager", "goods", "fulfilment", "service", "finance"]
Power = Literal["view", "goods", "stock", "promotions", "fulfilment", "service", "finance", "shop", "staff"]
"""view: read the console. shop: name, papers, addresses, opening and closing. The rest as they are called."""

_EVERYTHING: frozenset[Power] = frozenset(
    {"view", "goods", "stock", "promotions", "fulfilment", "service", "finance", "shop", "staff"}
)

POWERS: dict[StaffRole, frozenset[Power]] = {
    "owner": _EVERYTHING,
    # Who runs the shop neither hires nor takes the money out.
    "manager": _EVERYTHING - {"staff", "finance"},
    "goods": frozenset({"view", "goods", "stock", "promotions"}),
    "fulfilment": frozenset({"view", "stock", "fulfilment"}),
    "service": frozenset({"view", "service"}),
    "finance": frozenset({"view", "finance"}),
}
