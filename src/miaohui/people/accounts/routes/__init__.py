"""The JSON API of accounts: translate, make one domain call, translate back."""

from collections.abc import Sequence
from typing import Any

from miaohui.people.accounts.routes import devices, me, my_data, passkeys, sign_in, sign_up, ways_in

route_handlers: Sequence[Any] = (
    *sign_up.route_handlers,
    *sign_in.route_handlers,
    *devices.route_handlers,
    *me.route_handlers,
    *ways_in.route_handlers,
    *passkeys.route_handlers,
    *my_data.route_handlers,
)
