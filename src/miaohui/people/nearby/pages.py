"""The page of people near by."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get

from miaohui.kit.db import Database
from miaohui.kit.http import Member, page
from miaohui.people.nearby.queries import visit_of

AnyRequest = Request[Any, Any, Any]


@get("/nearby", media_type=MediaType.HTML, include_in_schema=False)
async def nearby_page(request: AnyRequest, member: Member, db: Database) -> Response[bytes]:
    """Answer with who is near by, or with the offer to be seen."""
    visit = await db.read(visit_of, member.account_id)
    return page(request, "nearby/nearby.html", minor=member.is_minor, seen=visit is not None)


route_handlers: Sequence[Any] = (nearby_page,)
