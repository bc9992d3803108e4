"""The pages of calls: one call, and the test of one's own devices and network."""

from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get

from miaohui.kit.db import Database
from miaohui.kit.http import Member, page
from miaohui.kit.ids import parse_id
from miaohui.talk.calls.answers import read_call

AnyRequest = Request[Any, Any, Any]


@get("/calls/test", media_type=MediaType.HTML, include_in_schema=False)
async def test_page(request: AnyRequest, member: Member) -> Response[bytes]:
    """Answer with the test of microphone, camera and network, which names the step that is broken."""
    return page(request, "calls/test.html")


@get("/calls/{call_id:str}", media_type=MediaType.HTML, include_in_schema=False)
async def call_page(request: AnyRequest, member: Member, db: Database, call_id: str) -> Response[bytes]:
    """Answer with a call of one's own, whether it rings, goes on or is over."""
    found = await db.read(read_call, call_id=parse_id(call_id), person_id=member.account_id, device_id=member.device_id)
    return page(request, "calls/call.html", call=found)


route_handlers: Sequence[Any] = (test_page, call_page)
