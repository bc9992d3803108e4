"""How often each sensitive act may be tried, in one place.

Behind the limits per address and account stand those per network, so that neither one target nor one
attacker gets more. Networks are shared by families, schools and mobile operators, so theirs are wide.
"""

import ipaddress
from typing import Any

import msgspec
from litestar import Request

from miaohui.kit.rate_limits import RateLimits
from miaohui.people.accounts.addresses import Address


class Limit(msgspec.Struct, frozen=True):
    """At most `times` at once, refilled evenly over `per_s` seconds."""

    name: str
    times: int
    per_s: float


RESEND_AFTER_S = 30
CODE_AGAIN = Limit("accounts.code.again", 1, RESEND_AFTER_S)
CODE_TO_ADDRESS = Limit("accounts.code.address", 5, 3600)
"""Five codes of five tries: 25 guesses an hour at a million possibilities."""
CODE_FROM_NETWORK = Limit("accounts.code.network", 30, 3600)
TRY_FROM_NETWORK = Limit("accounts.try.network", 60, 600)
"""Codes, passwords and passkeys together, right or wrong."""
PASSWORD_OF_ADDRESS = Limit("accounts.password.address", 10, 900)
PASSWORD_OF_ACCOUNT = Limit("accounts.password.account", 10, 900)
SIGN_UP_FROM_NETWORK = Limit("accounts.sign_up.network", 20, 3600)
CHALLENGE_FROM_NETWORK = Limit("accounts.challenge.network", 120, 600)
"""Each sign-in page asks for one when it opens, so that the browser can offer passkeys by itself."""
CHANGE_OF_ACCOUNT = Limit("accounts.change.account", 60, 3600)
PICTURE_OF_ACCOUNT = Limit("accounts.picture.account", 10, 3600)
SECURITY_OF_ACCOUNT = Limit("accounts.security.account", 30, 3600)
"""Changes to the ways in, exports, deletions."""


class Guard:
    """Counts the acts of one request against the limits above."""

    def __init__(self, limits: RateLimits, request: Request[Any, Any, Any]) -> None:
        self._limits = limits
        self._network = network_of(request.client.host if request.client else "")

    def network(self, *limits: Limit) -> None:
        """Count for where the request comes from. Raises TooManyRequests."""
        for limit in limits:
            self._limits.check(limit.name, self._network, limit.times, limit.per_s)

    def address(self, address: Address, *limits: Limit) -> None:
        """Count for the address that is aimed at, whoever asks. Raises TooManyRequests."""
        for limit in limits:
            self._limits.check(limit.name, f"{address.channel}:{address.text}", limit.times, limit.per_s)

    def account(self, account_id: int, *limits: Limit) -> None:
        """Count for a signed-in person. Raises TooManyRequests."""
        for limit in limits:
            self._limits.check(limit.name, account_id, limit.times, limit.per_s)


def network_of(host: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one, since a single line has that many addresses."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)
