"""The page of people near by."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get

from miaohui.kit.http import Member, page

AnyRequest = Request[Any, Any, Any]


@get("/nearby", media_type=MediaType.HTML, include_in_schema=False)
async def nearby_page(request: AnyRequest, member: Member) -> Response[bytes]:
    """Answer with who is near by, or with the offer to be seen."""
    return page(request, "nearby/nearby.html", minor=member.is_minor)


route_handlers: Sequence[Any] = (nearby_page,)
