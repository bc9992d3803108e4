"""Forms of input that several requests share."""

from typing import Annotated, Any

import msgspec
from litestar import Request

from miaohui.kit.http import Viewer
from miaohui.people.accounts.actions.enter_account import Entrant

AddressText = Annotated[
    str, msgspec.Meta(min_length=3, max_length=254, description="An e-mail address, or a phone number with its +code")
]
Code = Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$", description="The six digits that were sent")]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_LONGEST_USER_AGENT = 400


def entrant_of(request: Request[Any, Any, Any], viewer: Viewer) -> Entrant:
    """Return the browser or program that wants in."""
    return Entrant(
        user_agent=request.headers.get("user-agent", "")[:_LONGEST_USER_AGENT],
        former_account_id=None if viewer.session is None else viewer.session.account_id,
        former_device_id=None if viewer.session is None else viewer.session.device_id,
    )
