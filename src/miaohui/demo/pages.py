"""The demo town's pages; mounted in demo mode only."""

from typing import Any

from litestar import MediaType, Request, Response, get

from miaohui.demo.queries import people_to_enter_as
from miaohui.kit.db import Database
from miaohui.kit.http import page


@get("/town", media_type=MediaType.HTML, include_in_schema=False)
async def town_page(request: Request[Any, Any, Any], db: Database) -> Response[bytes]:
    """Answer with everybody whom a visitor can be, and with whose work the town is made of."""
    people = [
        {"name": name, "handle": card.handle, "nickname": card.nickname, "avatar": card.avatar_url}
        for name, card in await db.read(people_to_enter_as)
    ]
    return page(request, "demo/town.html", people=people)


route_handlers = (town_page,)
